"""The bench of accounting: its references by hand, and dp-accounting's opinion (`prove`)."""

import sys
from math import sqrt

import numpy as np
import pytest

from bench.losses import counters, epsilons
from bench.losses.epsilons import (
    Opinion,
    Together,
    ask,
    compared,
    composed,
    compositions,
    grid,
    ours,
)
from linkage.privacy.budget.continual import design


def test_the_grid_has_a_thousand_points() -> None:
    points = grid()
    assert len(set(points)) == 1_000
    assert min(delta for _, delta in points) == pytest.approx(1e-12)
    assert max(rho for rho, _ in points) == pytest.approx(30)


@pytest.mark.prove
def test_on_the_whole_grid_ours_is_never_below_dp_accountings_and_within_a_500th_of_rdp() -> None:
    points = grid()
    found = ours(points)
    said = ask(points)
    assert said.version == "0.6.0"
    for eps, one in zip(found, said.points, strict=True):
        low, high = one.pld
        assert low <= one.exact <= high + 1e-9
        assert eps >= max(high, one.exact)
        assert abs(eps - one.rdp) <= 0.002
    assert all(row.reached for row in compared(found, said.points))


@pytest.mark.prove
def test_what_was_added_up_is_never_below_what_dp_accounting_composed() -> None:
    lists = compositions(7)
    assert {len(rhos) for rhos, _ in lists} >= {1, 30}
    rows = list(composed(lists, ask([], lists).composed))
    assert [row.reached for row in rows] == [True, True]


def test_what_is_below_or_far_off_misses_its_mark() -> None:
    said = [Opinion((0.9, 1.1), 1.0, 1.2), Opinion((0.0, 0.0), 0.0, 0.0)]
    assert [row.reached for row in compared([1.2, 0.0], said)] == [True, True, True]
    assert [row.reached for row in compared([1.05, 0.0], said)] == [True, False, False]
    assert [row.reached for row in compared([0.99, 0.0], said)] == [False, False, False]


def test_a_total_that_is_too_small_misses_its_mark() -> None:
    lists = [([0.25, 0.25], 1e-6)]
    reached = [
        [row.reached for row in composed(lists, [Together(pld, rdp)])]
        for pld, rdp in ((4.887, 5.222), (5.3, 5.222), (4.887, 5.3))
    ]
    assert reached == [[True, True], [False, True], [True, False]]


def test_a_tree_of_four_steps_by_hand() -> None:
    """Three levels: 1 1 1 1, 2 2, 4. One step is in three sums, two in a row 1 + 1 + 4 + 4."""
    assert counters.tree([0], 4, 0.5) == pytest.approx([sqrt(3 * n) for n in (1, 1, 2, 1)])
    assert counters.tree([0, 1], 4, 0.5) == pytest.approx([sqrt(10 * n) for n in (1, 1, 2, 1)])
    assert counters.tree([1, 2], 4, 0.5)[0] == pytest.approx(sqrt(1 + 1 + 1 + 1 + 4))
    assert counters.worst_tree(2, 1, 4, 0.5)[0] == pytest.approx(sqrt(10))
    assert counters.on_every_step([0, 1], 4, 2.0) == pytest.approx(
        [sqrt(n / 2) for n in range(1, 5)]
    )


def test_the_references_have_their_known_figures_at_a_thousand_steps() -> None:
    tree = counters.worst_tree(1, 1, 1024, 0.5)
    plain = counters.on_every_step([0], 1024, 0.5)
    assert np.sqrt((tree**2).mean()) == pytest.approx(7.42, abs=0.01)
    assert np.sqrt((plain**2).mean()) == pytest.approx(22.6, abs=0.05)
    assert (tree.max(), plain.max()) == pytest.approx((sqrt(110), 32))


@pytest.mark.parametrize(("in_a_row", "horizon"), [(1, 5), (1, 200), (24, 1024)])
def test_the_least_of_any_matrices_is_the_nuclear_norm(in_a_row: int, horizon: int) -> None:
    runs = horizon // in_a_row
    norm = np.linalg.svd(np.tril(np.ones((runs, runs))), compute_uv=False).sum()
    assert counters.least(in_a_row, horizon, 0.5) == pytest.approx(in_a_row * norm / runs)
    bound = counters.least(in_a_row, horizon, 0.5)
    assert bound < design(horizon, in_a_row, 500_000_000).max_rmse < 1.5 * bound


def test_errors_and_costs_have_their_rows() -> None:
    found = list(counters._errors())
    (ours_,) = {row.value for row in found if row.name.startswith("1 c") and row.at_most == 3.4}
    assert ours_ == design(1024, 1, 500_000_000).max_rmse
    assert {row.peer for row in found} == {"binary tree", "noise on every step"}
    taken, stored = counters._steps(design(1024, 1, 500_000_000), 1)
    assert (len(taken), len(taken[0])) == (1, 1024)
    assert 4_000 < stored < 20_000


def test_a_peer_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epsilons, "peers_python", lambda *_: sys.executable)
    with pytest.raises(RuntimeError, match=r"dp-accounting: .*with_dp_accounting\.py ended"):
        ask([(0.5, 1e-6)])
