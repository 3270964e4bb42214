"""One source in one shard, hour by hour: its events in order, numbered, and corrected later."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from streams.events import HOUR, Op
from streams.synthetic.branch import Branch
from streams.synthetic.chance import Dice, Ints, chance
from streams.synthetic.emission import Batch, Columns, Hour, Roster
from streams.synthetic.mobility import Mobility


@dataclass(frozen=True)
class Rows:
    """Events of one kind and op before they are numbered: issued at a time, saying a time (ms).

    `tenancy` holds rows of Accounts, `actor` rows of people; a retraction has no columns.
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


class Said(NamedTuple):
    """Numbered events, and the word of each, which decides how it is delivered."""

    rows: Rows
    seq: Ints
    word: Dice


class Activity:
    """What one source sees in one shard. `hour` is asked for every hour, once, in order."""

    def __init__(self, branch: Branch, shard: int, rows: Ints) -> None:
        self._branch, self._shard = branch, shard
        a = branch.accounts
        self._roster = Roster(rows, np.cumsum(a.weight[rows]))
        self._next_seq = np.zeros(len(a), dtype=np.int32)
        self._fixes: dict[int, list[Rows]] = defaultdict(list)
        named = rows[a.named[rows]]
        self._openings = _Timetable(a.opened[named], named)
        refreshed, times = branch.refreshes
        here = np.isin(refreshed, named)
        self._refreshes = _Timetable(times[here], refreshed[here])

    def hour(self, block: int, mobility: Mobility) -> list[Said]:
        """Return the events that the source issues in hour `block`, in no order."""
        groups = [*self._usage(block, mobility), *self._registrations(block)]
        groups += _merged(self._fixes.pop(block, []))
        groups = [rows for rows in groups if len(rows)]
        out = []
        for rows, seq in zip(groups, self._number(block, groups), strict=True):
            word = self._branch.words(rows.tenancy, seq)
            said = rows if rows.op != "create" else self._plan_fixes(block, rows, seq, word)
            out.append(Said(said, seq, word))
        return out

    def _usage(self, block: int, mobility: Mobility) -> list[Rows]:
        branch = self._branch
        draw = chance(branch.seed, f"{branch.source.name}/usage", chunk=self._shard, tick=block)
        hour = Hour(block, draw, branch.population, branch.accounts, self._roster, mobility)
        return [self._used(batch) for batch in branch.source.emit.usage(hour)]

    def _used(self, batch: Batch) -> Rows:
        uses = batch.uses
        said = np.maximum(uses.time + self._branch.skew, 0)
        return Rows(batch.kind, "create", uses.account, uses.time, said, uses.actor, batch.columns)

    def _registrations(self, block: int) -> list[Rows]:
        forms = self._branch.forms
        openings, opened = self._openings.hour(block)
        again, times = self._refreshes.hour(block)
        skew = self._branch.skew
        return [
            self._filed(openings, opened, forms.start(openings), forms.opening(openings)),
            self._filed(again, times, np.maximum(times + skew, 0), forms.refreshed(again)),
        ]

    def _filed(self, tenancy: Ints, issued: Ints, time: Ints, columns: Columns) -> Rows:
        actor = self._branch.accounts.holder[tenancy]
        return Rows(self._branch.registers, "create", tenancy, issued, time, actor, columns)

    def _number(self, block: int, groups: Sequence[Rows]) -> list[Ints]:
        """Return the seq of each event: dense for each account, in the order of issue."""
        if not groups:
            return []
        slot = self._branch.accounts.slot[np.concatenate([rows.tenancy for rows in groups])]
        issued = np.concatenate([rows.issued for rows in groups]) - block * HOUR
        order = np.argsort(slot << 22 | issued, kind="stable")  # an hour has fewer than 2**22 ms
        ordered = slot[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        counts = np.diff(starts, append=len(ordered))
        seq = np.empty(len(slot), dtype=np.int64)
        seq[order] = np.arange(len(slot)) - np.repeat(starts, counts) + self._next_seq[ordered]
        self._next_seq[ordered[starts]] += counts.astype(np.int32)
        return np.split(seq, np.cumsum([len(rows) for rows in groups])[:-1])

    def _plan_fixes(self, block: int, rows: Rows, seq: Ints, word: Dice) -> Rows:
        """Plan corrections and retractions in later hours; return the rows as they are said first.

        A corrected usage first says what another event of its kind said. Registrations are only
        corrected. A fix states the time of the event it changes.
        """
        hit, withdrawn, after = self._branch.disorder.fixed(word)
        if not len(hit):
            return rows
        issued = np.maximum(rows.issued[hit] + after, (block + 1) * HOUR)
        registers = rows.kind == self._branch.registers
        right = np.ones(len(hit), dtype=np.bool_) if registers else ~withdrawn
        for op, chosen in (("correct", right), ("retract", ~right)):
            at = hit[chosen]
            columns = self._right(rows, at) if op == "correct" else None
            self._plan(op, rows, at, issued[chosen], seq[at], columns)
        return rows if registers else _spoiled(rows, hit[right])

    def _right(self, rows: Rows, at: Ints) -> Columns:
        if rows.kind == self._branch.registers:
            return self._branch.forms.corrected(rows.tenancy[at])
        return _taken(rows.columns or {}, at)

    def _plan(
        self, op: Op, rows: Rows, at: Ints, issued: Ints, ref: Ints, columns: Columns | None
    ) -> None:
        hours = issued // HOUR
        for hour in np.unique(hours).tolist():
            due = np.flatnonzero(hours == hour)
            self._fixes[hour].append(
                Rows(
                    kind=rows.kind,
                    op=op,
                    tenancy=rows.tenancy[at[due]],
                    issued=issued[due],
                    time=rows.time[at[due]],
                    actor=rows.actor[at[due]],
                    columns=None if columns is None else _taken(columns, due),
                    ref=ref[due],
                )
            )


class _Timetable:
    """Rows by the hour in which their time falls."""

    def __init__(self, times: Ints, rows: Ints) -> None:
        order = np.argsort(times, kind="stable")
        self._times, self._rows = times[order], rows[order]

    def hour(self, block: int) -> tuple[Ints, Ints]:
        low, high = np.searchsorted(self._times, [block * HOUR, (block + 1) * HOUR])
        return self._rows[low:high], self._times[low:high]


def _taken(columns: Columns, at: Ints) -> Columns:
    places = pa.array(at)
    return {name: column.take(places) for name, column in columns.items()}


def _spoiled(rows: Rows, at: Ints) -> Rows:
    source = np.arange(len(rows))
    source[at] = at - 1  # the first one's neighbour is the last
    return replace(rows, columns=_taken(rows.columns or {}, source % len(rows)))


def _merged(fixes: list[Rows]) -> list[Rows]:
    """Return one table for each kind and op."""
    groups: dict[tuple[str, Op], list[Rows]] = defaultdict(list)
    for rows in fixes:
        groups[rows.kind, rows.op].append(rows)
    return [_concatenated(group) for group in groups.values()]


def _concatenated(group: list[Rows]) -> Rows:
    first = group[0]
    columns = None
    if first.columns is not None:
        names = first.columns
        columns = {
            n: pa.concat_arrays([_plain((rows.columns or {})[n]) for rows in group]) for n in names
        }
    return Rows(
        kind=first.kind,
        op=first.op,
        tenancy=np.concatenate([rows.tenancy for rows in group]),
        issued=np.concatenate([rows.issued for rows in group]),
        time=np.concatenate([rows.time for rows in group]),
        actor=np.concatenate([rows.actor for rows in group]),
        columns=columns,
        ref=np.concatenate([rows.ref for rows in group if rows.ref is not None]),
    )


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
