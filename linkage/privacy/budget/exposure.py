"""The identifiability ledger: bits that joins may reveal, by a public tariff.

This is NOT differential privacy: a raw join has no epsilon. To enter a joined profile is the join:
a point that becomes visible there costs what its source's tariff says, which is public and depends
on nobody's data, on each pair of sources in which it can be seen together with another. So the
first point of a profile is charged too: the second would tell as much about it. What was spent is
never given back, neither by deletion nor by a new policy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import log2

import msgspec

from linkage.errors import PolicyError, RiskError


@dataclass(frozen=True, order=True)
class Exposure:
    """Identifiability in integer millibits; never added to a PrivacyLoss.

    >>> (Exposure(1500) + Exposure(500)).bits
    2.0
    """

    millibits: int

    def __add__(self, other: object) -> "Exposure":
        if not isinstance(other, Exposure):
            return NotImplemented
        return Exposure(self.millibits + other.millibits)

    @property
    def bits(self) -> float:
        """Return it in bits, for display."""
        return self.millibits / 1000


@dataclass(frozen=True)
class Purpose:
    """Why sources are joined, what a visible point of each costs, and the cap of each pair.

    `tariffs` (millibits per point) has the order of `sources`; `cap` holds for each (person,
    source pair, purpose).
    """

    name: str
    sources: tuple[str, ...]
    tariffs: tuple[int, ...]
    cap: int

    def __post_init__(self) -> None:
        if len(self.tariffs) != len(self.sources):
            raise PolicyError(f"{self.name}: needs one tariff for each of {self.sources}")
        if min((*self.tariffs, self.cap)) < 0:
            raise PolicyError(f"{self.name}: tariffs and cap are millibits and cannot be negative")

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the source pairs in the order of `ExposureAccount.spent`."""
        return tuple(combinations(self.sources, 2))

    @cached_property
    def touched(self) -> tuple[tuple[int, ...], ...]:
        """Return for each source the numbers of the pairs it is in."""
        numbers = list(enumerate(combinations(range(len(self.sources)), 2)))
        return tuple(
            tuple(n for n, pair in numbers if source in pair) for source in range(len(self.sources))
        )

    @cached_property
    def worth(self) -> tuple[int, ...]:
        """Return for each source what a point of it costs on all pairs together, in millibits."""
        return tuple(t * len(pairs) for t, pairs in zip(self.tariffs, self.touched, strict=True))


class ExposureAccount(msgspec.Struct, frozen=True):
    """One person under one purpose: points made visible per source, millibits spent per pair."""

    visible: tuple[int, ...]
    spent: tuple[int, ...]


def opened(purpose: Purpose) -> ExposureAccount:
    """Return the account of a person of whom nothing was shown."""
    return ExposureAccount((0,) * len(purpose.sources), (0,) * len(purpose.pairs))


def admit(purpose: Purpose, account: ExposureAccount, source_index: int) -> ExposureAccount | None:
    """Show one more point of a source, or return None: refused, and nothing is charged.

    Under one policy a pair (s, t) has cost K_s tariff_s + K_t tariff_t for K points shown. All
    pairs are checked before any is charged. A refusal is not final: another source's point may
    still be admitted.

    >>> security = Purpose("security", ("phone", "bank"), (10_000, 12_000), 30_000)
    >>> one = admit(security, opened(security), 0)
    >>> one.spent, admit(security, one, 1).spent, admit(security, admit(security, one, 1), 1)
    ((10000,), (22000,), None)
    """
    tariff, spent = purpose.tariffs[source_index], list(account.spent)
    for pair in purpose.touched[source_index]:
        spent[pair] += tariff
        if spent[pair] > purpose.cap:
            return None
    visible = list(account.visible)
    visible[source_index] += 1
    return ExposureAccount(tuple(visible), tuple(spent))


def admit_all(
    purpose: Purpose, accounts: Sequence[ExposureAccount], asked: Iterable[tuple[int, int]]
) -> tuple[list[bool], list[ExposureAccount]]:
    """Ask for many points in their order, each (place of an account, source index).

    Returns what was granted, and the accounts afterwards: what `admit` says point by point, in a
    third of the time.

    >>> security = Purpose("security", ("phone", "bank"), (10_000, 12_000), 30_000)
    >>> granted, after = admit_all(security, [opened(security)] * 2, [(0, 0), (1, 1), (0, 1)])
    >>> granted, [one.spent for one in after]
    ([True, True, True], [(22000,), (12000,)])
    """
    held = [[*account.spent, *account.visible] for account in accounts]
    cap, pairs, tariffs, touched = purpose.cap, len(purpose.pairs), purpose.tariffs, purpose.touched
    granted = []
    for place, source in asked:
        mine, tariff, numbers = held[place], tariffs[source], touched[source]
        room = cap - tariff
        for number in numbers:
            if mine[number] > room:
                granted.append(False)
                break
        else:
            for number in numbers:
                mine[number] += tariff
            mine[pairs + source] += 1
            granted.append(True)
    after = [ExposureAccount(tuple(one[pairs:]), tuple(one[:pairs])) for one in held]
    return granted, after


def realised_gain(before: int, after: int) -> float:
    """Return the bits that a join brought on one person, log2 n_S - log2 n_{S+T}; 0 or more.

    `before` people look like them in view S and `after` in S joined with T, themselves included.
    It depends on everybody's data, so it is for the operator's eyes alone and is no price: what is
    charged is the public tariff. RiskError when the views are not nested: a join hides nobody.
    """
    if not 1 <= after <= before:
        raise RiskError(
            f"{before} people look like them and then {after}; needs 1 or more, and no more in the "
            "joined view than in the one it joins to"
        )
    return log2(before) - log2(after)


def check_spent(purpose: Purpose, sources: tuple[str, ...], most: Sequence[int]) -> None:
    """Raise PolicyError where a purpose cannot go on from what was spent under an earlier policy.

    `sources` are what the purpose joined then, `most` the most that was spent on one person, in
    millibits, by pair. A changed tariff or a higher cap is fine, and frees nothing.
    """
    field = f"join.{purpose.name}"
    if sources != purpose.sources:
        raise PolicyError(
            f"{field}: joins {', '.join(purpose.sources)}, and was charged for joining "
            f"{', '.join(sources)}; what was spent is kept by pair, so give it another name"
        )
    for pair, spent in zip(purpose.pairs, most, strict=True):
        if spent > purpose.cap:
            raise PolicyError(
                f"{field}.cap_millibits: {purpose.cap:,} is below what has been spent on somebody "
                f"for {'+'.join(pair)} ({spent:,} millibits); caps can be raised, and never "
                f"lowered below that: set {spent:,} or more"
            )
