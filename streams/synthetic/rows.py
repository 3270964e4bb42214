"""Events of one kind as columns, before they are numbered and after."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from streams.events import Op
from streams.synthetic.chance import Dice, Ints
from streams.synthetic.emission import Columns


@dataclass(frozen=True)
class Rows:
    """Events of one kind and op: issued at a time, saying a time (ms).

    `tenancy` holds rows of Accounts, `actor` rows of people; a retraction has no columns, and
    only a correction or retraction has the `ref` that it changes.
    """

    kind: str
    op: Op
    tenancy: Ints
    issued: Ints
    time: Ints
    actor: Ints
    columns: Columns | None
    ref: Ints | None = None

    def __len__(self) -> int:
        return len(self.tenancy)

    def take(self, at: Ints) -> "Rows":
        """Return the rows at these places."""
        return replace(
            self,
            tenancy=self.tenancy[at],
            issued=self.issued[at],
            time=self.time[at],
            actor=self.actor[at],
            columns=None if self.columns is None else taken(self.columns, at),
            ref=None if self.ref is None else self.ref[at],
        )


class Said(NamedTuple):
    """Numbered events, and the word of each, which decides how it is delivered."""

    rows: Rows
    seq: Ints
    word: Dice


def taken(columns: Columns, at: Ints) -> Columns:
    """Return the columns' rows at these places."""
    places = pa.array(at)
    return {name: column.take(places) for name, column in columns.items()}


def sliced(columns: Columns, low: int, high: int) -> Columns:
    """Return the columns' rows from `low` to before `high`, without a copy."""
    return {name: column.slice(low, high - low) for name, column in columns.items()}


def joined(parts: Sequence[Columns]) -> Columns:
    """Return columns one below the other; dictionaries of a column are one table in all parts."""
    if len(parts) == 1:
        return parts[0]
    return {name: pa.concat_arrays([part[name] for part in parts]) for name in parts[0]}


def merged(rows: Iterable[Rows]) -> list[Rows]:
    """Return one table for each kind and op."""
    groups: dict[tuple[str, Op], list[Rows]] = defaultdict(list)
    for one in rows:
        if len(one):
            groups[one.kind, one.op].append(one)
    return [_concatenated(group) for group in groups.values()]


def said_together(said: Iterable[Said]) -> list[Said]:
    """Return one table of numbered events for each kind and op."""
    groups: dict[tuple[str, Op], list[Said]] = defaultdict(list)
    for one in said:
        groups[one.rows.kind, one.rows.op].append(one)
    return [
        Said(
            _concatenated([one.rows for one in group]),
            np.concatenate([one.seq for one in group]),
            np.concatenate([one.word for one in group]),
        )
        for group in groups.values()
    ]


def _concatenated(group: list[Rows]) -> Rows:
    first = group[0]
    if len(group) == 1:
        return first
    refs = [rows.ref for rows in group if rows.ref is not None]
    return Rows(
        kind=first.kind,
        op=first.op,
        tenancy=np.concatenate([rows.tenancy for rows in group]),
        issued=np.concatenate([rows.issued for rows in group]),
        time=np.concatenate([rows.time for rows in group]),
        actor=np.concatenate([rows.actor for rows in group]),
        columns=joined([rows.columns for rows in group if rows.columns is not None])
        if first.columns is not None
        else None,
        ref=np.concatenate(refs) if refs else None,
    )
