"""Weights with which a sample tells what is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.pricing.calibrated import calibrated


@given(st.integers(0, 10**6), st.integers(60, 200), st.integers(0, 40))
def test_known_facts_add_up_and_so_do_people(seed, n, idle) -> None:
    draw = np.random.default_rng(seed)
    population = 8 * (n + idle)
    facts = draw.random((n, 3))
    totals = facts.sum(axis=0) * 8.0 * draw.uniform(0.97, 1.03, 3)
    weights = calibrated(facts, totals, n + idle, population)
    assert weights.min() > 0
    assert facts.T @ weights == pytest.approx(totals)
    if not idle:
        assert weights.sum() == pytest.approx(population)


def test_no_weight_falls_far_whatever_is_said_to_be_known() -> None:
    facts = np.random.default_rng(1).random((50, 2))
    weights = calibrated(facts, np.zeros(2), 50, 500)
    assert weights.min() == pytest.approx(2.0)


def test_a_fact_that_nobody_or_everybody_shows_changes_nothing() -> None:
    facts = np.column_stack((np.zeros(40), np.ones(40), np.arange(40.0)))
    totals = np.array([3.0, 400.0, 7800.0])
    assert calibrated(facts, totals, 40, 400) == pytest.approx(np.full(40, 10.0))


def test_a_figure_that_goes_with_the_facts_loses_its_error() -> None:
    draw = np.random.default_rng(2)
    x = draw.gamma(4.0, 1.0, 2000)
    y = 3.0 * x + draw.normal(0, 0.1, 2000)
    plain, told = [], []
    for _ in range(200):
        some = draw.permutation(2000)[:100]
        weights = calibrated(x[some, None], np.array([x.sum()]), 100, 2000)
        plain.append(y[some].mean() - y.mean())
        told.append(weights @ y[some] / 2000 - y.mean())
    assert np.std(told) < 0.1 * np.std(plain)
