"""Drives one stage as a task would, over tables that go through their wire form at every step."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from streams.columns import unpack
from streams.runners.task import Checked
from streams.stage import Batch, Change, Stage, Step
from streams.store.protocol import Outgoing

Move = tuple[int, int, int, int]


class Rig:
    """A stage, its committed tables, and everything it said."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._codecs = {table.name: table for table in stage.tables}
        self.tables: dict[str, dict[Any, Any]] = {t.name: {} for t in stage.tables}
        self.logs: dict[str, dict[Any, Any]] = {
            t.name: {} for t in stage.tables if t.keep != "held"
        }
        self.said: list[Outgoing] = []
        self._restored()

    def step(self, batch: Batch) -> Step:
        before = {name: dict(table) for name, table in self.tables.items()}
        step = self.stage.step(self.tables, batch)
        assert self.tables == before, "a step must not write"
        changes = [self._wired(change) for change in step.changes]
        for table, key, value in changes:
            kept = self.logs.get(table, self.tables[table])
            if value is None:
                kept.pop(key, None)
            else:
                kept[key] = value
        self.stage.applied(changes)
        self.said += step.outputs
        return step

    def feed(self, messages: Sequence[bytes]) -> Step:
        return self.step(Batch(messages))

    def reopen(self, stage: Stage) -> None:
        """Let a new stage take over the tables, as after a crash."""
        self.stage = stage
        for table in stage.tables:
            rows = self.logs.get(table.name, self.tables[table.name])
            if table.keep != "log":
                stage.applied([(table.name, key, value) for key, value in rows.items()])
        self._restored()

    def _restored(self) -> None:
        if isinstance(self.stage, Checked):
            self.stage.restored()

    def topic(self, name: str) -> list[Outgoing]:
        return [out for out in self.said if out.topic == name]

    def _wired(self, change: Change) -> Change:
        table = self._codecs[change[0]]
        _, key, value = table.row(*change[1:])
        return change if value is None else table.read(key, value)


def net_moves(said: Sequence[Outgoing]) -> dict[Move, int]:
    """What is left of all gains and losses, by (person, point, time, ident)."""
    net: Counter[Move] = Counter()
    for out in said:
        if out.topic == "moves":
            rows = unpack(out.value.partition(b"\n")[2])
            if "point" not in rows:
                continue
            columns = [rows[name].tolist() for name in ("person", "point", "time", "ident", "sign")]
            for person, point, time, ident, sign in zip(*columns, strict=True):
                net[person, point, time, ident] += sign
    return {move: n for move, n in net.items() if n}


def net_doubts(said: Sequence[Outgoing]) -> dict[int, int]:
    """What is left of all doubts that links brought and took, by person."""
    net: Counter[int] = Counter()
    for out in said:
        if out.topic == "moves":
            rows = unpack(out.value.partition(b"\n")[2])
            if "doubt" in rows:
                for person, doubt in zip(rows["person"], rows["doubt"], strict=True):
                    net[int(person)] += int(doubt)
    return {person: doubt for person, doubt in net.items() if doubt}
