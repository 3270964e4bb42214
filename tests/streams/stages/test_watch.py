"""The watch from close to close, beside a look back over everything that was seen."""

from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.histogram import ClassHistogram, Moves
from linkage.privacy.lattice import lattice
from linkage.privacy.metric import Followed
from linkage.privacy.survival import sustained
from streams.stage import Draft, Table
from streams.stages import watch as module
from streams.stages.watch import STAYS, Watch, Watched

SOURCES = ("phone", "bank")
VIEWS = lattice(SOURCES)
Seen = list[tuple[int, int]]
"""What each person's points of both sources add up to at a close; 0 is none."""
TABLE = Table("watched", tuple[str, int], Watched)

HISTORIES = st.integers(1, 4).flatmap(
    lambda people: st.lists(
        st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from([0, 0, 4])),
            min_size=people,
            max_size=people,
        ),
        min_size=1,
        max_size=14,
    )
)


def key_of(sums: tuple[int, int], number: int) -> int:
    chosen = [SOURCES.index(source) for source in VIEWS[number].sources]
    return sum(sums[n] for n in chosen)


def histogram_of(seen: Seen) -> ClassHistogram:
    rows = [(number, key_of(sums, number)) for number in range(3) for sums in seen]
    keys = np.array([key for _, key in rows], dtype=np.uint64)
    none = np.zeros(len(rows), np.int64)
    histogram = ClassHistogram(len(VIEWS))
    view = np.array([number for number, _ in rows], dtype=np.uint16)
    histogram.move(Moves(view, keys * np.uint64(0), keys, none, none))
    return histogram


class Watching:
    """One watch after the other, with what each leaves behind."""

    def __init__(self) -> None:
        self.table: dict[Any, Watched] = {}

    def close(self, block: int, seen: Seen) -> list[Followed]:
        draft = Draft({"watched": self.table})
        people = np.arange(len(seen), dtype=np.int64)
        watch = Watch(draft, block, SOURCES, people, np.array(seen, dtype=np.uint64))
        histogram = histogram_of(seen)
        found = [watch.follow(view, n, histogram) for n, view in enumerate(VIEWS)]
        for name, key, value in draft.changes():
            _, wire_key, wire = TABLE.row(key, value)
            assert name == "watched" and wire is not None
            _, read_key, self.table[key] = TABLE.read(wire_key, wire)
            assert read_key == key
        return found


def looking_back(history: list[Seen], number: int) -> list[tuple[float, bool]]:
    """How long each person who was ever seen has been followed, and whether they were identified.

    Somebody is known to be alone from one close to the next if they are at both.
    """
    found, last = [], len(history) - 1
    for person in range(len(history[0])):
        keys = [key_of(seen[person], number) for seen in history]
        if not any(keys):
            continue
        first = next(block for block, key in enumerate(keys) if key)
        alone = [
            key != 0 and sum(key_of(other, number) == key for other in seen) == 1
            for key, seen in zip(keys, history, strict=True)
        ][first:]
        between = [*(one and other for one, other in pairwise(alone)), False]
        since = sustained(range(first, last + 1), between, STAYS)
        watched = max(0, last - STAYS - first) if since is None else since - first
        found.append((float(watched), since is not None))
    return found


def assert_looks_back(history: list[Seen]) -> None:
    watching = Watching()
    for block in range(len(history)):
        for number, found in enumerate(watching.close(block, history[block])):
            assert not found.entry.any()
            rows = list(zip(found.exit.tolist(), found.event.tolist(), strict=True))
            assert rows == looking_back(history[: block + 1], number)


@given(HISTORIES)
def test_it_knows_at_every_close_what_looking_back_would_find(history: list[Seen]) -> None:
    assert_looks_back(history)


def alone_in(*blocks: int, until: int = 9) -> list[Seen]:
    """Two people, of whom one is at a place of their own in some blocks."""
    return [[(2 if block in blocks else 1, 0), (1, 0)] for block in range(until)]


@pytest.mark.parametrize(
    ("history", "found"),
    [
        (alone_in(2, 3, 4, 5), (2.0, True)),  # for three blocks, from the close of 2 on
        (alone_in(2, 3, 4), (5.0, False)),  # and then no more
        (alone_in(0, 1, 2, 3), (0.0, True)),  # from the start
        (alone_in(0, 1, 2, 4, 5, 6, 7, 8), (4.0, True)),  # a crowd came back in between
        (alone_in(6, 7, 8), (5.0, False)),  # too late to say
        (alone_in(), (5.0, False)),
        (alone_in(until=2), (0.0, False)),  # too early to say
    ],
)
def test_a_table_by_hand(history: list[Seen], found: tuple[float, bool]) -> None:
    watching = Watching()
    for block, seen in enumerate(history):
        (phone, *_) = watching.close(block, seen)
    assert (phone.exit[0], phone.event[0]) == found


def test_who_was_identified_remains_so_whatever_comes() -> None:
    history = [*alone_in(0, 1, 2, 3, until=4), *alone_in(until=5), [(0, 0), (1, 0)]]
    watching = Watching()
    for block, seen in enumerate(history):
        (phone, bank, _) = watching.close(block, seen)
    assert (phone.exit[0], phone.event[0]) == (0.0, True)
    assert len(bank.exit) == 0  # nobody was ever seen there


def test_of_a_thinned_view_nothing_is_said() -> None:
    seen = [(1, 0), (2, 0)]
    draft, histogram = Draft({"watched": {}}), histogram_of(seen)
    histogram.thin(0, 1)
    watch = Watch(draft, 0, SOURCES, np.arange(2), np.array(seen, dtype=np.uint64))
    assert watch.follow(VIEWS[0], 0, histogram) is None
    assert draft.changes() == []
    assert watch.follow(VIEWS[2], 2, histogram) is not None


def test_blocks_of_watched_people_are_three_numbers_on_the_wire() -> None:
    assert msgspec.msgpack.encode(Watched(5)) == msgspec.msgpack.encode([5, -1, -1])


def test_it_catches_who_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAYS", STAYS - 1)
    with pytest.raises(AssertionError):
        assert_looks_back(alone_in(2, 3, 4))


def test_it_catches_who_forgets_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(self: Watched, block: int, alone: bool) -> Watched:
        after = RIGHT(self, block, alone)
        return msgspec.structs.replace(after, identified=block if after.identified >= 0 else -1)

    monkeypatch.setattr(Watched, "at", late)
    with pytest.raises(AssertionError):
        assert_looks_back(alone_in(2, 3, 4, 5))


RIGHT = Watched.at
