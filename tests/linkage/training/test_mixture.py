"""The two-class mixture finds planted classes, and notices when they come out swapped."""

import numpy as np
import pytest

from linkage.training.mixture import fit, swapped

M = [np.array([0.9, 0.08, 0.02]), np.array([0.8, 0.1, 0.1]), np.array([0.7, 0.25, 0.05])]
U = [np.array([0.05, 0.90, 0.05]), np.array([0.1, 0.8, 0.1]), np.array([0.01, 0.94, 0.05])]


def planted(n: int, share: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    match = rng.random(n) < share
    columns = [
        np.where(match, rng.choice(3, n, p=m), rng.choice(3, n, p=u))
        for m, u in zip(M, U, strict=True)
    ]
    return np.stack(columns, axis=1).astype(np.int8)


def test_the_mixture_finds_planted_classes() -> None:
    found = fit(planted(60_000, 0.3, 5), [np.array([0.8, 0.1, 0.1])] * 3, U)
    assert found.share == pytest.approx(0.3, abs=0.02)
    for got, planned in zip((*found.m, *found.rest), (*M, *U), strict=True):
        assert np.abs(got - planned).max() < 0.02
    assert not found.turned


def test_classes_that_come_out_swapped_are_noticed() -> None:
    assert swapped(U, M, M, U)
    assert not swapped(M, U, M, U)
