"""The identifiability ledger: bits that joins may reveal, by a public tariff.

This is NOT differential privacy: a raw join has no epsilon. A point that becomes visible in a
joined profile costs what its source's tariff says, which is public and depends on nobody's data.
A pair of sources is charged once both show points of the person, since before that nothing is
joined. What was spent is never given back, neither by deletion nor by a new policy.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import msgspec

from linkage.errors import PolicyError


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
    def touched(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Return for each source the pairs it is in: (number of the pair, the other source)."""
        numbers = list(enumerate(combinations(range(len(self.sources)), 2)))
        return tuple(
            tuple((n, b if a == source else a) for n, (a, b) in numbers if source in (a, b))
            for source in range(len(self.sources))
        )


class ExposureAccount(msgspec.Struct, frozen=True):
    """One person under one purpose: points made visible per source, millibits spent per pair."""

    visible: tuple[int, ...]
    spent: tuple[int, ...]


def opened(purpose: Purpose) -> ExposureAccount:
    """Return the account of a person of whom nothing was shown."""
    return ExposureAccount((0,) * len(purpose.sources), (0,) * len(purpose.pairs))


def admit(purpose: Purpose, account: ExposureAccount, source_index: int) -> ExposureAccount | None:
    """Show one more point of a source, or return None: refused, and nothing is charged.

    Under one policy a pair (s, t) has cost K_s tariff_s + K_t tariff_t from the moment both K > 0.
    All pairs are checked before any is charged. A refusal is not final: another source's point
    may still be admitted.

    >>> security = Purpose("security", ("phone", "bank"), (10_000, 12_000), 30_000)
    >>> one = admit(security, opened(security), 0)
    >>> one.spent, admit(security, one, 1).spent, admit(security, admit(security, one, 1), 1)
    ((0,), (22000,), None)
    """
    visible, tariffs, cap = account.visible, purpose.tariffs, purpose.cap
    before = visible[source_index]
    tariff = tariffs[source_index]
    spent: list[int] | None = None
    for pair, other in purpose.touched[source_index]:
        shown = visible[other]
        if not shown:
            continue
        cost = tariff if before else tariff + shown * tariffs[other]
        if spent is None:
            spent = list(account.spent)
        spent[pair] += cost
        if spent[pair] > cap:
            return None
    return ExposureAccount(
        (*visible[:source_index], before + 1, *visible[source_index + 1 :]),
        account.spent if spent is None else tuple(spent),
    )
