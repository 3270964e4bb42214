"""Does the released channel tell who is at their cap? All that is published, and the time it takes.

By theory nobody tells it by the numbers with an AUC above Phi(sqrt(rho)) (`gaussian_bound`), rho
being what both answers of a block cost the person. Time has no theory, so it is measured: as the
stamp of a record has it, in whole milliseconds, and by a clock in the process, which no reader has.
"""

import numpy as np
import pytest

from linkage.privacy.budget.mechanisms import Sampler, opendp_sampler
from linkage.privacy.budget.simulated_noise import simulated_sampler
from linkage.privacy.distinguish import Floats, auc, gaussian_bound, trained_auc
from linkage.privacy.estimate import Estimate
from tests.linkage.privacy.channel import (
    SOURCES,
    TERMS,
    Build,
    Seen,
    Trials,
    alone,
    channel,
    ticking,
    trials,
    usual,
)

MOST, TRIALS = 0.52, 20_000
STANDING, COUNTER = TERMS.standing[0].nano_rho / 1e9, TERMS.counters[0].nano_rho / 1e9


def new(found: Trials) -> Floats:
    """What is new in the counter's last answer, as its terms tell: one draw of noise, on Toeplitz
    coefficients of what it counted; all else follows from its earlier answers.
    """
    steps = found.values[:, len(SOURCES) :]
    fresh: Floats = steps @ coefficients(steps.shape[1])[::-1]
    return fresh


def coefficients(many: int) -> Floats:
    """Coefficients of the square root of a sum: 1, 1/2, 3/8, ... (Fichtenberger et al. 2023)."""
    steps = np.arange(1, many)
    return np.concatenate(([1.0], np.cumprod((2 * steps - 1) / (2 * steps))))


COUNTER_NOW = COUNTER / float(np.sum(coefficients(TERMS.counters[0].horizon) ** 2))
"""What the counter's answer of the person's first block tells of them; later ones tell the rest."""


def best(found: Trials) -> Floats:
    """The likelihood ratio, for who knows everybody else: each number by its share of rho."""
    standing: Floats = found.values[:, : len(SOURCES)].sum(1)
    return standing * STANDING / len(SOURCES) + new(found) * COUNTER_NOW


def features(found: Trials, seed: int) -> Floats:
    standing, stamps = found.values[:, : len(SOURCES)], found.stamped(seed)
    # A process that was interrupted is seconds late: the logarithm is what tells the rest apart.
    return np.column_stack((standing, new(found), stamps, np.log1p(stamps), found.shape))


def attacked(counted: Trials, dropped: Trials) -> dict[str, Estimate]:
    return {
        "best, by numbers": auc(best(counted), best(dropped)),
        "time, stamped": auc(counted.stamped(1), dropped.stamped(2)),
        "time, in the process": auc(counted.took, dropped.took),
        "trained, by all": trained_auc(features(counted, 1), features(dropped, 2)),
    }


def told(found: dict[str, Estimate]) -> None:
    print()
    for name, one in found.items():
        print(f"{name}: {one.value:.4f} ({one.low:.4f} to {one.high:.4f}), {one.n} trials")


def quiet(scale: float, seed: int) -> Sampler:
    """Noise of a fraction of its scale."""
    sampler = simulated_sampler(seed)
    return lambda values, sigma: sampler(values, sigma * scale)


def test_the_answers_of_a_block_cost_too_little_to_tell() -> None:
    assert gaussian_bound(STANDING + COUNTER_NOW) < 0.515
    assert gaussian_bound(STANDING + COUNTER) < MOST


def test_who_is_dropped_is_not_told_from_who_is_counted() -> None:
    """Time is by chance alone here; what it really takes is for `make prove`."""
    found = attacked(*trials(channel(simulated_sampler(1), clock=ticking(1)), 2_000, 1))
    assert found["best, by numbers"].low < MOST
    assert found["time, stamped"].low < 0.5 < found["time, stamped"].high
    assert found["trained, by all"].value < 0.58


def test_shapes_are_the_same() -> None:
    answer = channel(simulated_sampler(3))
    for one, other in zip(answer(True).said, answer(False).said, strict=True):
        assert (one.kind, one.question, one.sigma, one.half) == (
            other.kind,
            other.question,
            other.sigma,
            other.half,
        )
        assert list(one.values) == list(other.values)


def test_an_answer_that_is_withheld_where_somebody_is_dropped_is_told() -> None:
    honest = channel(simulated_sampler(1), clock=ticking(1))

    def withheld(at_cap: bool) -> Seen:
        seen = honest(at_cap)
        return seen._replace(said=seen.said[1:], length=0) if at_cap else seen

    found = attacked(*trials(withheld, 300, 1))
    assert found["trained, by all"].low > 0.9


def test_noise_of_scale_one_is_told() -> None:
    found = attacked(*trials(channel(quiet(1 / 40, 1), clock=ticking(1)), 600, 1))
    assert found["best, by numbers"].low > 0.86
    assert found["trained, by all"].low > 0.8
    assert (
        attacked(*trials(channel(quiet(1 / 80, 1), clock=ticking(1)), 300, 1))[
            "best, by numbers"
        ].low
        > 0.9
    )


def test_a_refusal_that_takes_longer_is_told() -> None:
    honest = channel(simulated_sampler(1), clock=ticking(1))

    def slow(at_cap: bool) -> Seen:
        seen = honest(at_cap)
        return seen._replace(nanoseconds=seen.nanoseconds + at_cap * 100_000_000)

    found = attacked(*trials(slow, 300, 1))
    assert found["trained, by all"].low > 0.8
    assert found["time, stamped"].high < 0.2


@pytest.mark.prove
def test_no_attack_tells_at_twenty_thousand_trials_a_side() -> None:
    """The trained attack is judged on half of them, whose deviation is .004: so by its interval."""
    found = attacked(*trials(channel(simulated_sampler(1)), TRIALS, 1))
    told(found)
    assert found["best, by numbers"].value <= MOST
    assert found["best, by numbers"].low <= gaussian_bound(STANDING + COUNTER_NOW)
    assert abs(found["time, stamped"].value - 0.5) <= MOST - 0.5
    assert found["trained, by all"].low <= MOST


@pytest.mark.prove
@pytest.mark.parametrize("build", [usual, alone])
def test_the_noise_that_is_released_takes_no_other_time(build: Build) -> None:
    """OpenDP's sampler draws from the operating system, and takes the time it takes.

    To count nobody takes some microseconds less than to count one person. So in a block in which
    nobody else is new (`alone`) a clock in the process tells one from the other (AUC .57 to .69).
    """
    found = attacked(*trials(channel(opendp_sampler(), build), TRIALS, 2))
    told(found)
    assert abs(found["time, stamped"].value - 0.5) <= MOST - 0.5
