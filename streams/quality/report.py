"""Everything that is said of a run's links: scores, strata, clusters, thresholds, calibration."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from linkage.decision import Thresholds
from linkage.intervals import Floats, Ints, Share, wilson
from linkage.linker import Linker
from linkage.quality.accounts import NOBODY, LinkScores, link_scores
from linkage.quality.calibration import Calibration, Flags, calibration, probability
from linkage.quality.clusters import ClusterQuality, cluster_quality
from linkage.quality.drift import DriftReport, drift
from linkage.quality.strata import Stratum, strata
from linkage.quality.thresholds import ThresholdRow, best, threshold_chart
from linkage.quality.vectors import level_counts, trained_levels
from linkage.records import Identity
from streams.quality import strata as groups
from streams.quality.answers import Answer, Groups
from streams.quality.truth_columns import Key, TruthColumns

STEPS = range(-12, 17)
STEP = 2.0
"""The threshold chart goes in steps of so many bits around the link threshold."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The quality of the links of a run; `of` says which run, in words.

    Scores are per tenancy against the person described; `baseline` is a join on the claimed ID
    number alone. `sharing_name` and `sharing_address` count people of the registry.
    `not_the_holder` is the share of right links whose described person is not the true holder.
    `chart` moves the link threshold (bits), the margin to the runner-up kept as it is;
    `operating` is the row of the threshold in force, `best` that of the highest F1.
    """

    of: str
    model: str
    thresholds: Thresholds
    registry: int
    sharing_name: int
    sharing_address: int
    links: LinkScores
    baseline: LinkScores
    reviews: int
    not_the_holder: Share
    strata: dict[str, tuple[Stratum, ...]]
    clusters: ClusterQuality
    chart: tuple[ThresholdRow, ...]
    operating: ThresholdRow
    best: ThresholdRow
    calibration: Calibration
    drift: DriftReport


@dataclass(frozen=True)
class Run:
    """What was decided of the tenancies of a truth, and by which linker, in words `of` what."""

    of: str
    truth: TruthColumns
    answers: dict[Key, Answer]
    groups: Groups
    identities: Sequence[Identity]
    linker: Linker


@dataclass(frozen=True)
class _Columns:
    """Answers in the order of the truth: whom a tenancy was linked to, and its best candidate."""

    linked: Ints
    candidate: Ints
    weight: Floats
    rival: Floats


def report(run: Run) -> Report:
    """Return all that can be said of a run's links."""
    t, c, limits = run.truth, _columns(run), run.linker.thresholds
    namesakes, sharing = groups.people_sharing(run.identities)
    right = (c.linked != NOBODY) & (c.linked == t.person)
    chart = _chart(t, c, limits)
    return Report(
        of=run.of,
        model=run.linker.model_version,
        thresholds=limits,
        registry=len(run.identities),
        sharing_name=namesakes,
        sharing_address=sharing,
        links=link_scores(t.described, c.linked, t.person),
        baseline=link_scores(t.described, t.claimed, t.person),
        reviews=sum(answer.status == "review" for answer in run.answers.values()),
        not_the_holder=wilson(int((right & (t.person != t.holder)).sum()), int(right.sum())),
        strata=_strata(run, c.linked),
        clusters=cluster_quality(t.person, c.linked),
        chart=chart,
        operating=chart[STEPS.index(0)],
        best=best(chart),
        calibration=_calibration(t, c),
        drift=_drift(run),
    )


def _columns(run: Run) -> _Columns:
    none = Answer("unlinked", None, -np.inf, None)
    answers = [run.answers.get(key, none) for key in run.truth.keys]
    return _Columns(
        linked=_people([a.person if a.status == "linked" else None for a in answers]),
        candidate=_people([a.person for a in answers]),
        weight=np.array([a.weight for a in answers], np.float64),
        rival=np.array([-np.inf if a.rival is None else a.rival for a in answers], np.float64),
    )


def _people(named: Sequence[int | None]) -> Ints:
    return np.array([NOBODY if person is None else person for person in named], np.int64)


def _strata(run: Run, linked: Ints) -> dict[str, tuple[Stratum, ...]]:
    t = run.truth
    every = {
        "source": groups.by_source(t),
        "claimed ID number": groups.by_claim(t),
        "person described": groups.by_person(t, run.identities),
        "account": groups.by_account(t),
    }
    return {
        by: strata(t.described, linked, t.claimed, t.person, found) for by, found in every.items()
    }


def _right(t: TruthColumns, c: _Columns) -> Flags:
    right: Flags = (c.candidate != NOBODY) & (c.candidate == t.described)
    return right


def _chart(t: TruthColumns, c: _Columns, limits: Thresholds) -> tuple[ThresholdRow, ...]:
    """Return the chart over the best candidates that are far enough ahead of the runner-up."""
    ahead = (c.candidate != NOBODY) & (c.weight - c.rival >= limits.margin)
    steps = limits.link + STEP * np.array(STEPS)
    findable = int((t.described != NOBODY).sum())
    return threshold_chart(c.weight[ahead], _right(t, c)[ahead], findable, steps)


def _calibration(t: TruthColumns, c: _Columns) -> Calibration:
    """Return it over the best candidate of every tenancy that has one."""
    there = c.candidate != NOBODY
    return calibration(probability(c.weight[there], c.rival[there]), _right(t, c)[there])


def _drift(run: Run) -> DriftReport:
    """Compare the level vectors of the links with the model that made them."""
    links = [
        (run.groups[key], answer.person)
        for key, answer in run.answers.items()
        if answer.status == "linked" and answer.person is not None
    ]
    counts = level_counts(run.linker, links)
    return drift(trained_levels(run.linker.scorer.model), counts)
