"""The Pitman-Yor model: by enumeration, by recursion, by drawing it, and at its edges."""

from math import exp, fsum
from random import Random
from statistics import mean

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linkage.privacy import pitman_yor
from linkage.privacy.pitman_yor import (
    INSISTS,
    LEAST_DISCOUNT,
    MOST,
    MOST_DISCOUNT,
    Sizes,
    correctness,
    expected_classes,
    expected_unique,
    fit,
    fitted,
    uniqueness,
)
from tests.linkage.privacy.restaurant import histogram, partitions, seated

EXCESS = st.one_of(st.floats(1e-6, 50), st.floats(50, 1e9))
PARAMETERS = st.one_of(
    st.tuples(st.just(0.0), EXCESS),
    st.tuples(st.floats(1e-9, 0.999), EXCESS),
    st.tuples(st.floats(-50, -1e-6), EXCESS),
).map(lambda pair: (pair[0], pair[1] - pair[0]))
FIGURES = (expected_classes, expected_unique, correctness, uniqueness)
# Discount and strength; where the discount is negative there are 5, 4 or 7 classes in all.
SMALL = [(0.0, 1.0), (0.0, 7.5), (0.3, 0.0), (0.7, -0.4), (0.5, 2.0)]
FINITE = [(-1.0, 5.0), (-0.25, 1.0), (-3.0, 21.0)]


def classes_by_recursion(n: int, d: float, theta: float) -> float:
    expected = 1.0
    for people in range(1, n):
        expected += (theta + d * expected) / (theta + people)
    return expected


def chance(sizes: tuple[int, ...], d: float, theta: float) -> float:
    """Return the probability of a partition, 0 where it has more classes than there are."""
    if d < 0 and len(sizes) > theta / -d + 1e-9:
        return 0.0
    evidence = Sizes(histogram([n for n, size in enumerate(sizes) for _ in range(size)]))
    return exp(evidence.log_likelihood(d, theta - evidence.strength(d, 0.0)))


@pytest.mark.parametrize(("d", "theta"), SMALL + FINITE)
@pytest.mark.parametrize("n", [1, 2, 3, 5, 7])
def test_over_all_partitions_chances_add_up_and_give_the_figures(n, d, theta) -> None:
    every = [(chance(sizes, d, theta), sizes) for sizes in partitions(n)]
    assert fsum(p for p, _ in every) == pytest.approx(1, abs=1e-12)
    classes = fsum(p * len(sizes) for p, sizes in every)
    unique = fsum(p * sizes.count(1) for p, sizes in every)
    assert expected_classes(n, d, theta) == pytest.approx(classes, abs=1e-12)
    assert expected_unique(n, d, theta) == pytest.approx(unique, abs=1e-12)


@given(PARAMETERS, st.integers(1, 300))
def test_it_is_the_recursion(parameters, n) -> None:
    slow = classes_by_recursion(n, *parameters)
    assert expected_classes(n, *parameters) == pytest.approx(slow, rel=1e-9)


@given(PARAMETERS, st.integers(1, 10**9))
def test_figures_of_a_growing_population(parameters, n) -> None:
    assert all(figure(1, *parameters) == 1.0 for figure in FIGURES)
    now, then = expected_classes(n, *parameters), expected_classes(n + 1, *parameters)
    assert now * (1 - 1e-12) <= then <= (now + 1) * (1 + 1e-12)
    for share in (correctness, uniqueness):
        assert 0 <= share(2 * n, *parameters) <= share(n, *parameters) <= 1 + 1e-12
    assert uniqueness(n, *parameters) <= correctness(n, *parameters) * (1 + 1e-9)


@given(st.floats(1.0, 1e9), st.integers(1, 10**10), st.floats(1e-14, 1e-7))
def test_nothing_happens_where_the_discount_goes_through_zero(theta, n, small) -> None:
    for share in (correctness, uniqueness):
        middle = share(n, 0.0, theta)
        assert share(n, small, theta) == pytest.approx(middle, rel=1e-4)
        assert share(n, -small, theta) == pytest.approx(middle, rel=1e-4)


def test_limits_that_have_names() -> None:
    """Ewens's harmonic numbers, equal classes, and everybody alone."""
    assert expected_classes(4, 0.0, 1.0) == pytest.approx(1 + 1 / 2 + 1 / 3 + 1 / 4)
    equal = 500 * (1 - (1 - 1 / 500) ** 800) / 800
    assert correctness(800, LEAST_DISCOUNT, 500_000.0) == pytest.approx(equal, abs=1e-3)
    assert uniqueness(800, LEAST_DISCOUNT, 500_000.0) == pytest.approx(
        (1 - 1 / 500) ** 799, abs=1e-3
    )
    assert correctness(10**5, 0.0, 1e15) == pytest.approx(1 - 5e-11, abs=1e-12)


@pytest.mark.parametrize(("d", "theta"), [(0.0, 20.0), (0.6, 5.0), (-0.5, 40.0)])
def test_people_who_come_one_by_one_agree(d, theta) -> None:
    drawn = [histogram(seated(Random(seed), 400, d, theta)) for seed in range(400)]
    classes = [sum(sizes.values()) for sizes in drawn]
    # Within 5 standard errors of a mean of 400 draws.
    spread = (mean(k * k for k in classes) - mean(classes) ** 2) ** 0.5
    assert abs(mean(classes) - expected_classes(400, d, theta)) < 5 * spread / 20
    unique = [sizes.get(1, 0) for sizes in drawn]
    spread = (mean(k * k for k in unique) - mean(unique) ** 2) ** 0.5
    assert abs(mean(unique) - expected_unique(400, d, theta)) < 5 * spread / 20


@pytest.mark.parametrize(("d", "theta"), [(0.0, 300.0), (0.6, 50.0), (0.9, 5.0), (-0.5, 400.0)])
def test_the_fit_finds_who_made_the_classes(d, theta) -> None:
    found = [fit(histogram(seated(Random(s), 3000, d, theta))) for s in range(20)]
    assert mean(one.discount for one in found) == pytest.approx(d, abs=0.1)
    if d < 0:
        assert mean(-one.strength / one.discount for one in found) == pytest.approx(800, rel=0.1)
    else:
        kappas = [correctness(3000, one.discount, one.strength) for one in found]
        assert mean(kappas) == pytest.approx(correctness(3000, d, theta), rel=0.1)


HISTOGRAMS = st.dictionaries(st.integers(1, 40), st.integers(0, 30), min_size=1, max_size=8)


@given(HISTOGRAMS, st.floats(-1000, MOST_DISCOUNT), st.floats(-27, 34))
def test_nothing_else_is_likelier(sizes, d, log_excess) -> None:
    assume(any(sizes.values()))
    evidence = Sizes(sizes)
    best, any_sign = fitted(evidence), evidence.likeliest
    other = evidence.log_likelihood(d, exp(log_excess))
    # Likelihoods within a ten-thousandth are taken for equal.
    assert other <= any_sign.log_likelihood + 2e-4
    assert d < 0 or other <= evidence.endless.log_likelihood + 2e-4
    assert (best.discount < 0) == (
        any_sign.log_likelihood - evidence.endless.log_likelihood > INSISTS
    )
    excess = best.strength - evidence.strength(best.discount, 0.0)
    assert excess >= 0
    assert best.discount < 0 or best.strength > -best.discount


def test_a_domain_that_is_used_up_has_a_negative_discount() -> None:
    random = Random(3)
    days = [random.randrange(1000) for _ in range(3000)]
    found = fit(histogram(days))
    assert found.discount < -5
    assert -found.strength / found.discount == pytest.approx(1000, rel=0.05)
    few = fit(histogram(days[:100]))
    assert few.discount >= 0


def test_edges() -> None:
    unique, alike = fit({1: 500}), fit({500: 1})
    assert correctness(10**6, unique.discount, unique.strength) > 0.999_999
    assert unique.strength > MOST / 2
    assert correctness(10**6, alike.discount, alike.strength) == pytest.approx(1e-6)
    alone = fit({1: 1})
    assert (alone.discount, alone.strength, alone.log_likelihood) == (0.0, 1.0, 0.0)
    assert fit({1: 3, 2: 0, 4: 1}) == fit({4: 1, 1: 3})


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: fit({}), "sizes: no classes at all"),
        (lambda: fit({3: 0}), "sizes: no classes at all"),
        (lambda: fit({0: 3}), "sizes: 3 classes of 0 people"),
        (lambda: fit({2: -1}), "sizes: -1 classes of 2 people"),
        (lambda: expected_classes(0, 0.5, 1.0), "n is 0: needs at least one person"),
        (lambda: correctness(5, 1.0, 1.0), "discount 1.0, strength 1.0: needs d < 1"),
        (lambda: uniqueness(5, 0.5, -0.5), "strength -0.5: needs d < 1 and strength > -0.5"),
        (lambda: uniqueness(5, -2.0, 1.0), "needs d < 1 and strength > 2.0"),
        (lambda: uniqueness(5, float("nan"), 1.0), "discount nan"),
    ],
)
def test_what_makes_no_sense_is_refused(ask, words) -> None:
    with pytest.raises(ValueError, match=words):
        ask()


def test_it_catches_a_class_that_nobody_discounts(monkeypatch) -> None:
    """Without d the chances of all partitions no longer add up."""
    monkeypatch.setattr(pitman_yor, "gammaln", lambda x: 0.0 * x)
    with pytest.raises(AssertionError):
        test_over_all_partitions_chances_add_up_and_give_the_figures(5, 0.5, 2.0)
