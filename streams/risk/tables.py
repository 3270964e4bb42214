"""The risk of every view as tables for people."""

from collections.abc import Iterator, Mapping, Sequence

from linkage.privacy.metric import Metric
from streams.risk.views import ViewFigures, ViewsReport
from streams.risk.words import grid, grids, told

LATTICE = ("classes", "identified_share", "bits", "vulnerability", "prosecutor", "small_classes")
"""The metrics that every view has, and their columns in the first table."""


def overview(r: ViewsReport, metrics: Mapping[str, Metric]) -> str:
    """Return the lattice, then every other metric of the attacked views."""
    lines = [*_head(r), "", "every view, against somebody with the full trace of a person"]
    lines += grid(
        ["view", "people", *(_LATTICE_HEADS.get(name, name) for name in LATTICE)],
        [
            [v.view, f"{v.people:,}", *(_cell(v, name, metrics) for name in LATTICE)]
            for v in r.views
        ],
    )
    for against, who in (("full trace", "the same"), ("adversary", r.adversary.holds)):
        shown = [
            name
            for name in sorted({name for v in r.views for name in v.figures})
            if name not in LATTICE and metrics[_metric(name)].against == against
        ]
        attacked = [v for v in r.views if any(name in v.figures for name in shown)]
        if shown:
            lines += ["", f"views that are attacked, against {who}"]
            rows = [[v.view, *(_cell(v, name, metrics) for name in shown)] for v in attacked]
            lines += grids(["view", *shown], rows)
    lines += ["", f"what {r.adversary.name} must not be read as: {r.adversary.must_not_be_read_as}"]
    return "\n".join([*lines, "what each figure means: --metric NAME, or docs/risk.md"])


_LATTICE_HEADS = {"vulnerability": "V (marketer)", "small_classes": "below 5"}


def blocks(r: ViewsReport, metrics: Mapping[str, Metric]) -> str:
    """Return each metric with all that is to be said about it, and its figures by view."""
    lines = list(_head(r))
    for name, metric in metrics.items():
        lines += ["", *_about(metric, r), *grid(["view", "figure", "n"], _rows(r, name, metric))]
    return "\n".join(lines)


def _head(r: ViewsReport) -> Iterator[str]:
    a = r.adversary
    yield f"{r.of}, as of block {r.block}"
    yield (
        f"{r.people:,} people with a point, {a.attacked:,} of them attacked by {a.name}: {a.holds}"
    )
    yield "brackets hold 95 % intervals; what has none is counted over everybody; after a bar: the"
    yield "control, the same attack without what is attacked. The operator's view, not private"


def _about(metric: Metric, r: ViewsReport) -> Iterator[str]:
    who = "the full trace" if metric.against == "full trace" else r.adversary.holds
    yield f"{metric.name}: {metric.question}"
    yield f"  {metric.formula}"
    yield f"  {metric.unit}, against {who}"
    yield f"  not to be read as {metric.must_not_be_read_as}"
    yield f"  {metric.paper}"


def _rows(r: ViewsReport, name: str, metric: Metric) -> Sequence[Sequence[str]]:
    return [
        [
            ", ".join([v.view, *part.split("/")[1:]]),
            told(estimate, metric.unit),
            f"{estimate.n:,}",
        ]
        for v in r.views
        for part, estimate in v.figures.items()
        if _metric(part) == name
    ]


def _metric(name: str) -> str:
    return name.partition("/")[0]


def _cell(view: ViewFigures, name: str, metrics: Mapping[str, Metric]) -> str:
    return told(view.figures.get(name), metrics[_metric(name)].unit)
