"""The joint fit finds planted relatives, and no kinds where there are none."""

import numpy as np
import pytest

from linkage.training.joint import choose_joint, repeats
from linkage.training.latent import Evidence, fit_joint

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


def test_right_records_that_repeat_people_are_told_from_relatives() -> None:
    """Left 0 and 1 have several heavy pairs; among relatives the last comparison disagrees."""
    left = np.array([0, 0, 1, 1, 2, 3])
    bits = np.array([21.0, 20.0, 21.0, 20.0, 20.0, -5.0])
    m, u = [np.array([0.9, 0.1])] * 3, [np.array([0.1, 0.9])] * 3
    same = np.zeros((3, 6), np.int8)
    relatives = same.copy()
    relatives[2, [1, 3]] = 1
    for levels, expected in ((same, True), (relatives, False)):
        evidence = Evidence(levels, np.zeros(6), left, 4, 9, 36)
        assert repeats(evidence, m, u, bits) is expected
        assert not repeats(evidence._replace(left=None), m, u, bits)
        assert not repeats(evidence, m, u, bits - 10.0)
