"""All figures of full traces, of histograms alone: no attack, no points."""

from collections.abc import Iterator, Sequence

import numpy as np

from linkage.privacy.adversary import Knowledge, load_adversaries
from linkage.privacy.estimate import Estimate
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.metric import Context, figures, load_metrics
from linkage.privacy.points import PointIndex
from linkage.privacy.view import View


def apart(
    one: ClassHistogram, other: ClassHistogram, views: Sequence[View], population: int
) -> float:
    """Return the largest difference of any figure of any view between two histograms."""
    pairs = zip(of_all(one, views, population), of_all(other, views, population), strict=True)
    return max(
        abs(a.value - b.value) if told == same else float("inf") for (told, a), (same, b) in pairs
    )


def of_all(
    histogram: ClassHistogram, views: Sequence[View], population: int
) -> Iterator[tuple[str, Estimate]]:
    """Yield every figure of every view, with the names of both."""
    metrics = {
        name: metric for name, metric in load_metrics().items() if metric.against == "full trace"
    }
    for number, view in enumerate(views):
        found = figures(metrics, _context(histogram, views, number, population))
        yield from ((f"{view.name}: {name}", figure) for name, figure in found.items())


def _context(
    histogram: ClassHistogram, views: Sequence[View], number: int, population: int
) -> Context:
    index = PointIndex()
    return Context(
        view=views[number],
        number=number,
        sources=(),
        views=tuple(views),
        histogram=histogram,
        visible=index,
        profiles=index.profiles(np.empty(0, np.int64)),
        adversary=load_adversaries()["operator"],
        knowledge=Knowledge(1),
        seed=0,
        population=population,
    )
