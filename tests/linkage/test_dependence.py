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
from linkage.joint import choose_joint, repeated
from linkage.latent import Evidence, fit_joint
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


KINDS = {
    "match": ([0.9, 0.1], [0.8, 0.2], [0.95, 0.05], [0.7, 0.3]),
    "family": ([0.95, 0.05], [0.97, 0.03], [0.001, 0.999], [0.01, 0.99]),
    "stranger": ([0.02, 0.98], [0.01, 0.99], [0.001, 0.999], [0.03, 0.97]),
}


def planted(lefts: int, rights: int, missing: float, family: float, seed: int) -> Evidence:
    """Every left record beside all right ones; some have no match, some have a relative."""
    rng = np.random.default_rng(seed)
    kind = np.zeros((lefts, rights), np.int8)
    kind[np.arange(lefts), rng.integers(0, rights, lefts)] = 2 * (rng.random(lefts) < family)
    kind[np.arange(lefts), rng.integers(0, rights, lefts)] = rng.random(lefts) >= missing
    flat = kind.ravel()
    order = [np.array(KINDS[name]) for name in ("stranger", "match", "family")]
    other = np.stack([tables[:, 1] for tables in order])[flat]
    levels = (rng.random(other.shape) < other).astype(np.int8).T
    left = np.repeat(np.arange(lefts), rights)
    return Evidence(levels, np.zeros(len(flat)), left, lefts, rights, lefts * rights)


def start() -> tuple[list[np.ndarray], list[np.ndarray]]:
    return [np.array([0.8, 0.2])] * 4, [np.array(t) for t in KINDS["stranger"]]


def test_the_joint_fit_tells_relatives_from_matches() -> None:
    evidence = planted(2000, 100, missing=0.4, family=0.5, seed=8)
    found = choose_joint(evidence, *start(), most_others=3, most_matches=2)
    (family,) = found.dependence.others
    assert len(found.dependence.matches) == 1
    assert found.covered == pytest.approx(0.6, abs=0.03)
    assert family.share == pytest.approx(0.5 / 100, rel=0.1)
    for got, planned in zip(found.m, KINDS["match"], strict=True):
        assert got == pytest.approx(planned, abs=0.03)
    for got, planned in zip(family.levels, KINDS["family"], strict=True):
        assert got == pytest.approx(planned, abs=0.03)


def test_where_all_is_independent_there_are_no_kinds() -> None:
    evidence = planted(2000, 100, missing=0.4, family=0.0, seed=9)
    found = choose_joint(evidence, *start(), most_others=3, most_matches=2)
    assert found.dependence.others == ()
    assert len(found.dependence.matches) == 1


def test_relatives_pass_for_matches_where_kinds_are_not_looked_for() -> None:
    """What the kinds are for: without them, records without a match take their relatives."""
    evidence = planted(2000, 100, missing=0.4, family=0.5, seed=8)
    plain, kinds = (fit_joint(evidence, *start(), others=n) for n in (0, 1))
    assert plain.covered > kinds.covered + 0.1
    assert kinds.criterion > plain.criterion


def test_right_records_that_repeat_people_are_noticed() -> None:
    left = np.array([0, 0, 1, 1, 2])
    evidence = Evidence(np.zeros((1, 5), np.int8), np.zeros(5), left, 4, 9, 36)
    assert repeated(evidence, np.array([20.0, 20.0, 20.0, -5.0, 3.0])) == 0.5
    assert repeated(evidence._replace(left=None), np.full(5, 20.0)) == 0.0
    assert repeated(evidence, np.full(5, -20.0)) == 0.0
