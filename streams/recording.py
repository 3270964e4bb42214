"""A recorded stream: one file of JSON lines in feed order, its manifest, and its truth.

Each line is the exact value of a message: an event, a registry entry or a block marker. The name
says whether it is compressed. Beside `PATH` lie `PATH.manifest.json` and, when somebody knows it,
`PATH.truth.msgpack`; they appear together or not at all. `streams/playback.py` reads them.
"""

import errno
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec
import pyarrow as pa

from streams.events import VERSION
from streams.landing import Landing, LandingError, claim
from streams.synthetic.truth import Truth

FORMAT = 1
"""Version of the recording: one message a line, manifest and truth beside it."""
COMPRESSIONS = {".jsonl": None, ".jsonl.gz": "gzip", ".jsonl.zst": "zstd"}
STANDARD_OUTPUT = ("-", "/dev/stdout")
Overwrite = Literal["refuse", "replace"]
LARGE = 1 << 18
"""Bytes from which on a block is hashed on another core while it is written."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class RecordingError(OSError):
    """A recording cannot be written or read; the message is one line and names the option."""


class RecordingManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a recording is of. `sha256` and `bytes` are of the lines before compression.

    `config` holds all that the lines depend on besides the seed, `config_hash` is BLAKE2b-128 of
    its canonical JSON, `counts` are messages by topic and by 'kind/op'.
    """

    format: int = FORMAT
    event_version: int = VERSION
    people: int
    days: int
    seed: int
    config: dict[str, Any]
    config_hash: str
    counts: dict[str, int]
    lines: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What the writer knows of a finished recording; `truth` is None when nobody knows it."""

    people: int
    days: int
    seed: int
    config: Mapping[str, Any]
    counts: Mapping[str, int] = field(default_factory=dict)
    truth: Truth | None = None


def compression_of(path: Path, option: str) -> str | None:
    """Return the compression that a name asks for; RecordingError for any other name.

    >>> compression_of(Path("w.jsonl.zst"), "--out"), compression_of(Path("w.jsonl"), "--out")
    ('zstd', None)
    """
    for suffix, compression in COMPRESSIONS.items():
        if path.name.endswith(suffix) and path.name != suffix:
            return compression
    allowed = ", ".join(COMPRESSIONS)
    raise RecordingError(f"{option}: {path} is no name of a recording; allowed endings: {allowed}")


def manifest_path(path: Path) -> Path:
    """Return where the manifest of a recording is."""
    return path.with_name(path.name + ".manifest.json")


def truth_path(path: Path) -> Path:
    """Return where the truth of a recording is."""
    return path.with_name(path.name + ".truth.msgpack")


def config_hash(config: Mapping[str, Any]) -> str:
    """Return the hash of a configuration, whatever the order of its keys.

    >>> config_hash({"a": 1, "b": 2}) == config_hash({"b": 2, "a": 1})
    True
    """
    canonical = msgspec.json.encode(dict(config), order="deterministic")
    return blake2b(canonical, digest_size=16).hexdigest()


def manifest_of(contents: Contents, lines: int, size: int, sha256: str) -> RecordingManifest:
    """Return the manifest of a finished file of so many messages and bytes."""
    return RecordingManifest(
        people=contents.people,
        days=contents.days,
        seed=contents.seed,
        config=dict(contents.config),
        config_hash=config_hash(contents.config),
        counts=dict(sorted(contents.counts.items())),
        lines=lines,
        bytes=size,
        sha256=sha256,
    )


class Recorder:
    """Writes a recording as a context manager; without `finish` nothing of it is left.

    `-` and `/dev/stdout` are written as they come, without manifest and truth. Raises
    RecordingError for what is wrong with the path, a full disk and a reader that went away.
    """

    def __init__(self, path: Path, overwrite: Overwrite = "refuse", option: str = "--out") -> None:
        self._path, self._option = path, option
        self._direct = str(path) in STANDARD_OUTPUT
        self._hash, self._lines, self._bytes = sha256(), 0, 0
        self._landing: Landing | None = None
        self._helper = ThreadPoolExecutor(1, "hash")
        try:
            self._raw = self._claimed(overwrite)
        except (LandingError, OSError) as error:
            raise self._said(error) from error
        self._sink: BinaryIO | pa.NativeFile = self._raw
        if not self._direct and (compression := compression_of(path, option)):
            # A handle of its own, since the stream closes the one it is given.
            handle = os.fdopen(os.dup(self._raw.fileno()), "wb")
            self._sink = pa.CompressedOutputStream(pa.PythonFile(handle, "w"), compression)

    def write(self, block: bytes) -> None:
        """Write whole lines, each ended by a newline: the more at once, the faster."""
        if not block.endswith(b"\n"):
            raise ValueError("a block is made of whole lines, each with its newline")
        try:
            if len(block) < LARGE:
                self._count(block)
                self._sink.write(block)
            else:
                counted = self._helper.submit(self._count, block)
                self._sink.write(block)
                counted.result()
        except OSError as error:
            raise self._said(error) from error

    def finish(self, contents: Contents) -> RecordingManifest:
        """Bring everything to the disk and give the files their names; return the manifest."""
        manifest = manifest_of(contents, self._lines, self._bytes, self._hash.hexdigest())
        try:
            self._close()
            if self._landing is not None:
                self._land(self._landing, manifest, contents.truth)
        except OSError as error:
            raise self._said(error) from error
        return manifest

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self._helper.shutdown()
        # After `finish` there is nothing left to close or to take away.
        with suppress(OSError, pa.ArrowException, ValueError):
            self._sink.close()
        with suppress(OSError, ValueError):
            self._raw.close()
        if self._landing is not None:
            self._landing.abandon()

    def _count(self, block: bytes) -> None:
        self._hash.update(block)
        self._lines += block.count(b"\n")
        self._bytes += len(block)

    def _claimed(self, overwrite: Overwrite) -> BinaryIO:
        if self._direct:
            # Not sys.stdout: a buffer that the interpreter flushes would complain at its end.
            return os.fdopen(os.dup(1), "wb")
        compression_of(self._path, self._option)
        files = [self._path, manifest_path(self._path), truth_path(self._path)]
        self._landing = claim(files, overwrite)
        return self._landing.stream

    def _close(self) -> None:
        if self._sink is not self._raw:
            self._sink.close()
        if not self._raw.closed:
            self._raw.flush()
        if self._direct:
            self._raw.close()

    def _land(self, landing: Landing, manifest: RecordingManifest, truth: Truth | None) -> None:
        text = msgspec.json.format(msgspec.json.encode(manifest)) + b"\n"
        known = {} if truth is None else {truth_path(self._path): msgspec.msgpack.encode(truth)}
        landing.land({manifest_path(self._path): text, **known})

    def _said(self, error: OSError) -> RecordingError:
        return recording_error(error, self._path, self._option)


def recording_error(error: OSError, path: Path, option: str) -> RecordingError:
    """Return what went wrong in one line, with the option and what is allowed."""
    if isinstance(error, RecordingError):
        return error
    if isinstance(error, LandingError):
        return RecordingError(f"{option}: {error}")
    if isinstance(error, BrokenPipeError):
        return RecordingError(f"{option}: whoever read {path} has gone away")
    if error.errno in _FULL:
        what = f"no space is left for {path}; give it another disk, or .jsonl.zst"
        return RecordingError(f"{option}: {what}")
    detail = error.strerror or str(error).splitlines()[0]
    return RecordingError(f"{option}: cannot write {path}: {detail}")
