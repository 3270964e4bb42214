"""What released answers have spent, in rho: by purpose, block, counter and person.

Read from the cell of the release stage without taking ownership. What was spent on people is the
operator's view; what the answers about a block have cost together is public.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np

from linkage.privacy.budget.loss import PrivacyLoss, epsilon
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.terms import Release
from linkage.privacy.rows import Ints
from streams.budget.ledger_state import Kept, kept, ledger_rows, log
from streams.budget.spread import Spread, spread
from streams.stages.book import cheapest
from streams.store.protocol import Store


class BlockLoss(msgspec.Struct, frozen=True, kw_only=True):
    """What a purpose's answers about a block have cost, and what is left of its cap; public."""

    block: int
    spent_nano_rho: int
    left_nano_rho: int


class CounterLoss(msgspec.Struct, frozen=True, kw_only=True):
    """A counter: the blocks it has counted of those its one price pays for."""

    name: str
    nano_rho: int
    counted_blocks: int
    horizon_blocks: int


class AccountLoss(msgspec.Struct, frozen=True, kw_only=True):
    """Nano-rho spent on and left of those who were charged, under a cap.

    `epsilon` is of the person on whom most was spent, at `delta`, for display. `capped` of them
    have no room for the cheapest question.
    """

    cap_nano_rho: int
    spent_nano_rho: Spread
    left_nano_rho: Spread
    delta: float
    epsilon: float
    capped: int


class PurposeLoss(msgspec.Struct, frozen=True, kw_only=True):
    """One purpose's answers, what they cost people and blocks, and its counters.

    `granted` and `refused` count people: in how many answers somebody was counted, and left out in
    silence. `answers` are by kind: standing, counter, asked.
    """

    purpose: str
    answers: dict[str, int]
    granted: int
    refused: int
    account: AccountLoss
    block_cap_nano_rho: int
    blocks: tuple[BlockLoss, ...]
    counters: tuple[CounterLoss, ...]


class Losses(msgspec.Struct, frozen=True, kw_only=True):
    """The differential-privacy ledger: the lifetime account over all purposes, and each purpose."""

    entries: int
    head: str
    lifetime: AccountLoss
    purposes: tuple[PurposeLoss, ...]


class PersonLoss(msgspec.Struct, frozen=True, kw_only=True):
    """Nano-rho spent on one person by a purpose ('' is all purposes together), and what is left.

    `counted_in` is in how many answers they were counted.
    """

    purpose: str
    cap_nano_rho: int
    spent_nano_rho: int
    left_nano_rho: int
    delta: float
    epsilon: float
    counted_in: int


Kind = tuple[str, str]
"""A purpose, and how an answer came about."""


class _Asked(msgspec.Struct, frozen=True):
    purpose: str


class Answered(msgspec.Struct, frozen=True):
    """What is counted of a published answer: for whom it was, and how it came about."""

    kind: str
    question: _Asked


def losses(store: Store, policy: Policy, purposes: Sequence[str]) -> Losses:
    """Return what these purposes' answers have spent, and what all purposes have together."""
    found = kept(store)
    told = (_answered(value) for _, value in ledger_rows(store, "answers"))
    kinds = Counter[Kind]((one.question.purpose, one.kind) for one in told)
    return Losses(
        entries=found.entries,
        head=found.head,
        lifetime=_account(found.spent.total, policy.lifetime, _least(policy), _delta(policy)),
        purposes=tuple(
            _purpose(found, policy, release, kinds)
            for release in policy.releases
            if release.name in purposes
        ),
    )


def losses_of_person(
    store: Store, policy: Policy, purposes: Sequence[str], person: int
) -> tuple[PersonLoss, ...]:
    """Return what was spent on one person by each purpose, and by all of them together first."""
    found, who = kept(store), np.array([person])
    counted = Counter(entry.question.purpose for entry in log(store) if person in entry.people)
    total = int(found.spent.total[person]) if person < len(found.spent.total) else 0
    rows = [("", policy.lifetime, total, _delta(policy), counted.total())]
    rows += [
        (
            release.name,
            release.person_cap,
            int(found.spent.of((release.name, ""), who)[0]),
            release.delta,
            counted[release.name],
        )
        for release in policy.releases
        if release.name in purposes
    ]
    return tuple(
        PersonLoss(
            purpose=purpose,
            cap_nano_rho=cap,
            spent_nano_rho=spent,
            left_nano_rho=max(0, cap - spent),
            delta=delta,
            epsilon=epsilon(PrivacyLoss(spent), delta),
            counted_in=times,
        )
        for purpose, cap, spent, delta, times in rows
    )


def _purpose(found: Kept, policy: Policy, release: Release, kinds: Counter[Kind]) -> PurposeLoss:
    name = release.name
    column = found.spent.columns.get((name, ""), np.empty(0, np.int64))
    everywhere = found.spent.total[: len(column)]
    room = np.minimum(release.person_cap - column, policy.lifetime - everywhere)
    account = _account(column, release.person_cap, cheapest(release), release.delta)
    capped = int(((room < cheapest(release)) & (column > 0)).sum())
    return PurposeLoss(
        purpose=name,
        answers={kind: kinds[name, kind] for kind in ("standing", "counter", "asked")},
        granted=found.totals.get(f"{name} granted", 0),
        refused=found.totals.get(f"{name} refused", 0),
        account=msgspec.structs.replace(account, capped=capped),
        block_cap_nano_rho=release.block_cap,
        blocks=tuple(
            BlockLoss(
                block=block, spent_nano_rho=spent, left_nano_rho=max(0, release.block_cap - spent)
            )
            for (purpose, block), spent in sorted(found.blocks.items())
            if purpose == name
        ),
        counters=tuple(
            CounterLoss(
                name=counter.name,
                nano_rho=counter.nano_rho,
                counted_blocks=found.counters.get((name, counter.name), 0),
                horizon_blocks=counter.horizon,
            )
            for counter in release.counters
        ),
    )


def _account(column: Ints, cap: int, least: int, delta: float) -> AccountLoss:
    charged = column[column > 0]
    left = np.maximum(cap - charged, 0)
    return AccountLoss(
        cap_nano_rho=cap,
        spent_nano_rho=spread(charged),
        left_nano_rho=spread(left),
        delta=delta,
        epsilon=epsilon(PrivacyLoss(int(charged.max(initial=0))), delta),
        capped=int((left < least).sum()),
    )


def _least(policy: Policy) -> int:
    return min((cheapest(release) for release in policy.releases), default=0)


def _delta(policy: Policy) -> float:
    """Return the delta that all purposes together are shown at: the largest of theirs."""
    return max((release.delta for release in policy.releases), default=1e-6)


_answered = msgspec.json.Decoder(Answered).decode
