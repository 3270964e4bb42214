"""A quality report as tables for people."""

from collections.abc import Iterator

from linkage.intervals import Share
from linkage.quality.calibration import SURE, Calibration
from linkage.quality.clusters import ClusterQuality
from linkage.quality.drift import DriftReport
from linkage.quality.scores import Scores
from linkage.quality.strata import Stratum
from linkage.quality.thresholds import ThresholdRow
from streams.quality.report import Report

SHOWN = 0.005
"""A drifted comparison's levels are shown when their share has changed by more than this."""


def text(r: Report) -> str:
    """Return all tables of a report; brackets hold 95 % intervals."""
    return "\n".join(
        (*_head(r), *_strata(r), *_clusters(r.clusters), *_chart(r), *_calibration(r.calibration))
    ) + "\n".join(("", *_drift(r.drift)))


def _head(r: Report) -> Iterator[str]:
    q, t = r.links, r.thresholds
    yield f"{r.of}"
    yield f"model {r.model}, link from {t.link:g} bits and {t.margin:g} ahead of the runner-up"
    yield f"registry: {r.registry:,} people; {r.sharing_name:,} share their full name with another,"
    yield f"  {r.sharing_address:,} their address"
    yield f"{q.accounts:,} tenancies, {q.findable:,} describe somebody in the registry;"
    yield f"  {q.linked:,} linked, {q.correct:,} of them right; {r.reviews:,} for a clerk"
    yield f"\n{'by tenancy':<26}{'precision':>27}{'recall':>27}{'F1':>27}"
    for name, scores in (("links", q), ("claimed ID number alone", r.baseline)):
        yield _scores(name, scores)
    yield f"of the right links {_share(r.not_the_holder)} describe another than the true holder"


def _strata(r: Report) -> Iterator[str]:
    for by, rows in r.strata.items():
        yield (
            f"\n{'by ' + by:<26}{'tenancies':>10}{'linked':>9}"
            f"{'precision':>27}{'recall':>27}{'recall by ID alone':>27}"
        )
        yield from map(_stratum, rows)


def _stratum(row: Stratum) -> str:
    q = row.links
    shares = f"{_share(q.precision)}{_share(q.recall)}{_share(row.baseline.recall)}"
    return f"  {row.name:<24}{q.accounts:>10,}{q.linked:>9,}{shares}"


def _clusters(c: ClusterQuality) -> Iterator[str]:
    yield f"\n{'by cluster':<26}{'precision':>27}{'recall':>27}{'F1':>27}"
    for name, scores in (
        ("B-cubed, by tenancy", c.b_cubed),
        ("pairs of tenancies", c.pairwise),
        ("whole clusters", c.exact),
    ):
        yield _scores(name, scores)
    yield f"  {c.true:,} true clusters, {c.found:,} found, {c.same:,} the same"


def _chart(r: Report) -> Iterator[str]:
    yield f"\n{'link from (bits)':<17}{'linked':>9}{'precision':>27}{'recall':>27}{'F1':>27}"
    for row in r.chart:
        mark = " now" if row is r.operating else " best" if row is r.best else ""
        yield f"{_row(row)}{mark}"


def _row(row: ThresholdRow) -> str:
    shares = f"{_share(row.precision)}{_share(row.recall)}{_share(row.f1)}"
    return f"  {row.threshold:>+13.1f}  {row.linked:>9,}{shares}"


def _calibration(c: Calibration) -> Iterator[str]:
    yield f"\n{'probability':<17}{'pairs':>9}{'stated, mean':>14}{'right':>27}"
    for one in c.bins:
        close = "]" if one.high == 1.0 else ")"
        yield (
            f"  {f'[{one.low:g}, {one.high:g}{close}':<15}{one.right.n:>9,}"
            f"{one.stated:>14.2%}{_share(one.right)}"
        )
    yield f"  {'all':<15}{c.pairs:>9,}{c.stated:>14.2%}{_share(c.right)}"
    yield f"  of the pairs given {SURE:g} or more {_share(c.sure)} are right, n {c.sure.n:,}"
    yield f"  expected calibration error {c.expected_error:.2%}"


def _drift(d: DriftReport) -> Iterator[str]:
    yield f"\n{'levels of links, drift':<34}{'pairs':>9}{'PSI':>27}{'evidence':>14}  alarm"
    for one in d.comparisons:
        size = f"{one.psi:.3f} [{one.low:.3f}, {one.high:.3f}]"
        yield f"  {one.comparison:<32}{one.pairs:>9,}{size:>27}{one.bits:>+9.2f} bits  {one.alarm}"
        if one.alarm != "none":
            for level in one.levels:
                if abs(level.observed.value - level.expected) > SHOWN:
                    yield f"    {level.level:<30}{level.expected:>12.2%} ->{_share(level.observed)}"


def _scores(name: str, scores: Scores) -> str:
    shares = "".join(_share(s) for s in (scores.precision, scores.recall, scores.f1))
    return f"  {name:<24}{shares}"


def _share(share: Share) -> str:
    """Return '99.81 [99.70, 99.90] %', or a dash where there is nothing to tell."""
    if not share.n:
        return f"{'-':>27}"
    value, low, high = (100 * x for x in (share.value, share.low, share.high))
    return f"{f'{value:.2f} [{low:.2f}, {high:.2f}] %':>27}"
