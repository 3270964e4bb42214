"""A file of clerks' verdicts: one JSON line each, written as they are given, played as input."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from streams.delivery import Delivery
from streams.events import Codec, Marker, Rejected
from streams.verdicts import ClerkVerdict, decode_verdict, delivery_of, encode_verdict

OPTION = "--verdicts"


class VerdictFileError(OSError):
    """A file of verdicts cannot be read or written; the message names the option and the line."""


def read_verdicts(path: Path, codec: Codec) -> list[ClerkVerdict]:
    """Return the verdicts of a file in its order, each gated as on a topic.

    Raises VerdictFileError with the number of the first line that is none.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise VerdictFileError(f"{OPTION}: cannot read {path}: {error.strerror}") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            # Written anew, since a line may have its fields in any order.
            one = codec.decode(encode_verdict(decode_verdict(line)))
        except Rejected as refusal:
            raise VerdictFileError(f"{OPTION}: {path}, line {number}: {refusal}") from None
        assert isinstance(one, ClerkVerdict)
        found.append(one)
    return found


def append_verdict(path: Path, said: ClerkVerdict) -> None:
    """Add a verdict to a file, made if missing, and wait until the disk has it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(encode_verdict(said) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise VerdictFileError(f"{OPTION}: cannot write {path}: {error.strerror}") from error


def with_verdicts(
    stream: Iterable[Delivery | Marker], verdicts: Sequence[ClerkVerdict]
) -> Iterator[Delivery | Marker]:
    """Yield a stream with verdicts before its first event: each waits there for its tenancy.

    So a link is the clerk's from its first moment on, and no block closes on what was overruled.
    """
    left = list(verdicts)
    for item in stream:
        yield item
        if isinstance(item, Marker):
            yield from map(delivery_of, left)
            left = []
