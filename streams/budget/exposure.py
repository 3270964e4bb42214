"""What joins have spent, in bits of exposure: by purpose, source pair, block and person.

Read from the cells of the join stage without taking ownership. It is the operator's view.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.privacy.budget.exposure import Purpose
from linkage.privacy.rows import Ints
from streams.budget.spread import Spread, spread
from streams.columns import unpack
from streams.risk.cells import all_rows
from streams.stages.join import Join
from streams.store.protocol import Store


class PairExposure(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of sources: millibits spent on and left of each person, and who has no room.

    `full` counts people to whom no further point of either source could be shown.
    """

    sources: tuple[str, str]
    spent_millibits: Spread
    left_millibits: Spread
    full: int


class BlockExposure(msgspec.Struct, frozen=True, kw_only=True):
    """What a purpose asked to see joined of one block: points shown and points refused."""

    block: int
    granted: int
    refused: int


class PurposeExposure(msgspec.Struct, frozen=True, kw_only=True):
    """One purpose's joins: the public tariff and cap, and what they have come to.

    `refused_people` were refused a point at least once.
    """

    purpose: str
    cap_millibits: int
    tariff_millibits: dict[str, int]
    granted: int
    refused: int
    spent_millibits: int
    people: int
    refused_people: int
    pairs: tuple[PairExposure, ...]
    blocks: tuple[BlockExposure, ...]


class PersonPair(msgspec.Struct, frozen=True, kw_only=True):
    """One person, one pair of sources: millibits spent, and what is left under the cap."""

    sources: tuple[str, str]
    spent_millibits: int
    left_millibits: int


class PersonExposure(msgspec.Struct, frozen=True, kw_only=True):
    """What a purpose has been shown of one person, and how often a point was refused to it."""

    purpose: str
    cap_millibits: int
    shown_points: dict[str, int]
    refused: int
    pairs: tuple[PersonPair, ...]


@dataclass(frozen=True)
class Accounts:
    """Everybody's account under one purpose: a row a person, a column a source or pair."""

    purpose: Purpose
    person: Ints
    visible: NDArray[np.int64]
    spent: NDArray[np.int64]
    refusals: Ints

    @cached_property
    def left(self) -> NDArray[np.int64]:
        """Return the millibits left; a policy that lowered its cap below what was spent leaves 0.

        Columns are pairs.
        """
        return np.maximum(self.purpose.cap - self.spent, 0)

    def full(self, pair: int) -> int:
        """Return how many people have no room in a pair for a point of either source."""
        tariffs = [
            tariff
            for tariff, touched in zip(self.purpose.tariffs, self.purpose.touched, strict=True)
            if pair in touched
        ]
        return int((self.left[:, pair] < min(tariffs)).sum())


def accounts(store: Store, purposes: Sequence[Purpose]) -> Iterator[Accounts]:
    """Yield everybody's accounts under each purpose, by person."""
    found: dict[str, list[tuple[int, tuple[int, ...], tuple[int, ...], int]]] = {}
    for (purpose, person), shown in all_rows(store, "join", Join, "shown"):
        one = (person, shown.account.visible, shown.account.spent, shown.refusals)
        found.setdefault(purpose, []).append(one)
    for purpose in purposes:
        rows = sorted(found.get(purpose.name, []))
        yield Accounts(
            purpose,
            np.array([row[0] for row in rows], np.int64),
            np.array([row[1] for row in rows], np.int64).reshape(-1, len(purpose.sources)),
            np.array([row[2] for row in rows], np.int64).reshape(-1, len(purpose.pairs)),
            np.array([row[3] for row in rows], np.int64),
        )


def exposures(store: Store, purposes: Sequence[Purpose]) -> tuple[PurposeExposure, ...]:
    """Return what every purpose's joins have spent so far."""
    blocks = _blocks(store)
    return tuple(_told(one, blocks.get(one.purpose.name, {})) for one in accounts(store, purposes))


def exposure_of_person(
    store: Store, purposes: Sequence[Purpose], person: int
) -> tuple[PersonExposure, ...]:
    """Return what each purpose has been shown of one person; nothing where it was shown nothing."""
    found = []
    for one in accounts(store, purposes):
        row = np.searchsorted(one.person, person)
        if row < len(one.person) and one.person[row] == person:
            found.append(_of_person(one, int(row)))
    return tuple(found)


def _told(one: Accounts, blocks: dict[int, tuple[int, int]]) -> PurposeExposure:
    purpose = one.purpose
    return PurposeExposure(
        purpose=purpose.name,
        cap_millibits=purpose.cap,
        tariff_millibits=dict(zip(purpose.sources, purpose.tariffs, strict=True)),
        granted=int(one.visible.sum()),
        refused=int(one.refusals.sum()),
        spent_millibits=int(one.spent.sum()),
        people=len(one.person),
        refused_people=int((one.refusals > 0).sum()),
        pairs=tuple(
            PairExposure(
                sources=pair,
                spent_millibits=spread(one.spent[:, number]),
                left_millibits=spread(one.left[:, number]),
                full=one.full(number),
            )
            for number, pair in enumerate(purpose.pairs)
        ),
        blocks=tuple(
            BlockExposure(block=block, granted=granted, refused=refused)
            for block, (granted, refused) in sorted(blocks.items())
        ),
    )


def _of_person(one: Accounts, row: int) -> PersonExposure:
    return PersonExposure(
        purpose=one.purpose.name,
        cap_millibits=one.purpose.cap,
        shown_points=dict(zip(one.purpose.sources, one.visible[row].tolist(), strict=True)),
        refused=int(one.refusals[row]),
        pairs=tuple(
            PersonPair(sources=pair, spent_millibits=spent, left_millibits=left)
            for pair, spent, left in zip(
                one.purpose.pairs, one.spent[row].tolist(), one.left[row].tolist(), strict=True
            )
        ),
    )


def _blocks(store: Store) -> dict[str, dict[int, tuple[int, int]]]:
    """Return points granted and refused by purpose and block, over all tasks."""
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for (purpose, block), value in all_rows(store, "join", Join, "charges"):
        granted = unpack(value)["granted"]
        yes, no = found.setdefault(purpose, {}).get(block, (0, 0))
        shown = int(granted.sum())
        found[purpose][block] = yes + shown, no + len(granted) - shown
    return found
