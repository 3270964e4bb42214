"""The ledger as a file that can be moved and verified: a head, then one entry a row, chained.

A gzip stream of frames; a frame is its length (4 bytes, big-endian) and as many bytes of msgpack.
The first is the Head. Each that follows is an array [task, table, key, value, hash]: a row of a
ledger's table as the store holds it, and H(hash before, task, table, key, value) with BLAKE2b of
32 bytes. The chain starts from the head's format, version, run and policy, and the head names the
last hash and how many entries there are. So a changed, missing, added or moved entry is found, and
so is a head of another ledger. Who can write the file can also make a new chain: `expected`, the
last hash as it was said when the file was saved, is what they cannot make. The file holds what the
ledgers hold, people's numbers and true counts among it: it is the operator's, not private.
"""

import gzip
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, BinaryIO, NamedTuple, cast

import msgspec

from linkage.errors import LinkageError
from streams.landing import claim

FORMAT, VERSION = "joinlens ledger", 1
LARGEST = 2**30
"""Bytes that one frame may have."""
_TIME = 1
"""A fixed time in the gzip head: the same ledger makes the same file."""


class LedgerFileError(LinkageError):
    """A ledger file is no such file, or is damaged; the message names the first bad entry."""


class Entry(NamedTuple):
    """A row of a ledger's table, as the store holds it."""

    task: str
    table: str
    key: bytes
    value: bytes


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file holds: rows by task and table, the last hash, the run's manifest and policy."""

    format: str = FORMAT
    version: int = VERSION
    entries: int = 0
    tables: dict[str, int] = {}
    last: bytes = b""
    manifest: bytes = b""
    policy: str = ""


class _Kind(msgspec.Struct, frozen=True):
    """What every version of the head has."""

    format: str
    version: int


_encode = msgspec.msgpack.Encoder().encode
_line = msgspec.msgpack.Decoder(tuple[str, str, bytes, bytes, bytes]).decode


def write(path: Path, head: Head, entries: Iterable[Entry], force: bool = False) -> Head:
    """Write a ledger file, whole or not at all; return its head with counts and last hash.

    LandingError when the file must not be written; an existing one needs `force`.
    """
    landing = claim([path], "replace" if force else "refuse")
    try:
        with TemporaryFile() as body:
            head = _write_body(body, head, entries)
            with _compressed(landing.stream) as out:
                _frame(out, _encode(head))
            body.seek(0)
            # Two gzip members make one stream; the head can only be written when all is known.
            copyfileobj(body, landing.stream)
        landing.land({})
    except BaseException:
        landing.abandon()
        raise
    return head


def read(path: Path, expected: str | None = None) -> tuple[Head, Iterator[Entry]]:
    """Return a file's head, and its entries, which are checked while they are read.

    LedgerFileError when it is no ledger file, is of a newer version, or its head's last hash is
    not the `expected` one (hex); from the entries, at the first that is damaged.
    """
    entries = _checked(path)
    head = cast(Head, next(entries))
    if expected is not None and head.last.hex() != expected:
        raise LedgerFileError(
            f"{path}: it ends in hash {head.last.hex()}, not in {expected}; it is another ledger, "
            "or one that was changed after it was saved"
        )
    return head, cast(Iterator[Entry], entries)


def verify(path: Path, expected: str | None = None) -> Head:
    """Read a whole file and return its head; LedgerFileError names the first bad entry."""
    head, entries = read(path, expected)
    for _ in entries:
        pass
    return head


def _write_body(body: IO[bytes], head: Head, entries: Iterable[Entry]) -> Head:
    last, tables = _start(head), Counter[str]()
    with _compressed(body) as out:
        for entry in entries:
            last = _next(last, entry)
            _frame(out, _encode((*entry, last)))
            tables[_counted(entry)] += 1
    count = tables.total()
    return msgspec.structs.replace(head, entries=count, tables=dict(tables), last=last)


def _checked(path: Path) -> Iterator[Head | Entry]:
    """Yield the head, then each entry that the chain holds."""
    with gzip.open(path) as file:
        stream = cast(BinaryIO, file)
        head = _head(path, stream)
        yield head
        last, tables = _start(head), Counter[str]()
        for number in range(1, head.entries + 1):
            entry, told = _entry(path, stream, where := f"entry {number:,} of {head.entries:,}")
            last = _next(last, entry)
            if told != last:
                raise LedgerFileError(
                    f"{path}: {where} ({entry.task}, table {entry.table}) is not what was saved, "
                    "or not where it was; take an untouched copy"
                )
            tables[_counted(entry)] += 1
            yield entry
        if (last, dict(tables)) != (head.last, head.tables):
            raise LedgerFileError(
                f"{path}: what the head says of the entries is not so; the head was changed, or "
                "is another file's"
            )
        if _some(path, stream, 1):
            raise LedgerFileError(f"{path}: something follows entry {head.entries:,}, the last one")


def _entry(path: Path, stream: BinaryIO, where: str) -> tuple[Entry, bytes]:
    try:
        task, table, key, value, told = _line(_read_frame(path, stream, where))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LedgerFileError(f"{path}: {where} cannot be read: {error}") from error
    return Entry(task, table, key, value), told


def _counted(entry: Entry) -> str:
    return f"{entry.task} {entry.table}"


def _head(path: Path, stream: BinaryIO) -> Head:
    data = _read_frame(path, stream, "the head")
    try:
        kind = msgspec.msgpack.decode(data, type=_Kind)
        if kind.format != FORMAT:
            raise LedgerFileError(f"{path}: no ledger file: its format is {kind.format!r}")
        if kind.version != VERSION:
            raise LedgerFileError(
                f"{path}: a ledger of version {kind.version}, and this joinlens reads version "
                f"{VERSION}; use the joinlens that wrote it, or a newer one"
            )
        return msgspec.msgpack.decode(data, type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LedgerFileError(
            f"{path}: no ledger file of `joinlens budget save`: {error}"
        ) from error


def _read_frame(path: Path, stream: BinaryIO, where: str) -> bytes:
    length = int.from_bytes(_some(path, stream, 4, where), "big")
    if length > LARGEST:
        raise LedgerFileError(f"{path}: no ledger file, or {where} is damaged: {length:,} bytes")
    return _some(path, stream, length, where)


def _some(path: Path, stream: BinaryIO, length: int, where: str | None = None) -> bytes:
    """Return the next bytes, all of them if `where` says what they are needed for."""
    try:
        found = stream.read(length)
    except gzip.BadGzipFile as error:
        raise LedgerFileError(
            f"{path}: no ledger file of `joinlens budget save`, or damaged: {error}"
        ) from error
    except (EOFError, zlib.error) as error:
        raise LedgerFileError(f"{path}: cut off or damaged at {where or 'its end'}") from error
    if where is not None and len(found) < length:
        raise LedgerFileError(f"{path}: cut off at {where}; take a whole copy")
    return found


def _start(head: Head) -> bytes:
    return _hash(_encode((head.format, head.version, head.manifest, head.policy)))


def _next(last: bytes, entry: Entry) -> bytes:
    return _hash(last + _encode(entry))


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).digest()


def _frame(out: BinaryIO, data: bytes) -> None:
    out.write(len(data).to_bytes(4, "big") + data)


@contextmanager
def _compressed(stream: IO[bytes]) -> Iterator[BinaryIO]:
    with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=_TIME) as out:
        yield cast(BinaryIO, out)
