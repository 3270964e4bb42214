"""Adding the identifiability ledger up again: decisions, points shown, bits spent and caps.

The log of decisions says for each purpose and block who was asked about, and what was granted.
Accounts say what each person was shown of each source and what that cost. The two are written
apart, and must agree; costs follow from the tariff, and no pair may be above its cap.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from linkage.privacy.exposure import Purpose
from linkage.privacy.rows import Ints
from streams.budget.exposure import Accounts, accounts
from streams.columns import unpack
from streams.risk.cells import all_rows
from streams.stages.join import Join
from streams.store.protocol import Store


def recounted(store: Store, purposes: Sequence[Purpose]) -> tuple[int, tuple[str, ...]]:
    """Return how many decisions were gone through, and what does not agree with them."""
    granted, refused = _decisions(store)
    known = {one.purpose.name: one for one in accounts(store, purposes)}
    wrong = [
        f"{name}: is charged for and not in the policy"
        for name in sorted({name for name, _ in (*granted, *refused)} - known.keys())
    ]
    for name, one in known.items():
        wrong += _against(name, one, granted, refused)
        wrong += _costs(name, one)
    return granted.total() + refused.total(), tuple(wrong)


def _decisions(store: Store) -> tuple[Counter[tuple[str, int]], Counter[tuple[str, int]]]:
    """Return how many points of each purpose and person were granted and refused."""
    granted, refused = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for (purpose, _), value in all_rows(store, "join", Join, "charges"):
        rows = unpack(value)
        for total, which in ((granted, rows["granted"]), (refused, ~rows["granted"])):
            people, counts = np.unique(rows["person"][which], return_counts=True)
            pairs = zip(people.tolist(), counts.tolist(), strict=True)
            total.update({(purpose, person): count for person, count in pairs})
    return granted, refused


def _against(
    name: str,
    one: Accounts,
    granted: Counter[tuple[str, int]],
    refused: Counter[tuple[str, int]],
) -> Iterator[str]:
    """Yield the people of whom another number was shown or refused than was decided."""
    sides = (("shown", granted, one.visible.sum(axis=1)), ("refused", refused, one.refusals))
    for what, decided, kept in sides:
        held = dict(zip(one.person.tolist(), kept.tolist(), strict=True))
        people = {person for purpose, person in decided if purpose == name}
        differs = [
            person
            for person in sorted(people | held.keys())
            if decided[name, person] != held.get(person, 0)
        ]
        if differs:
            who = differs[0]
            yield (
                f"{name}: {len(differs)} people had another number of points {what} than was "
                f"decided, person {who} {held.get(who, 0)} and not {decided[name, who]}"
            )


def _costs(name: str, one: Accounts) -> Iterator[str]:
    """Yield where bits are not what the points cost, or are above the cap.

    A tariff may have been another at the time, and a cap higher: so both are told as findings of
    the policy that is in force.
    """
    purpose = one.purpose
    owed = np.zeros_like(one.spent)
    for source, (tariff, pairs) in enumerate(zip(purpose.tariffs, purpose.touched, strict=True)):
        owed[:, list(pairs)] += (one.visible[:, source] * tariff)[:, None]
    for pair, sources in enumerate(purpose.pairs):
        where = f"{name}, {'+'.join(sources)}"
        differs = np.flatnonzero(owed[:, pair] != one.spent[:, pair])
        if len(differs):
            yield f"{where}: {_first(one.person, differs)} spent another sum than their points cost"
        above = np.flatnonzero(one.spent[:, pair] > purpose.cap)
        if len(above):
            yield f"{where}: {_first(one.person, above)} spent more than the cap"


def _first(person: Ints, rows: Ints) -> str:
    return f"{len(rows)} people, the first of them {int(person[rows[0]])},"
