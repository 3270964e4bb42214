"""What noise costs, and what an attacker tells from it, of what it claims."""

from collections.abc import Iterator

import numpy as np

from bench.harness import Options, Row
from bench.rig.stopwatch import Stopwatch
from linkage.privacy.budget.loss import PrivacyLoss, epsilon
from linkage.privacy.budget.mechanisms import opendp_sampler, sigma_for_squared
from linkage.privacy.budget.noise_audit import epsilon_seen, fit, rho_seen

DRAWS = 100_000
DELTA = 0.01
LOSSES = (5_555_555_556, 500_000_000, 5_000_000)


def rows(_options: Options) -> list[Row]:
    """Draw a hundred thousand with a person and as many without, at each loss."""
    return [row for nano_rho in LOSSES for row in _audited(nano_rho)]


def _audited(nano_rho: int) -> Iterator[Row]:
    loss, sigma = PrivacyLoss(nano_rho), sigma_for_squared(nano_rho, 1)
    case = f"sigma {sigma:.3g}"
    watch = Stopwatch()
    drawn = np.array(opendp_sampler()([0] * 2 * DRAWS, sigma))
    taken = 1e6 * watch.taken().cpu / len(drawn)
    with_person, without = drawn[:DRAWS] + 1, drawn[DRAWS:]
    chance = fit(drawn, sigma).p_value
    yield Row(name=f"{case}: chi-square, p", value=chance, unit="p", at_least=1e-6, n=len(drawn))
    seen = rho_seen(with_person, without)
    yield Row(name=f"{case}: rho seen", value=seen, unit="rho", at_most=loss.rho, n=len(drawn))
    seen, claim = epsilon_seen(with_person, without, DELTA), epsilon(loss, DELTA)
    name = f"{case}: epsilon seen at delta {DELTA}"
    yield Row(name=name, value=seen, unit="epsilon", at_most=claim, n=len(drawn))
    name = f"{case}: a draw, processor time"
    yield Row(name=name, value=taken, unit="us", n=len(drawn))
