"""What a stage is: step(state, batch) -> (changes, outputs), and tables as its only state.

A stage never writes. It reads committed tables through a Draft, answers with changes and outputs,
and the runner commits both with the position they stand for. Caches that a stage derives from
its tables are told afterwards, by `applied`, so they too only ever hold committed state.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.linker import Linker
from streams.store.protocol import Outgoing, Row

BEFORE_STREAM = -2
"""The block a task has closed when it has closed none; -1 is the registry before the stream."""

Change = tuple[str, Any, Any]
"""A new value of one key of a table; None deletes it. A plain tuple: there are millions."""

Keep = Literal["held", "journal", "log"]


class Table:
    """A named table of a stage: the types of key and value, and their wire form.

    A `held` table is in memory for the stage to read. A `journal` is told to `applied` and not
    held: what the stage needs of it is in caches. A `log` is for readers beside the pipeline.
    """

    def __init__(self, name: str, key: object, value: object, keep: Keep = "held") -> None:
        self.name, self.keep = name, keep
        self._key = msgspec.msgpack.Decoder(key)
        self._value = msgspec.msgpack.Decoder(value)
        self._encoder = msgspec.msgpack.Encoder()

    def row(self, key: Any, value: Any) -> Row:
        """Return a change as a row of the store."""
        encode = self._encoder.encode
        return self.name, encode(key), None if value is None else encode(value)

    def read(self, key: bytes, value: bytes) -> "Change":
        """Return a row of the store as the change that made it."""
        return self.name, self._key.decode(key), self._value.decode(value)


class Draft:
    """Committed tables with the changes of one step on top of them."""

    def __init__(self, tables: Mapping[str, Mapping[Any, Any]]) -> None:
        self._tables = tables
        self._fresh: dict[str, dict[Any, Any]] = {name: {} for name in tables}

    def get(self, table: str, key: Any) -> Any:
        """Return the value of a key as this step sees it, or None."""
        fresh = self._fresh[table]
        return fresh[key] if key in fresh else self._tables[table].get(key)

    def put(self, table: str, key: Any, value: Any) -> None:
        """Set a key; None deletes it."""
        self._fresh[table][key] = value

    def all(self, table: str) -> dict[Any, Any]:
        """Return a whole table as this step sees it; for small tables."""
        merged = {**self._tables[table], **self._fresh[table]}
        return {key: value for key, value in merged.items() if value is not None}

    def changes(self) -> list[Change]:
        """Return what this step changes."""
        return [
            (table, key, value)
            for table, fresh in self._fresh.items()
            for key, value in fresh.items()
        ]


@dataclass(frozen=True)
class Batch:
    """What a step is given: messages, or the close of a block, never both.

    At a close, `affected` holds the blocking keys that the registry's changes of this block
    touched (for stages that look things up in the registry).
    """

    messages: Sequence[bytes] = ()
    close: int | None = None
    last: bool = False
    affected: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))


class Desk(Protocol):
    """Where records are looked up: linkers with the registry as of the close of `block`."""

    @property
    def linker(self) -> Linker:
        """Return the linker that decides."""

    @property
    def shadow(self) -> Linker | None:
        """Return the linker of a model that is tried beside it, if there is one."""

    def keys(self, records: Sequence[object]) -> NDArray[np.uint64]:
        """Return all blocking keys of records (records x keys, 0 = none), by any linker here."""

    @property
    def block(self) -> int:
        """Return the block whose close the registry stands at."""

    @property
    def erased(self) -> frozenset[int]:
        """Return the people whom that block's changes of the registry erased."""


class Step(NamedTuple):
    """What a step answers: changes of its tables and messages to send.

    What `wiped` tables held before must not stay readable: the store keeps no older version.
    """

    changes: list[Change]
    outputs: list[Outgoing]
    wiped: Sequence[str] = ()


class Stage(Protocol):
    """One stage of TOPOLOGY, as one task runs it."""

    tables: Sequence[Table]

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        """Return what this batch changes and says; touches nothing."""

    def applied(self, changes: Iterable[Change]) -> None:
        """Bring derived caches up to date with changes that are committed."""
