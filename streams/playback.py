"""Reading a recorded stream back: in bounded memory, line by line, in the order of the feed."""

from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pyarrow as pa

from streams.delivery import Delivery
from streams.events import MAX_BYTES, Marker
from streams.recording import (
    FORMAT,
    RecordingError,
    RecordingManifest,
    compression_of,
    manifest_path,
    truth_path,
)
from streams.synthetic.truth import Truth, load_truth

OPTION = "--play"
_CHUNK = 1 << 20
_UNSAID = -1


class _Head(msgspec.Struct, gc=False):
    """As much of a line as says where it goes; the gate downstream looks at all of it."""

    source: str = ""
    subject: str = ""
    person: int = _UNSAID
    marker: int | None = None


_head = msgspec.json.Decoder(_Head).decode
_marker = msgspec.json.Decoder(Marker).decode


def load_recording_manifest(path: Path) -> RecordingManifest | None:
    """Return the manifest beside a recording, or None; RecordingError when it is damaged."""
    beside = manifest_path(path)
    if not beside.exists():
        return None
    try:
        manifest = msgspec.json.decode(beside.read_bytes(), type=RecordingManifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordingError(f"{OPTION}: {beside} is no manifest: {error}") from None
    if manifest.format != FORMAT:
        what = f"is of format {manifest.format}; this version reads format {FORMAT}"
        raise RecordingError(f"{OPTION}: {path} {what}")
    return manifest


def load_recording_truth(path: Path) -> Truth | None:
    """Return the truth beside a recording, or None; RecordingError when it is damaged."""
    beside = truth_path(path)
    if not beside.exists():
        return None
    try:
        return load_truth(beside)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordingError(f"{OPTION}: {beside} is no truth: {error}") from None


def play(path: Path, sources: Collection[str] | None = None) -> Iterator[Delivery | Marker]:
    """Yield a recording's messages in its order; may be called again, and yields the same again.

    Raises RecordingError: at once for a file that is not there or is of another format; later,
    naming the line, for what is no message, for a source that is not among `sources`, for markers
    out of order, and at the end when the lines are not the manifest's.
    """
    compression_of(path, OPTION)
    if not path.is_file():
        raise RecordingError(f"{OPTION}: there is no file {path}")
    return _played(path, sources, load_recording_manifest(path))


def _played(
    path: Path, sources: Collection[str] | None, manifest: RecordingManifest | None
) -> Iterator[Delivery | Marker]:
    hashed, block, last, number = sha256(), -2, False, 0
    for number, line in enumerate(_lines(path), 1):
        hashed.update(line)
        item = _item(line, f"{OPTION}: {path}, line {number}", sources)
        if last or (isinstance(item, Marker) and item.marker != block + 1):
            due = "the end of the stream" if last else f"the marker of block {block + 1}"
            raise RecordingError(f"{OPTION}: {path}, line {number}: found where {due} is due")
        if isinstance(item, Marker):
            block, last = item.marker, item.last
        yield item
    if not last:
        raise RecordingError(f"{OPTION}: {path} ends after line {number}, before its last marker")
    if manifest is not None and manifest.sha256 != hashed.hexdigest():
        raise RecordingError(f"{OPTION}: the lines of {path} are not those that its manifest names")


def _item(line: bytes, where: str, sources: Collection[str] | None) -> Delivery | Marker:
    value = line[:-1]
    try:
        head = _head(value)
        if head.marker is not None:
            return _marker(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Not repeated: it could hold anything.
        raise RecordingError(f"{where}: no event, registry entry or marker in JSON") from None
    if head.person != _UNSAID and not head.source:
        return Delivery("registry", str(head.person).encode(), value)
    if not head.source or not head.subject:
        raise RecordingError(f"{where}: neither source and subject, nor person, nor marker")
    if sources is not None and head.source not in sources:
        allowed = ", ".join(sources)
        raise RecordingError(f"{where}: an event of a source that is not played; played: {allowed}")
    return Delivery(f"events.{head.source}", head.subject.encode(), value)


def _lines(path: Path) -> Iterator[bytes]:
    """Yield lines with their newline; RecordingError for a damaged or cut file."""
    number, rest = 0, b""
    try:
        with pa.input_stream(str(path), compression_of(path, OPTION)) as stream:
            while chunk := stream.read(_CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    number += 1
                    yield line + b"\n"
                if len(rest) > MAX_BYTES:
                    raise RecordingError(f"line {number + 1} is longer than {MAX_BYTES} bytes")
    except RecordingError as error:
        raise RecordingError(f"{OPTION}: {path}: {error}") from None
    except (OSError, pa.ArrowException) as error:
        what = "cannot be read" if number == 0 else f"is damaged after line {number}"
        detail = str(error).splitlines()[0]
        raise RecordingError(f"{OPTION}: {path} {what}: {detail}") from None
    if rest:
        raise RecordingError(f"{OPTION}: {path}: line {number + 1} is cut off")
