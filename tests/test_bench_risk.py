"""The bench of risk: its events, what it compares, and a small run of each part of ours."""

from collections import Counter

import numpy as np
import pytest

from bench import risk
from bench.harness import Options
from bench.risks import closes, lattices, updates
from bench.risks.full_traces import apart, of_all
from bench.risks.lattices import Job, agree
from linkage.privacy.histogram import ClassHistogram, Moves
from linkage.privacy.lattice import lattice
from linkage.privacy.live import LiveLattice

SMALL = Job("agree", 40, 3, 4_000, 7)


def test_what_is_taken_back_was_there_and_goes_once() -> None:
    acts = lattices._acts(np.random.default_rng(3), Job("update", 30, 3, 3_000, 3))
    held: Counter[tuple[int, int, int]] = Counter()
    for *what, sign in zip(*(column.tolist() for column in acts), strict=True):
        held[tuple(what)] += sign
        assert held[tuple(what)] >= 0
    gone = int((acts.sign < 0).sum())
    assert 200 < gone < 400
    assert sum(held.values()) == 3_000 - 2 * gone


def test_a_long_history_agrees_with_batch() -> None:
    found = agree(SMALL)
    assert (found["apart"], found["digest"]) == (0.0, 1.0)
    assert found["taken back"] > 200


def test_it_catches_doubts_that_stay_when_their_link_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    trust = LiveLattice.trust

    def stubborn(self: LiveLattice, person: int, source: str, doubt: int) -> None:
        trust(self, person, source, max(doubt, 0))

    monkeypatch.setattr(LiveLattice, "trust", stubborn)
    assert agree(SMALL)["apart"] > 1e-3


def test_it_catches_a_point_that_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    add = LiveLattice.add

    def deaf(self: LiveLattice, person: int, source: str, point: int, sign: int = 1) -> None:
        if sign < 0 or person != 5:
            add(self, person, source, point, sign)

    monkeypatch.setattr(lattices, "TAKEN_BACK", 0.0)
    monkeypatch.setattr(LiveLattice, "add", deaf)
    found = agree(SMALL)
    assert found["digest"] == 0.0
    assert found["apart"] > 0.0


def test_figures_of_one_person_more_are_apart() -> None:
    views, one, other = lattice(("a", "b")), ClassHistogram(3), ClassHistogram(3)
    none = np.zeros(3, np.int64)
    moves = Moves(
        np.arange(3, dtype=np.uint16), none.astype(np.uint64), np.full(3, 8, np.uint64), none, none
    )
    one.move(moves)
    assert apart(one, one, views, 2) == 0.0
    assert apart(one, other, views, 2) >= 0.5
    names = [name for name, _ in of_all(one, views, 2)]
    assert "a+b: vulnerability" in names and "b: misidentification" in names
    assert not any("unicity" in name for name in names)


def test_a_small_run_of_updates_has_every_row_and_its_bounds() -> None:
    rows = list(updates.rows(100, 7))
    assert len({row.name for row in rows}) == len(rows)
    asked = [row for row in rows if row.reached is not None]
    bounds = [(row.at_most, row.aim) for row in asked]
    assert bounds == [
        (5.0, 2.0),
        (25.0, 10.0),
        (1.0, None),
        (2.0, None),
        (1e-9, None),
        (None, None),
    ]
    assert all(row.reached for row in asked[-2:])
    assert all(row.value >= 0 for row in rows)


def test_a_small_close_counts_its_figures() -> None:
    rows = closes.rows(Options(people=300, days=1, seed=7, repeat=1))
    close, each, point = rows
    assert close.name.startswith("close of a block: 8 views, ")
    assert each.value == pytest.approx(close.value / 8)
    assert point.value > 0


def test_each_part_runs_alone_and_conditions_speak_of_all() -> None:
    assert set(risk.PARTS) == {"updates", "closes", "oracles"}
    said = risk.conditions(Options())
    for word in ("Live lattice", "Close of a block", "pycanon"):
        assert word in said
