"""A view that is not there yet, as metrics see it."""

from dataclasses import fields

import numpy as np
import pytest

from linkage.privacy.adversary import load_adversaries
from linkage.privacy.frames import How, contexts
from linkage.privacy.histogram import DOUBT
from linkage.privacy.metric import Context, load_metrics
from linkage.privacy.points_frame import point_columns
from linkage.privacy.pricing.expected import Expected, NotTold, Outlook, Told, merged
from linkage.privacy.pricing.extrapolation import Spectrum
from tests.linkage.privacy.pricing.towns import town


def outlook(sizes, shares, doubts=None):
    size = np.array(sizes, dtype=float)
    wrong = np.array(doubts or [0.0] * len(sizes))
    classes = Spectrum(size, np.array(shares))
    return Outlook(classes, Spectrum(size, wrong), float(sum(shares)))


def told(expected: Spectrum, histogram: Expected) -> Told:
    how = How(points=2, sample=10**6)
    context = next(iter(contexts(point_columns(town(1, 80)), load_adversaries()["points"], 1, how)))
    own = {field.name: getattr(context, field.name) for field in fields(Context)}
    own |= {"histogram": histogram, "population": 1000}
    return Told(**own, expected=expected)


def test_classes_are_as_many_as_people_make_them() -> None:
    found = Expected(3, 1000, lambda _: outlook([1, 4, 2.6], [0.2, 0.4, 0.3]))
    assert found.people(0) == 900
    assert found.sizes(0) == pytest.approx({1: 200, 3: 300 / 2.6 * 2.6 / 3, 4: 100})
    assert sum(size * count for size, count in found.sizes(0).items()) == pytest.approx(900)


def test_a_size_too_rare_to_occur_joins_the_least_that_does() -> None:
    rare = outlook([1, 2, 5], [0.0003, 0.01, 0.9])
    assert Expected(1, 1000, lambda _: rare).sizes(0) == pytest.approx({2: 5.15, 5: 180})
    assert min(Expected(1, 1000, lambda _: rare, 0.02).sizes(0)) == 1
    assert min(Expected(1, 1000, lambda _: rare, 9.0).sizes(0)) == 5


def test_metrics_measure_expectations_as_anything_else() -> None:
    view = outlook([1, 4], [0.5, 0.4], [0.05, 0.0])
    one = told(
        Spectrum(np.array([1.0, 2.0, 0.0]), np.array([0.5, 0.3, 0.2])),
        Expected(3, 1000, lambda _: view),
    )
    metrics = load_metrics()
    assert metrics["identified_share"].measure(one).value == pytest.approx(0.5)
    assert metrics["vulnerability"].measure(one).value == pytest.approx(0.5 + 0.1 + 0.001)
    assert metrics["misidentification"].measure(one).value == pytest.approx(0.05)
    assert metrics["unicity"].measure(one).value == pytest.approx(0.5, abs=3e-4)
    assert metrics["guess"].measure(one).value == pytest.approx(0.65, abs=3e-4)
    assert one.histogram.doubts(0)[1] == pytest.approx(50 * 2**DOUBT)


def test_nobody_is_told_who_is_in_a_crowd() -> None:
    one = told(Spectrum(np.ones(1), np.ones(1)), Expected(3, 1000, lambda _: outlook([1], [1.0])))
    with pytest.raises(NotTold):
        load_metrics()["inference"].measure(one)
    assert not one.has("exact") and one.has("doubts")


def test_sizes_are_whole_and_hardly_moved() -> None:
    draw = np.random.default_rng(1)
    size, share = draw.uniform(1, 10**6, 5000), draw.random(5000)
    sizes, shares = merged(Spectrum(size, share))
    assert (np.diff(sizes) > 0).all() and len(sizes) < 5000
    assert shares.sum() == pytest.approx(share.sum())
    assert shares @ np.log(sizes) == pytest.approx(share @ np.log(size), rel=1e-4)
