"""A report worked out by hand: nine tenancies, each with a fate of its own."""

import msgspec
import pytest

from linkage.decision import Thresholds
from linkage.linker import Linker
from linkage.model import Model
from linkage.records import Identity, Record
from linkage.registry import Registry
from streams.quality.answers import Answer
from streams.quality.report import Report, Run, report
from streams.quality.truth_columns import truth_columns
from streams.synthetic.truth import Tenancy, Truth

ROWS = (
    # source, account, start, described, holder, stratum, claimed
    ("phone", "right", 0, 1, 1, "ok", 1),
    ("phone", "relative's", 0, 1, 2, "ok", 1),
    ("phone", "his own", 0, 5, 5, "ok", 5),
    ("phone", "wrong", 0, 2, 2, "missing", None),
    ("bank", "too close", 0, 3, 3, "borrowed", 4),
    ("bank", "too light", 0, 4, 4, "mistyped", None),
    ("bank", "stranger", 0, 9, 9, "ok", 9),
    ("bank", "stranger too", 0, 9, 9, "ok", 9),
    ("bank", "not heard of", 0, 5, 5, "ok", 5),
)
ANSWERS = {
    "right": Answer("linked", 1, 20.0, 5.0),
    "relative's": Answer("linked", 1, 30.0, None),
    "his own": Answer("linked", 5, 40.0, None),
    "wrong": Answer("linked", 3, 8.0, 1.0),
    "too close": Answer("review", 3, 25.0, 24.0),
    "too light": Answer("unlinked", 4, -4.0, None),
    "stranger": Answer("unlinked", 9, -30.0, None),
    "stranger too": Answer("unlinked", None, 0.0, None),
}


def record(person: int) -> Record:
    return Record(surname="wu", given=f"given{person}", birth=f"1990-01-0{person}")


@pytest.fixture(scope="module")
def found() -> Report:
    tenancies = tuple(msgspec.convert(list(row), Tenancy) for row in ROWS)
    truth = Truth(seed=1, people=9, days=1, tenancies=tenancies, unregistered=(9,))
    keys = {t.account: (t.source, t.account, t.start) for t in tenancies}
    identities = [Identity(person, record(person)) for person in range(1, 6)]
    registry = Registry()
    for identity in identities:
        registry.upsert(identity)
    return report(
        Run(
            of="nine",
            truth=truth_columns(truth),
            answers={keys[account]: answer for account, answer in ANSWERS.items()},
            groups={keys[t.account]: [record(t.described)] for t in tenancies},
            identities=identities,
            linker=Linker(Model.default(), registry, Thresholds(link=7, review=0, margin=3)),
        )
    )


def test_links_and_baseline(found: Report) -> None:
    q, base = found.links, found.baseline
    assert (q.accounts, q.findable, q.linked, q.correct) == (9, 7, 4, 3)
    assert (base.linked, base.correct, found.reviews) == (5, 4, 1)
    assert (found.not_the_holder.value, found.not_the_holder.n) == (1 / 3, 3)
    assert (found.registry, found.sharing_name, found.sharing_address) == (5, 0, 0)


def test_clusters_are_of_strangers_too(found: Report) -> None:
    """True are {right, relative's}, {stranger, stranger too}, {his own, not heard of}, 3 alone."""
    c = found.clusters
    assert (c.true, c.found, c.same) == (6, 8, 4)
    assert (c.pairwise.precision.value, c.pairwise.recall.value) == (1.0, pytest.approx(1 / 3))


def test_the_chart_keeps_the_margin(found: Report) -> None:
    """The one that is too close to its runner-up never links, however low the threshold."""
    rows = {row.threshold: (row.linked, row.correct) for row in found.chart}
    assert (rows[-9.0], rows[-3.0], rows[7.0], rows[9.0], rows[21.0]) == (
        (5, 4),
        (4, 3),
        (4, 3),
        (3, 3),
        (2, 2),
    )
    assert found.operating.threshold == 7.0
    assert found.best.threshold == -5.0


def test_probabilities_know_the_runner_up_and_strangers_are_never_right(found: Report) -> None:
    c = found.calibration
    bins = [(b.low, b.right.n, round(b.right.value * b.right.n)) for b in c.bins]
    assert bins == [(0.0, 1, 0), (0.05, 1, 1), (0.5, 1, 1), (0.95, 1, 0), (0.999, 3, 3)]
    assert (c.pairs, c.sure.n) == (7, 3)


def test_drift_is_of_links_alone(found: Report) -> None:
    """Three were linked to the person they describe, one to another of the same surname."""
    by_name = {one.comparison: one for one in found.drift.comparisons}
    name = by_name["name(surname, given)"]
    seen = {level.level: level.observed.value for level in name.levels if level.observed.value}
    assert name.pairs == 4
    assert seen["exact"] == pytest.approx(3 / 4)
    assert sum(seen.values()) == pytest.approx(1.0)


def test_strata_have_the_baseline_beside_them(found: Report) -> None:
    rows = {row.name: row for rows in found.strata.values() for row in rows}
    assert (rows["ID borrowed"].baseline.linked, rows["ID borrowed"].baseline.correct) == (1, 0)
    assert (rows["phone"].links.correct, rows["phone"].baseline.correct) == (3, 3)
    strangers, bank = rows["not in the registry"].links, rows["bank"].links
    assert (strangers.accounts, strangers.findable, bank.linked) == (2, 0, 0)
