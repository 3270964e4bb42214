"""One source in one shard, hour by hour: its events in order, numbered, and corrected later."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from streams.events import HOUR, Op
from streams.synthetic.branch import Branch
from streams.synthetic.chance import Dice, Ints, chance
from streams.synthetic.emission import Batch, Columns, Hour, Roster
from streams.synthetic.filing import Filed, Filing
from streams.synthetic.lottery import lottery
from streams.synthetic.mobility import Mobility
from streams.synthetic.rows import Rows, Said, merged


class Activity:
    """What one source sees in one shard. `hour` is asked for every hour, once, in order."""

    def __init__(self, branch: Branch, shard: int, rows: Ints) -> None:
        self._branch, self._shard = branch, shard
        a = branch.accounts
        self._roster = Roster(rows, lottery(a.weight[rows]))
        self._next_seq = np.zeros(len(a), dtype=np.int32)
        self._fixes: dict[int, list[Rows]] = defaultdict(list)
        self._filing = Filing(branch, rows)

    def hour(self, block: int, mobility: Mobility) -> list[Said]:
        """Return the events that the source issues in hour `block`, by kind and op."""
        filed = self._filing.hour(block)
        groups = merged([*self._usage(block, mobility), self._registered(filed)])
        created = len(groups)
        groups += merged(self._fixes.pop(block, []))
        out = []
        for place, (rows, seq) in enumerate(zip(groups, self._number(block, groups), strict=True)):
            word = self._branch.words(rows.tenancy, seq)
            if place >= created:
                out.append(Said(rows, seq, word))
            elif rows.kind == self._branch.registers:
                out.append(Said(self._plan_right(block, rows, seq, word, filed.meant), seq, word))
            else:
                out.append(Said(self._plan_fixes(block, rows, seq, word), seq, word))
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

    def _registered(self, filed: Filed) -> Rows:
        branch = self._branch
        actor = branch.accounts.holder[filed.tenancy]
        time = np.maximum(filed.issued + branch.skew, 0)
        return Rows(
            branch.registers, "create", filed.tenancy, filed.issued, time, actor, filed.said
        )

    def _number(self, block: int, groups: Sequence[Rows]) -> list[Ints]:
        """Return the seq of each event: dense for each account, in the order of issue."""
        if not groups:
            return []
        slot = self._branch.accounts.slot[np.concatenate([rows.tenancy for rows in groups])]
        issued = np.concatenate([rows.issued for rows in groups]) - block * HOUR
        # Account, time in the hour (< 2**22 ms) and place in one number: quicker than any argsort.
        key = slot << 40 | issued << 18 | np.arange(len(slot))
        key.sort()
        ordered, order = key >> 40, key & (2**18 - 1)
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        counts = np.diff(starts, append=len(ordered))
        seq = np.empty(len(slot), dtype=np.int64)
        seq[order] = np.arange(len(slot)) - np.repeat(starts, counts) + self._next_seq[ordered]
        self._next_seq[ordered[starts]] += counts.astype(np.int32)
        return np.split(seq, np.cumsum([len(rows) for rows in groups])[:-1])

    def _plan_right(self, block: int, rows: Rows, seq: Ints, word: Dice, meant: Columns) -> Rows:
        """Plan corrections of registrations: what they should have said; return the rows."""
        hit, _, after = self._branch.disorder.fixed(word)
        self._plan("correct", block, replace(rows, columns=meant), hit, after, seq)
        return rows

    def _plan_fixes(self, block: int, rows: Rows, seq: Ints, word: Dice) -> Rows:
        """Plan corrections and retractions of usage; return the rows as they are said first.

        What is corrected first says what another event of its kind said.
        """
        hit, withdrawn, after = self._branch.disorder.fixed(word)
        self._plan("correct", block, rows, hit[~withdrawn], after[~withdrawn], seq)
        self._plan("retract", block, rows, hit[withdrawn], after[withdrawn], seq)
        return _spoiled(rows, hit[~withdrawn]) if len(hit) else rows

    def _plan(self, op: Op, block: int, rows: Rows, at: Ints, after: Ints, seq: Ints) -> None:
        """Plan what changes the rows at some places, in a later hour; it states their time."""
        if not len(at):
            return
        fixes = replace(
            rows.take(at),
            op=op,
            issued=np.maximum(rows.issued[at] + after, (block + 1) * HOUR),
            ref=seq[at],
        )
        if op == "retract":
            fixes = replace(fixes, columns=None)
        hours = fixes.issued // HOUR
        for hour in np.unique(hours).tolist():
            self._fixes[hour].append(fixes.take(np.flatnonzero(hours == hour)))


def _spoiled(rows: Rows, at: Ints) -> Rows:
    """Return the rows with what their neighbours say in these places; the first's is the last."""
    columns = {name: _beside(column, at) for name, column in (rows.columns or {}).items()}
    return replace(rows, columns=columns)


def _beside(column: pa.Array, at: Ints) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return pa.DictionaryArray.from_arrays(_beside(column.indices, at), column.dictionary)
    if column.null_count or not pa.types.is_integer(column.type):
        source = np.arange(len(column))
        source[at] = at - 1
        return column.take(pa.array(source % len(column)))
    values = column.to_numpy().copy()  # a few numbers of many: quicker than to take them all
    values[at] = column.to_numpy()[at - 1]
    return pa.array(values)
