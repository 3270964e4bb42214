"""Points on their way from accounts to people: what a person's profile gains or loses."""

from collections.abc import Iterator
from zlib import crc32

import numpy as np

from linkage.privacy.view import mix_points, salt_of
from streams.columns import Columns, pack, unpack
from streams.events import HOUR
from streams.store.protocol import Outgoing


class Moves:
    """Collects the moves of one step; every row is one point of one person, signed."""

    def __init__(self, source: str) -> None:
        self._source, self._salt = source, salt_of(source)
        self._rows: list[tuple[int, int, int, int, int]] = []

    def add(self, person: int, time: int, place: int, account: str, seq: int, sign: int) -> None:
        """Note that a person gains (+1) or loses (-1) one usage of an account."""
        # The event's place in the canonical order: stable, and the same for gain and loss.
        ident = crc32(account.encode()) << 31 | seq & 0x7FFFFFFF
        self._rows.append((person, time, place, ident, sign))

    def outputs(self, partitions: int) -> Iterator[Outgoing]:
        """Return one message for each partition of `moves` that has rows."""
        if not self._rows:
            return
        table = np.array(self._rows, dtype=np.int64).T
        person, time, place, ident, sign = table
        columns: Columns = {
            "person": person,
            "point": mix_points(self._salt, time // HOUR, place),
            "time": time,
            "ident": ident,
            "sign": sign.astype(np.int8),
        }
        target = person % partitions
        for part in np.unique(target):
            rows = target == part
            body = pack({name: column[rows] for name, column in columns.items()})
            yield Outgoing("moves", int(part), None, message(self._source, body))


def message(source: str, body: bytes) -> bytes:
    """Return moves of one source as a message."""
    return source.encode() + b"\n" + body


def parse(data: bytes, sources: tuple[str, ...]) -> Columns:
    """Return the columns of a message with a `source` column, an index into `sources`."""
    source, _, body = data.partition(b"\n")
    columns = unpack(body)
    code = sources.index(source.decode())
    return {**columns, "source": np.full(len(columns["person"]), code, np.uint8)}
