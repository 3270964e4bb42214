"""Points and doubts on their way from accounts to people: what a profile gains or loses."""

from collections.abc import Collection, Iterator
from zlib import crc32

import numpy as np

from linkage.privacy.view import mix_points, salt_of
from streams.columns import Columns, pack, portions, unpack
from streams.events import HOUR
from streams.store.protocol import Outgoing


class Moves:
    """Collects the moves of one step: points that people gain or lose, without what cancels out.

    An account that is decided again is booked out and in; most often nobody's points move.
    """

    def __init__(self, source: str) -> None:
        self._source, self._salt = source, salt_of(source)
        self._crc = crc32(source.encode())
        self._net: dict[tuple[int, int, int, int], int] = {}
        self._doubts: dict[int, int] = {}

    def add(self, person: int, time: int, place: int, account: str, seq: int, sign: int) -> None:
        """Note that a person gains (+1) or loses (-1) one usage of an account."""
        # The event's place in the canonical order: stable, and the same for gain and loss.
        ident = crc32(account.encode(), self._crc) << 31 | seq & 0x7FFFFFFF
        row = person, time, place, ident
        self._net[row] = self._net.get(row, 0) + sign

    def trust(self, person: int, doubt: int, sign: int) -> None:
        """Note that a link of a person comes (+1) or goes (-1) with its doubt (`doubt.py`)."""
        if doubt:
            self._doubts[person] = self._doubts.get(person, 0) + sign * doubt

    def outputs(self, partitions: int) -> Iterator[Outgoing]:
        """Return one message for each partition of `moves` that has rows, and one for doubts."""
        yield from self._points(partitions)
        rows = [(person, doubt) for person, doubt in self._doubts.items() if doubt]
        if rows:
            person, doubt = np.array(rows, dtype=np.int64).T
            yield from self._parted({"person": person, "doubt": doubt}, partitions)

    def _points(self, partitions: int) -> Iterator[Outgoing]:
        rows = [(*row, sign) for row, sign in self._net.items() if sign]
        if not rows:
            return
        table = np.array(rows, dtype=np.int64).T
        person, time, place, ident, sign = table
        columns: Columns = {
            "person": person,
            "point": mix_points(self._salt, time // HOUR, place),
            "place": place.astype(np.int32),
            "time": time,
            "ident": ident,
            "sign": sign.astype(np.int8),
        }
        yield from self._parted(columns, partitions)

    def _parted(self, columns: Columns, partitions: int) -> Iterator[Outgoing]:
        target = columns["person"] % partitions
        for part in np.unique(target):
            here = np.flatnonzero(target == part)
            for portion in portions(len(here)):
                body = pack({name: column[here[portion]] for name, column in columns.items()})
                yield Outgoing("moves", int(part), None, message(self._source, body))


def gone(source: str, people: Collection[int], partitions: int) -> Iterator[Outgoing]:
    """Return that nothing of these people may be kept, to the partitions that keep it."""
    for part in sorted({person % partitions for person in people}):
        mine = np.array(sorted(p for p in people if p % partitions == part), np.int64)
        body = pack({"person": mine, "erased": np.ones(len(mine), np.bool_)})
        yield Outgoing("moves", part, None, message(source, body))


def message(source: str, body: bytes) -> bytes:
    """Return moves of one source as a message."""
    return source.encode() + b"\n" + body


def parse(data: bytes, sources: tuple[str, ...]) -> Columns:
    """Return the columns of a message with a `source` column, an index into `sources`.

    They are points (person, point, place, time, ident, sign), doubts (person, doubt), or people who
    are erased (person, erased).
    """
    source, _, body = data.partition(b"\n")
    columns = unpack(body)
    code = sources.index(source.decode())
    return {**columns, "source": np.full(len(columns["person"]), code, np.uint8)}
