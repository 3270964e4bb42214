"""Sums of many terms: against adding up, by how they split, and at a size where gammas fail."""

from math import fsum, log, log1p, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln

from linkage.privacy.rising import harmonic, inverse_steps, log_ratio, log_rising, log_steps

STARTS = st.one_of(st.floats(1e-9, 100), st.floats(1e2, 1e15))
STEPS = st.one_of(st.just(0.0), st.floats(1e-12, 1), st.floats(1, 900))
MANY = st.integers(0, 400)


@given(STARTS, STEPS, MANY)
def test_they_are_the_sums(a, d, m) -> None:
    terms = [a + i for i in range(m)]
    assert harmonic(a, m) == pytest.approx(fsum(1 / x for x in terms), rel=1e-13)
    assert log_ratio(a, d, m) == pytest.approx(fsum(log1p(d / x) for x in terms), rel=1e-11)
    assert log_rising(a, m) == pytest.approx(fsum(map(log, terms)), rel=1e-13, abs=1e-11)
    steps = [a + i * d for i in range(m)]
    assert log_steps(a, d, m) == pytest.approx(fsum(map(log, steps)), rel=1e-12, abs=1e-9)
    assert inverse_steps(a, d, m) == pytest.approx(fsum(1 / x for x in steps), rel=1e-12)


@given(st.floats(1e-6, 1e12), STEPS, MANY)
def test_a_ratio_turned_round_is_its_negative(a, d, m) -> None:
    assert log_ratio(a + d, -d, m) == pytest.approx(-log_ratio(a, d, m), rel=1e-6, abs=1e-15)


@given(STARTS, STEPS, st.integers(0, 10**10), st.integers(0, 10**10))
def test_they_add_up_where_they_are_split(a, d, m, more) -> None:
    for of in (harmonic, log_rising, lambda x, k: log_ratio(x, d, k)):
        assert of(a, m) + of(a + m, more) == pytest.approx(of(a, m + more), rel=1e-11, abs=1e-11)


def test_ten_thousand_million_terms_are_exact() -> None:
    n = 10**10
    assert harmonic(1.0, n) == pytest.approx(log(n) + 0.5772156649015329 + 0.5 / n, rel=1e-15)
    # Gamma(n + 1/2) / Gamma(n + 1) is n^(-1/2) (1 - 1 / 8n ...), and Gamma(1/2) is sqrt(pi).
    assert log_ratio(0.5, 0.5, n) == pytest.approx(0.5 * log(pi * n) + 0.125 / n, rel=1e-14)
    by_gammas = float(gammaln(n + 1.0) - gammaln(n + 0.5)) + 0.5 * log(pi)
    assert abs(by_gammas - 0.5 * log(pi * n)) > 1e-7
