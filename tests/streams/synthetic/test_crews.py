"""Several processes make the stream that one makes, and none is left over."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pyarrow as pa
import pytest

from streams.events import Marker, encode_marker
from streams.source import load_sources
from streams.synthetic import population
from streams.synthetic.crews import WorkerError, blocks_of
from streams.synthetic.world import World

PEOPLE = 66_500
"""Enough for two shards."""
UTILITY = {"utility": load_sources()["utility"]}


@pytest.fixture(scope="module")
def world() -> World:
    found = World(PEOPLE, 1, 7, UTILITY)
    assert len(found.population.shards()) == 2
    return found


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def digest(portions: Iterator[pa.Table | Marker]) -> str:
    digest = sha256()
    for portion in portions:
        if isinstance(portion, Marker):
            digest.update(encode_marker(portion))
        else:
            for name in ("topic", "key", "value"):
                digest.update("\n".join(portion[name].to_pylist()).encode())
            for name in ("order", "seq", "person"):
                digest.update(portion[name].to_numpy().tobytes())
    return digest.hexdigest()


def test_two_processes_make_what_one_makes(world: World) -> None:
    found = world.stream(processes=2)
    head = [next(found) for _ in range(3)]  # the registry, its marker and block 0's
    portions = [*head, next(found)]
    assert len(multiprocessing.active_children()) == 2
    portions += found
    assert digest(iter(portions)) == digest(world.stream())


def test_one_that_dies_is_named_and_the_others_are_ended(world: World) -> None:
    blocks = blocks_of(world, 1, 2)
    next(blocks)
    (one, other) = multiprocessing.active_children()
    one.kill()
    with pytest.raises(WorkerError, match=r"^--processes: .* ended early, with exit code -9"):
        list(blocks)
    assert not one.is_alive()
    assert not other.is_alive()


def test_who_needs_no_more_ends_them(world: World) -> None:
    blocks = blocks_of(world, 24, 2)
    next(blocks)
    assert isinstance(blocks, type(_ for _ in ()))
    blocks.close()
    assert multiprocessing.active_children() == []


def test_a_world_of_one_shard_needs_no_other_process() -> None:
    found = World(50, 1, 7, UTILITY).stream(processes=8)
    portions = [next(found) for _ in range(4)]
    assert len(portions) == 4
    assert multiprocessing.active_children() == []


def test_sources_that_another_process_could_not_find_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(population, "SHARD", 90)
    mine = replace(UTILITY["utility"], describes="mine")
    world = World(200, 1, 7, {"utility": mine})
    with pytest.raises(TypeError, match=r"not of streams/sources/: utility$"):
        list(blocks_of(world, 1, 2))
    assert list(blocks_of(world, 1, 1))[3].num_rows > 0


ALONE = """
import multiprocessing
from streams.source import load_sources
from streams.synthetic.crews import blocks_of
from streams.synthetic.world import World

if __name__ == "__main__":
    world = World(66_500, 1, 7, {"utility": load_sources()["utility"]})
    blocks = blocks_of(world, 1, 2)
    next(blocks)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    input()
"""


def test_none_outlives_who_started_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ALONE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
        parent.kill()
        try:
            # It has an end when all that hold it have ended, the children too.
            _, said = parent.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            raise
    assert said == ""
