"""What a store promises: state, position and outbox change together or not at all.

A cell is the durable home of one task. Its owner is the one process that loaded it last: every
commit compares and sets a version, so a zombie that was declared dead cannot write any more.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

Row = tuple[str, bytes, bytes | None]
"""A change of one row: table, key, value; value None deletes it."""


class Outgoing(NamedTuple):
    """A message to be sent: partition None means that the key decides."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes


class Fenced(Exception):
    """Another process owns this cell now; this one must stop and not write again."""


class Cell(Protocol):
    """The durable state of one task."""

    def rows(self, table: str) -> Iterable[tuple[bytes, bytes]]:
        """Return the (key, value) rows of a table, ordered by key."""

    def positions(self) -> Mapping[str, int]:
        """Return the next expected n of every origin."""

    def outbox(self) -> Sequence[tuple[int, Outgoing]]:
        """Return what was committed but perhaps not sent, in order, with its number."""

    def commit(
        self,
        rows: Iterable[Row],
        positions: Mapping[str, int],
        outgoing: Sequence[Outgoing],
        sent: int,
        wiped: Collection[str] = (),
    ) -> int:
        """Write everything in one transaction, forget outbox entries up to number `sent`.

        Of the tables `wiped` nothing may stay readable but what they hold now; nor what this commit
        says, once it is sent and forgotten. Returns the number of the last entry of `outgoing`;
        raises Fenced when the cell has a new owner.
        """

    def close(self) -> None:
        """Let go of the cell; what was committed stays."""


class Store(Protocol):
    """Where cells live."""

    def open(self, task: str) -> Cell:
        """Take ownership of a task's cell, made empty when it does not exist yet."""

    def tasks(self) -> Sequence[str]:
        """Return the names of all tasks that have a cell, sorted."""

    def peek(self, task: str, table: str) -> Iterable[tuple[bytes, bytes]]:
        """Return a table's rows without taking ownership, for readers beside the pipeline."""
