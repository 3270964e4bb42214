"""Are the lines of a world the same ones, however they are made?"""

import hashlib
from collections.abc import Iterable, Iterator

import pyarrow as pa

from bench.harness import Row
from streams.events import Marker, encode_marker
from streams.synthetic.world import World

_AT_ONCE = 50_000


def rows(people: int, days: int, seed: int) -> list[Row]:
    """Return 1 for each way to make a world that gives the same SHA-256, and 0 if it does not.

    The last one is of another seed, which is to give another.
    """
    world = World(people, days, seed)
    first = digest(world.stream())
    others = {
        "a world made anew": World(people, days, seed).stream(),
        "7 hours at a time": world.stream(stride=7),
        "two processes": world.stream(processes=2),
    }
    found = {f"sha256 {first[:12]} again: {name}": digest(s) == first for name, s in others.items()}
    other = digest(World(people, days, seed + 1).stream())
    found[f"another sha256, {other[:12]}: another seed"] = other != first
    return [
        Row(
            name=name,
            value=float(as_it_should),
            unit="1 if so",
            at_least=1,
            seed=seed,
            n=people,
        )
        for name, as_it_should in found.items()
    ]


def digest(stream: Iterable[pa.Table | Marker]) -> str:
    """Return the SHA-256 of a stream written one message a line, markers included."""
    sha = hashlib.sha256()
    for lines in _lines(stream):
        sha.update(lines)
    return sha.hexdigest()


def _lines(stream: Iterable[pa.Table | Marker]) -> Iterator[bytes]:
    for one in stream:
        if isinstance(one, Marker):
            yield encode_marker(one) + b"\n"
            continue
        for low in range(0, one.num_rows, _AT_ONCE):
            values = one["value"].slice(low, _AT_ONCE).to_pylist()
            yield "".join(f"{value}\n" for value in values).encode()
