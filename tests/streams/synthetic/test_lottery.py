"""Drawing by the guide table is drawing by the running total of the weights."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.synthetic.lottery import lottery

WEIGHTS = st.lists(st.just(0.0) | st.floats(1e-6, 1e6), min_size=1, max_size=40).filter(any)
UNIFORM = st.lists(st.floats(0, 1, exclude_max=True), max_size=40)


@given(WEIGHTS, UNIFORM)
def test_a_draw_is_where_the_running_total_passes_it(
    weights: list[float], uniform: list[float]
) -> None:
    # The edges between rows are drawn at as well; there one rounding may differ from another.
    cumulative = np.cumsum(weights)
    edges = (cumulative / cumulative[-1])[:-1]
    u = np.array([*uniform, *edges, *np.nextafter(edges, 0)])
    u = u[u < 1]
    at = u * cumulative[-1]
    low, high = (np.searchsorted(cumulative, at * (1 + e), side="right") for e in (-1e-15, 1e-15))
    drawn = lottery(np.array(weights)).draw(u)
    assert (low <= drawn).all()
    assert (drawn <= high).all()


@given(WEIGHTS, UNIFORM)
def test_what_weighs_nothing_is_never_drawn(weights: list[float], uniform: list[float]) -> None:
    u = np.array([0.0, *uniform, np.nextafter(1, 0)])
    assert (np.array(weights)[lottery(np.array(weights)).draw(u)] > 0).all()


@given(WEIGHTS)
def test_the_total_is_the_sum(weights: list[float]) -> None:
    assert np.isclose(lottery(np.array(weights)).total, sum(weights))


def test_each_is_drawn_as_often_as_it_weighs() -> None:
    weights = np.array([3.0, 0.0, 1.0, 0.0, 0.0, 4.0, 0.0])
    drawn = lottery(weights).draw((np.arange(8_000) + 0.5) / 8_000)
    assert np.bincount(drawn, minlength=7).tolist() == [3_000, 0, 1_000, 0, 0, 4_000, 0]


def test_nobody_is_drawn_where_nobody_is() -> None:
    empty = lottery(np.array([]))
    assert empty.total == 0
    assert empty.draw(np.array([])).tolist() == []
