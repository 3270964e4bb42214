"""Who takes part in an answer, in few bytes: a bit a person, or the people, whatever is shorter."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.rows import Ints

PEOPLE = 2**31
"""People are numbered from 0 to below this: what everybody spent is a column up to the last."""
_BITMAP = b"b"
_STEPS = {b"1": "<u1", b"2": "<u2", b"4": "<u4", b"8": "<u8"}


def packed(people: Ints) -> bytes:
    """Return people, sorted and distinct numbers from 0 to below PEOPLE, as bytes.

    A bit for everybody up to the last of them, or the steps from one to the next.

    >>> unpacked(packed(np.array([3, 70_000]))).tolist()
    [3, 70000]
    """
    if not len(people):
        return b"1"
    steps = people.copy()
    steps[1:] -= people[:-1]
    if int(people[0]) < 0 or int(people[-1]) >= PEOPLE or int(steps[1:].min(initial=1)) < 1:
        raise ValueError(f"people: need distinct numbers from 0 to below {PEOPLE}, sorted")
    code = next(c for c in _STEPS if int(steps.max()) < 256 ** int(c))
    kind = np.dtype(_STEPS[code])
    bits = int(people[-1]) // 8 + 1
    if len(people) * kind.itemsize <= bits:
        return code + steps.astype(kind).tobytes()
    mask = np.zeros(8 * bits, np.bool_)
    mask[people] = True
    return _BITMAP + np.packbits(mask, bitorder="little").tobytes()


def unpacked(data: bytes) -> Ints:
    """Return the people in these bytes, sorted; ValueError for bytes that are something else."""
    if data[:1] == _BITMAP and len(data) <= 1 + PEOPLE // 8:
        return np.flatnonzero(mask_of(data))
    width = _STEPS.get(data[:1])
    if width is None:
        raise ValueError(f"members: begin with {data[:1]!r}, need one of b'b', 1, 2, 4 or 8")
    if (len(data) - 1) % int(data[:1]):
        raise ValueError(f"members: {len(data) - 1} bytes are no steps of {data[:1].decode()}")
    steps = np.frombuffer(data, np.dtype(width), offset=1)
    # Looked at before they are added, so that no sum of theirs can come round to a small number.
    if int(steps.max(initial=0)) < PEOPLE and int(steps[1:].min(initial=1)) > 0:
        people = np.cumsum(steps, dtype=np.int64)
        if not len(people) or int(people[-1]) < PEOPLE:
            return people
    raise ValueError(f"members: are no rising numbers from 0 to below {PEOPLE}")


def mask_of(data: bytes) -> NDArray[Any]:
    """Return a bitmap's bits, a byte each."""
    return np.unpackbits(np.frombuffer(data, np.uint8, offset=1), bitorder="little")
