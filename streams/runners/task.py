"""One task: aligns markers, drops what it has seen, steps, commits, and only then lets go.

Order of a step, never another: step -> commit {changes, positions, outbox} in one transaction ->
apply to memory -> (runner) flush the outbox -> (runner) acknowledge. A crash anywhere replays
from the committed positions and sends the outbox again; receivers drop what they have seen.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import msgspec

from streams.messages import Frame
from streams.stage import BEFORE_STREAM, Batch, Change, Stage, Step
from streams.store.protocol import Cell, Outgoing

Probe = Callable[[str, str], None]
"""Called with a point in a step's life and the task; tests kill the process in it."""


class Inbound(NamedTuple):
    """One input: the n-th of its origin, a message or a marker, with the runner's own token."""

    origin: str
    n: int
    body: bytes
    marker: int | None
    last: bool
    token: Any


class LostInput(Exception):
    """Inputs that no state holds are not to be had any more; going on would lose them silently."""

    def __init__(self, task: str, origin: str, expected: int, got: int) -> None:
        super().__init__(
            f"{task}: {origin} goes on at {got}, but {expected} comes next by the state. Either "
            "the state was lost or is another run's, or the broker has deleted what was not read. "
            "Start again from an empty state and empty topics."
        )


@runtime_checkable
class Checked(Protocol):
    """A stage that may find, when its tables are back, that it must not go on with them."""

    def restored(self) -> None:
        """Raise an error that says why, before anything is done."""


class Routes(NamedTuple):
    """Where a task's words go: topics read by other stages, with their number of partitions."""

    internal: Mapping[str, int]


def ignore(point: str, task: str) -> None:
    """Do nothing: the probe of every run that is not a test."""


class Task:
    """One stage over one partition, with its cell."""

    def __init__(
        self,
        name: str,
        stage: Stage,
        cell: Cell,
        upstream: frozenset[str],
        routes: Routes,
        probe: Probe = ignore,
    ) -> None:
        self.name, self.stage = name, stage
        self._cell, self._upstream, self._routes, self._probe = cell, upstream, routes, probe
        self._codecs = {table.name: table for table in stage.tables}
        self.tables: dict[str, dict[Any, Any]] = {t.name: {} for t in stage.tables}
        self._positions = dict(cell.positions())
        self._next = dict(self._positions)
        self.block = self._positions.get("block", BEFORE_STREAM)
        self._held: deque[Inbound] = deque()
        self._arrived: dict[str, Inbound] = {}
        self._outbox = list(cell.outbox())
        self._sent = 0
        self._done: list[Any] = []
        self._stirred = False
        try:
            self._restore()
        except Exception:
            # What was read is of two moments if another owner came in between: then this says so.
            cell.commit([], {}, [], 0)
            raise

    def _restore(self) -> None:
        for table in self.stage.tables:
            if table.keep != "log":
                rows = [table.read(key, value) for key, value in self._cell.rows(table.name)]
                self._apply(rows)
        if isinstance(self.stage, Checked):
            self.stage.restored()

    def offer(self, inputs: Sequence[Inbound]) -> None:
        """Take inputs in the order of their partition; nothing is processed yet.

        What was offered before is dropped and its token is done, also while the first is held:
        a consumer acknowledges in order, so the first holds the repeat back.
        Raises LostInput on a gap.
        """
        for one in inputs:
            expected = self._next.get(one.origin, 0)
            if one.n < expected:
                self._done.append(one.token)
            else:
                if one.n > expected:
                    raise LostInput(self.name, one.origin, expected, one.n)
                self._next[one.origin] = one.n + 1
                self._held.append(one)
                self._stirred = True

    def expects(self, origin: str) -> int:
        """Return the number of the next input of an origin that is not a repeat."""
        return self._next.get(origin, 0)

    def advance(self) -> int | None:
        """Process messages up to the next marker of each origin.

        Returns the block that is ready to close (markers of all upstreams are here), or None.
        """
        batch = self._before_markers() if self._stirred else []
        self._stirred = False
        if batch:
            self._commit(self.stage.step(self.tables, Batch([b.body for b in batch])), batch)
        return self.block + 1 if self._upstream <= self._arrived.keys() else None

    def _before_markers(self) -> list[Inbound]:
        batch, waiting = [], deque[Inbound]()
        for one in self._held:
            if one.origin in self._arrived:
                waiting.append(one)
            elif one.marker == self.block + 1:
                self._arrived[one.origin] = one
            else:
                # Also a marker out of turn: an event topic is open to mistakes, the stage rejects.
                batch.append(one)
        self._held = waiting
        return batch

    def close(self, affected: Any) -> None:
        """Close the next block: everything upstream has said all that belongs before its marker."""
        markers = list(self._arrived.values())
        block, last = self.block + 1, all(m.last for m in markers)
        batch = Batch(close=block, last=last, affected=affected)
        step = self.stage.step(self.tables, batch)
        self._arrived = {}
        self._stirred = True
        self._commit(step, markers, block, last)

    def outbox(self) -> tuple[list[Outgoing], int]:
        """Return what is committed and not yet flushed, and the number to give to `flushed`."""
        return [out for _, out in self._outbox], self._outbox[-1][0] if self._outbox else self._sent

    def flushed(self, number: int) -> None:
        """Confirm that everything up to `number` has been sent."""
        self._sent = number
        self._outbox = [entry for entry in self._outbox if entry[0] > number]
        self._probe("after-flush", self.name)

    def done(self) -> list[Any]:
        """Return the tokens of inputs that may be acknowledged, once."""
        done, self._done = self._done, []
        return done

    def release(self) -> None:
        """Let go of the cell."""
        self._cell.close()

    @property
    def backlog(self) -> int:
        """Return how many inputs are held back until a block closes."""
        return len(self._held)

    def _commit(
        self, step: Step, inputs: list[Inbound], block: int | None = None, last: bool = False
    ) -> None:
        positions: dict[str, int] = {}
        for one in inputs:
            positions[one.origin] = max(positions.get(one.origin, 0), one.n + 1)
        outgoing = [self._framed(out, positions) for out in step.outputs]
        if block is not None:
            positions["block"] = block
            outgoing += self._markers(block, last, positions)
        rows = [self._codecs[table].row(key, value) for table, key, value in step.changes]
        self._probe("before-commit", self.name)
        number = self._cell.commit(rows, positions, outgoing, self._sent, step.wiped)
        self._probe("after-commit", self.name)
        self._positions.update(positions)
        self.block = self._positions.get("block", BEFORE_STREAM)
        first = number - len(outgoing) + 1
        self._outbox += [(first + i, out) for i, out in enumerate(outgoing)]
        self._apply(step.changes)
        self._done += [one.token for one in inputs]

    def _apply(self, changes: list[Change]) -> None:
        for table, key, value in changes:
            if value is None:
                self.tables[table].pop(key, None)
            elif self._codecs[table].keep == "held":
                self.tables[table][key] = value
        self.stage.applied(changes)

    def _framed(self, out: Outgoing, positions: dict[str, int]) -> Outgoing:
        if out.topic not in self._routes.internal:
            return out
        frame = Frame(self.name, self._count(out.topic, out.partition, positions), body=out.value)
        return out._replace(value=_encode(frame))

    def _markers(self, block: int, last: bool, positions: dict[str, int]) -> list[Outgoing]:
        return [
            Outgoing(
                topic,
                part,
                None,
                _encode(Frame(self.name, self._count(topic, part, positions), block, last)),
            )
            for topic, count in self._routes.internal.items()
            for part in range(count)
        ]

    def _count(self, topic: str, partition: int | None, positions: dict[str, int]) -> int:
        """Number the frames of each target partition, so that its reader can drop repeats."""
        key = f">{topic}/{partition}"
        n = positions.get(key, self._positions.get(key, 0))
        positions[key] = n + 1
        return n


_encode = msgspec.msgpack.Encoder().encode
_frame = msgspec.msgpack.Decoder(Frame)


def inbound_frame(value: bytes, token: Any) -> Inbound:
    """Return a frame of an internal topic as an input."""
    f = _frame.decode(value)
    return Inbound(f.origin, f.n, f.body, f.marker, f.last, token)
