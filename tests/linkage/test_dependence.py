"""Dependence: the correction is the mixture's, worked out by hand and by brute force."""

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage import dependence
from linkage.comparing import PairSet, batch_side
from linkage.comparison import load_comparisons
from linkage.dependence import Correction, Dependence, Kind
from linkage.model import Model
from linkage.scoring import Scorer

U = [np.array([0.01, 0.99]), np.array([0.02, 0.98])]
M = [np.array([0.9, 0.1]), np.array([0.8, 0.2])]
FAMILY = Kind(0.001, ((0.99, 0.01), (0.98, 0.02)))


def test_relatives_take_away_what_is_counted_twice() -> None:
    """Strangers agree on both in .01 * .02 = .0002, relatives in .001 * .99 * .98 = .00097."""
    both = [np.array([0, 1], np.int8), np.array([0, 1], np.int8)]
    match, other = Correction(Dependence((), (FAMILY,)), M, U).terms(both, np.zeros(2))
    assert match.tolist() == [0.0, 0.0]
    assert other[0] == pytest.approx(log2(1 + 0.0009702 / 0.0002))
    assert other[1] == pytest.approx(log2(1 + 0.0000002 / 0.9702))


def test_a_rare_value_makes_relatives_likelier_than_strangers() -> None:
    both = [np.zeros(1, np.int8), np.zeros(1, np.int8)]
    correction = Correction(Dependence((), (FAMILY,)), M, U)
    _, rare = correction.terms(both, np.array([5.0]))
    assert rare[0] == pytest.approx(log2(1 + 32 * 0.0009702 / 0.0002))


def test_without_kinds_there_is_nothing_to_correct() -> None:
    terms = Correction(Dependence(), M, U).terms([np.zeros(3, np.int8)] * 2, np.ones(3))
    assert [term.tolist() for term in terms] == [[0.0] * 3] * 2


@st.composite
def mixtures(draw) -> tuple[list[int], int, int]:
    sizes = draw(st.lists(st.integers(2, 5), min_size=1, max_size=6))
    return sizes, draw(st.integers(1, 3)), draw(st.integers(0, 2**32 - 1))


def table(rng: np.random.Generator, size: int) -> np.ndarray:
    return rng.dirichlet(np.ones(size)) + 1e-6


@given(mixtures())
def test_tables_in_groups_are_the_sum_over_kinds(case: tuple[list[int], int, int]) -> None:
    sizes, number, seed = case
    rng = np.random.default_rng(seed)
    alone = [table(rng, size) for size in sizes]
    kinds = tuple(
        Kind(float(rng.random()) + 0.01, tuple(tuple(table(rng, s).tolist()) for s in sizes))
        for _ in range(number)
    )
    levels = [rng.integers(0, size, 40).astype(np.int8) for size in sizes]
    joint = sum(
        kind.share * np.prod([np.array(t)[x] for t, x in zip(kind.levels, levels, strict=True)], 0)
        for kind in kinds
    )
    wanted = np.log2(joint / np.prod([t[x] for t, x in zip(alone, levels, strict=True)], 0))
    for largest in (1, 8, 1 << 14):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dependence, "LARGEST", largest)
            found = dependence.Mixture(kinds, alone).bits(levels)
        assert np.allclose(found, wanted, atol=1e-9)


def test_the_weight_is_prior_odds_times_the_ratio_of_both_mixtures(townsfolk, claims) -> None:
    model = Model.default()
    scorer = Scorer(model, load_comparisons())
    encoder = scorer.comparer.encoder
    left = encoder.encode([encoder.canonical(c.record) for c in claims[:400]])
    right = encoder.encode([encoder.canonical(i.record) for i in townsfolk[:200]])
    rows = np.random.default_rng(3).integers(0, 200, 400)
    rows[::2] = np.arange(400)[::2] // 2  # every second pair is a match
    pairs = PairSet(batch_side(left), batch_side(right), np.arange(400), rows)
    parts = scorer.parts(pairs)
    levels = [part.level for part in parts]
    chance = np.exp2(-sum(part.frequency for part in parts))
    found = model.dependence
    assert len(found.matches) > 1
    assert found.others
    match = sum(k.share * _product(k.levels, levels) for k in found.matches)
    u = [[level.u for level in one.levels] for one in model.comparisons]
    other = chance * _product(u, levels) + sum(
        k.share * _product(k.levels, levels) for k in found.others
    )
    wanted = np.log2(model.prior / (1 - model.prior) * match / other)
    assert np.allclose(scorer.weigh(pairs), wanted, atol=1e-9)


def _product(tables, levels) -> np.ndarray:
    columns = [np.array(t)[x] for t, x in zip(tables, levels, strict=True)]
    return np.prod(columns, axis=0)
