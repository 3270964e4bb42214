"""Which way metrics point, found by asking: those of the catalogue, and some made up."""

from dataclasses import replace

import pytest

from linkage.privacy.direction import levels
from linkage.privacy.estimate import census
from linkage.privacy.metric import Metric, load_metrics

METRICS = load_metrics()


def metric(measure, bounds=(0.0, 1.0)) -> Metric:
    return replace(METRICS["vulnerability"], name="mine", measure=measure, bounds=bounds)


def classes(context) -> int:
    return sum(context.histogram.sizes(context.number).values())


def direction(measure, bounds=(0.0, 1.0)) -> str | None:
    return levels({"mine": metric(measure, bounds)}).get("mine")


def test_the_catalogue_points_as_its_words_say() -> None:
    found = levels(METRICS)
    assert found["hidden_among"] == "more"
    shares = ("unicity", "guess", "vulnerability", "identified_share", "inference", "singling_out")
    assert {found[name] for name in shares} == {"less"}
    for none in ("synergy", "join_lift", "shapley", "forecast", "misidentification"):
        assert none not in found, "a difference, an attribution, or says nothing of these worlds"
    for grows in ("classes", "bits", "leakage"):
        assert grows not in found, "it would call it a defence to publish fewer people"


@pytest.mark.parametrize(
    ("share", "points"),
    [
        (lambda c: census(classes(c) / c.population, 1), "less"),
        (lambda c: census(1 - classes(c) / c.population, 1), "more"),
        (lambda _c: census(0.5, 1), None),
        (lambda c: {"part": census(1 / classes(c), 1)}, None),
    ],
)
def test_a_metric_of_ones_own(share, points) -> None:
    assert direction(share) == points


def test_what_grows_with_the_world_or_is_below_nothing_is_no_level() -> None:
    def people(context):
        return census(float(classes(context)), 1)

    assert direction(people, (0.0, 1e9)) is None
    assert direction(lambda c: census(classes(c) / c.population, 1), (0.0, 9.0)) == "less"
    assert direction(lambda c: census(classes(c) / c.population, 1), (-1.0, 9.0)) is None
    assert direction(lambda c: census(-people(c).value, 1), (-1e9, 0.0)) is None
