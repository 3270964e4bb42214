"""Differencing: what two publications tell that one person parts."""

import pytest
from scipy.stats import norm

from linkage.privacy.attack import publisher
from linkage.privacy.attacks.differencing import ATTACK
from linkage.privacy.defence import Material, Published, load_defences, unprotected
from linkage.privacy.defences.noisy_counts import sigma_of
from tests.linkage.privacy.defence_worlds import town

COUNTS = load_defences()["noisy_counts"]


def test_exact_counts_before_and_after_name_every_presence() -> None:
    assert ATTACK.run(publisher(COUNTS, 1), town(100, 1), 5).value == 1.0


def test_equal_noise_is_no_protection() -> None:
    """A seed that is kept for the noise, instead of the answer, subtracts away."""
    found = ATTACK.run(lambda given, _: COUNTS.protect(given, 8, 77), town(100, 1), 5)
    assert found.value == 1.0


def test_fresh_noise_leaves_what_its_scale_allows() -> None:
    found = ATTACK.run(publisher(COUNTS, 2), town(), 5)
    expected = norm.cdf(0.5 / (sigma_of(2, 2) * 2**0.5))
    assert found.n == 120
    assert found.value == pytest.approx(expected, abs=4 * 0.5 / 120**0.5)


def test_who_publishes_no_counts_tells_nothing() -> None:
    def silent(given: Material, _: int) -> Published:
        return unprotected(given.traces)

    found = ATTACK.run(silent, town(100, 1), 5)
    assert found.value == found.control == 0.5
