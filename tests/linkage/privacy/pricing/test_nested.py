"""Figures that ask who is in a crowd, from ever smaller samples."""

import numpy as np
import pytest

from linkage.privacy.adversary import load_adversaries
from linkage.privacy.estimate import census
from linkage.privacy.how import How
from linkage.privacy.metric import Metric, load_metrics
from linkage.privacy.pricing.extrapolation import Spectrum
from linkage.privacy.pricing.nested import LEVELS, Nested
from linkage.privacy.pricing.pilot import GROUPS, Ground
from tests.linkage.privacy.pricing.towns import SOURCES, pilot_of, town

PEOPLE = 500
HOW = How(points=2, views=(("phone",), SOURCES), sample=10**6)
POINTS = load_adversaries()["points"]


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(pilot_of(town(2, PEOPLE), PEOPLE, 250), SOURCES, 1, HOW)


def metric_of(figure) -> Metric:
    words = dict.fromkeys(("question", "formula", "unit", "must_not_be_read_as", "paper"), "")
    return Metric(name="mine", measure=figure, against="adversary", bounds=(0.0, 3.0), **words)


def bits(context) -> float:
    return float(np.log2(np.maximum(context.crowds, 1)).mean())


def crowds_of(*sizes: float) -> Spectrum:
    return Spectrum(np.array(sizes), np.full(len(sizes), 1.0 / len(sizes)))


def test_what_goes_with_the_size_of_crowds_goes_on_with_it(ground) -> None:
    nested = Nested(ground, POINTS, (1, 2), HOW)
    straight = metric_of(lambda context: census(0.9 - 0.1 * bits(context), 1))
    aim = crowds_of(4.0, 16.0), crowds_of(1.0, 4.0)
    assert nested.told(straight, -1, -1, aim)[""] == pytest.approx((0.9 - 0.3, 0.9 - 0.1))
    # Of one draw of points, and without some people, just as well.
    for without, draw in ((3, -1), (-1, 1)):
        assert nested.told(straight, without, draw, aim)[""] == pytest.approx((0.6, 0.8))


def test_what_never_changes_stays(ground) -> None:
    nested = Nested(ground, POINTS, (1,), HOW)
    parts = metric_of(lambda context: {"a": census(0.4, 1), "b": census(len(context.sources), 1)})
    told = nested.told(parts, -1, -1, (crowds_of(9.0), crowds_of(9.0)))
    assert told["a"] == pytest.approx((0.4, 0.4))
    assert told["b"] == pytest.approx((1.0, 3.0))


def test_every_level_takes_everybody_apart(ground) -> None:
    seen = []
    one = metric_of(lambda context: seen.append(context.population) or census(0.0, 1))
    Nested(ground, POINTS, (1,), HOW).told(one, -1, -1, (crowds_of(1.0), crowds_of(1.0)))
    people = len(ground.sample.people)
    assert sum(seen) == 2 * len(LEVELS) * people
    assert seen.count(people) == 2
    groups = [ground.points_of([group]).people for group in range(GROUPS)]
    assert sorted(np.concatenate(groups)) == ground.sample.people.tolist()


def test_a_line_ends_where_a_figure_does(ground) -> None:
    straight = metric_of(lambda context: census(0.9 - 0.1 * bits(context), 1))
    far = crowds_of(2.0**12), crowds_of(2.0**12)
    assert Nested(ground, POINTS, (1,), HOW).told(straight, -1, -1, far)[""] == (0.0, 0.0)


def test_the_line_is_that_of_samples_within_the_sample(ground) -> None:
    inference = load_metrics()["inference"]
    nested = Nested(ground, POINTS, (1, 2), HOW)
    here = nested._level(inference, 1, -1)
    now = tuple(crowds_of(2.0**mean) for mean in here["/bits"].mean(axis=0))
    assert nested.told(inference, -1, -1, now)[""] == pytest.approx(here[""].mean(axis=0))
