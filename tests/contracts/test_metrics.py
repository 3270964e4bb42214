"""Laws of every metric in the catalogue, dropped-in ones included."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import CatalogueError
from linkage.privacy.estimate import Estimate, census
from linkage.privacy.metric import Context, Metric, load_metrics
from linkage.privacy.metric import figures as figures_of
from tests.linkage.privacy.worlds import KNOWLEDGE, WORLDS, contexts

METRICS = load_metrics()
EVERY = pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))

DROPPED = '''"""How many people there are."""
from linkage.privacy.estimate import census
from linkage.privacy.metric import Metric

METRIC = Metric(
    name="headcount",
    question="How many people are there?",
    formula="N, nothing else",
    unit="people",
    must_not_be_read_as="a risk: it only says how many could be at risk",
    paper="none, counting is older than papers",
    measure=lambda context: census(float(context.population), context.population),
)
'''


def figures(metric: Metric, people, **how) -> list[Estimate]:
    return [
        figure
        for context in contexts(people, **how)
        for figure in figures_of({metric.name: metric}, context).values()
    ]


def assert_explains_itself(metric: Metric) -> None:
    assert metric.question.endswith("?")
    for words in (metric.unit, metric.must_not_be_read_as, metric.paper, metric.formula):
        assert len(words) > 5
    assert any(character.isdigit() for character in metric.paper) or "none" in metric.paper


def assert_honest(metric: Metric, people, sample: int) -> None:
    """An interval holds its value, a share is a share, and the estimand is what it says."""
    for figure in figures(metric, people, sample=sample):
        assert metric.bounds[0] <= figure.low <= figure.value <= figure.high <= metric.bounds[1]
        assert figure.n <= len(people)
        if figure.estimand == "census":
            assert figure.low == figure.high
            assert figure.n == len(people)
        if metric.unit.startswith("share"):
            assert metric.bounds[1] <= 1
        if figure.control is not None:
            assert metric.bounds[0] <= figure.control <= metric.bounds[1]


def assert_blind_to_names(metric: Metric, people, random) -> None:
    """When everybody is attacked, who has which number does not matter."""
    shuffled = list(people)
    random.shuffle(shuffled)
    everything = replace(KNOWLEDGE, points=99)
    before = figures(metric, people, knowledge=everything)
    assert figures(metric, shuffled, knowledge=everything) == before


@EVERY
def test_it_explains_itself(metric: Metric) -> None:
    assert_explains_itself(metric)


@EVERY
@given(people=WORLDS, sample=st.integers(1, 12))
def test_its_figures_are_honest(metric: Metric, people, sample: int) -> None:
    assert_honest(metric, people, sample)


@EVERY
@given(people=WORLDS)
def test_it_is_a_function_of_its_context(metric: Metric, people) -> None:
    assert figures(metric, people) == figures(metric, people)
    for context in contexts(people):
        before = context.histogram.digest()
        assert figures_of({"it": metric}, context) == figures_of({"it": metric}, context)
        assert context.histogram.digest() == before


@EVERY
@given(people=WORLDS, random=st.randoms(use_true_random=False))
def test_numbering_people_differently_changes_nothing(metric: Metric, people, random) -> None:
    assert_blind_to_names(metric, people, random)


@EVERY
def test_nobody_and_one_person(metric: Metric) -> None:
    for figure in figures(metric, []):
        assert figure.n == 0
        assert np.isfinite([figure.value, figure.low, figure.high]).all()
    for figure in figures(metric, [[(0, 1)]]):
        assert metric.bounds[0] <= figure.low <= figure.value <= figure.high <= metric.bounds[1]


def test_a_new_file_is_a_new_metric(tmp_path: Path) -> None:
    (tmp_path / "headcount.py").write_text(DROPPED)
    dropped = load_metrics(tmp_path, "dropped_metrics")
    assert list(dropped) == ["headcount"]
    metric = dropped["headcount"]
    people = [[(0, 1)], [(1, 2)], [(1, 2)]]
    assert {figure.value for figure in figures(metric, people)} == {3.0}
    assert_explains_itself(metric)
    assert_honest(metric, people, 2)


def test_a_file_without_its_constant_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "hollow.py").write_text('"""Nothing here."""\n')
    with pytest.raises(CatalogueError, match=r"hollow\.py: exports no METRIC"):
        load_metrics(tmp_path, "hollow_metrics")


def with_measure(measure) -> Metric:
    what = ("mutant", "Is it caught?", "1 - caught", "share of mutants", "a metric", "none")
    return Metric(*what, measure, bounds=(0.0, 1.0))


def test_the_laws_catch_a_census_claimed_from_a_sample() -> None:
    def sampled_census(context: Context) -> Estimate:
        return census(0.5, len(context.profiles.people))

    with pytest.raises(AssertionError):
        assert_honest(with_measure(sampled_census), [[(0, n)] for n in range(9)], sample=3)


def test_the_laws_catch_a_share_of_the_wrong_whole() -> None:
    def per_person_present(context: Context) -> Estimate:
        return census(context.histogram.people(context.number) / 2, context.population)

    with pytest.raises(AssertionError):
        assert_honest(with_measure(per_person_present), [[(0, n)] for n in range(9)], sample=3)


def test_the_laws_catch_a_metric_that_looks_at_numbers() -> None:
    def first_person(context: Context) -> Estimate:
        owned = np.count_nonzero(context.profiles.owner == 0)
        return census(owned / 10, context.population)

    class Reverse:
        @staticmethod
        def shuffle(items) -> None:
            items.reverse()

    with pytest.raises(AssertionError):
        assert_blind_to_names(
            with_measure(first_person), [[(0, 1)], [(0, 1), (0, 2), (1, 1)]], Reverse
        )
