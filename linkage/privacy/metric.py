"""What a risk metric is: a question about one view, and how it is measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.catalogue import load_catalogue
from linkage.intervals import Floats
from linkage.privacy.adversary import Adversary, Knowledge, Known, Target
from linkage.privacy.estimate import Bounds, Estimate
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.matching import Suspects, suspects
from linkage.privacy.points import PointIndex, Profiles, shuffled
from linkage.privacy.rows import Ints
from linkage.privacy.view import View

FOLDER = Path(__file__).parent / "metrics"
AGAIN = 250
"""People of whom what is known is drawn twice."""
_OTHER = 1 << 40
"""What a seed and its other draw are apart: more than users' seeds are."""
Need = Literal["exact", "lattice", "doubts", "followed", "secrets"]
Flags = NDArray[np.bool_]


class Followed(NamedTuple):
    """For how long people were followed until they were identified: hours since first seen.

    Person i was watched from `entry[i]` to `exit[i]`; `event[i]` says whether it ended because they
    were identified.
    """

    entry: Floats
    exit: Floats
    event: Flags


class Secrets(NamedTuple):
    """A sensitive value of everybody, as a code: `code[i]` is that of `person[i]`, who ascend."""

    person: Ints
    code: Ints


@dataclass(frozen=True)
class Context:
    """All that a metric may look at.

    `number` is the view's number in `histogram`, `sources` are the numbers of its sources in the
    points, `views` what each number of the histogram is. `visible` holds what the view shows (in a
    view without budget, at least the points of its sources), `profiles` the attacked people's full
    true points of all sources, from which `adversary` draws as much as `knowledge` says. `seed` is
    for metrics that sample. `population` is everybody with a point in any source: whoever is absent
    from this view still counts.
    """

    view: View
    number: int
    sources: tuple[int, ...]
    views: tuple[View, ...]
    histogram: ClassHistogram
    visible: PointIndex
    profiles: Profiles
    adversary: Adversary
    knowledge: Knowledge
    seed: int
    population: int
    followed: Followed | None = None
    secrets: Secrets | None = None

    @property
    def absent(self) -> int:
        """Return how many of the population have no point in the view."""
        return self.population - self.histogram.people(self.number)

    @cached_property
    def known(self) -> Known:
        """Return what the adversary knows of each attacked person; drawn once."""
        lookup = self.visible.lookup()
        target = Target(self.profiles, self.sources, lookup, self.knowledge, self.seed)
        return self.adversary.draw(target).distinct()

    @cached_property
    def suspects(self) -> Suspects:
        """Return who fits that of each attacked person, see `matching.suspects`; found once."""
        return suspects(self.visible.lookup(), self.known)

    @property
    def crowds(self) -> Ints:
        """Return the size of the crowd of each attacked person; 0 is not found."""
        return self.suspects.size

    @cached_property
    def again(self) -> "Context | None":
        """Return the same attack by another draw of what is known, on the first AGAIN people.

        It tells how much of a figure is the draw's. None where nothing is drawn: the adversary has
        no choice, or knows all there is.
        """
        whole = int(np.isin(self.profiles.source, np.array(self.sources, np.uint8)).sum())
        partly = len(self.known.point) < whole or self.knowledge.error > 0.0
        if not (self.adversary.drawn and partly):
            return None
        p, seed = self.profiles, self.seed + _OTHER
        some = p.owner < AGAIN
        columns = p.owner[some], p.source[some], p.point[some]
        return replace(self, profiles=shuffled(seed, p.people[:AGAIN], *columns), seed=seed)

    @cached_property
    def subviews(self) -> Mapping[frozenset[str], int]:
        """Return the number of each view without a budget whose sources are all of this one's."""
        mine = frozenset(self.view.sources)
        return {
            frozenset(view.sources): number
            for number, view in enumerate(self.views)
            if view.purpose is None and mine.issuperset(view.sources)
        }

    def has(self, need: Need) -> bool:
        """Return whether a metric finds here what it needs."""
        if need == "lattice":
            whole = 2 ** len(self.view.sources) - 1
            return self.view.purpose is None and len(self.subviews) == whole
        if need == "exact":
            return self.histogram.level(self.number) == 0
        if need == "doubts":  # of what a purpose was shown, no link is known any more
            return self.view.purpose is None
        return getattr(self, need) is not None


Measured = Estimate | Mapping[str, Estimate]
"""One figure, or one for each part of something: of each source, say."""


@dataclass(frozen=True)
class Metric:
    """A question, and how it is measured.

    `formula` says what is computed, in symbols, `paper` where that comes from. `against` says for
    whom the figure holds: somebody with the full trace of a person, or the adversary of the
    context. `needs` is what a context must have; where it has not, the metric does not apply.
    `bounds` are the least and the most that a figure can be.
    """

    name: str
    question: str
    formula: str
    unit: str
    must_not_be_read_as: str
    paper: str
    measure: Callable[[Context], Measured]
    against: Literal["full trace", "adversary"] = "full trace"
    needs: tuple[Need, ...] = ()
    bounds: Bounds = (0.0, inf)


def figures(metrics: Mapping[str, Metric], context: Context) -> dict[str, Estimate]:
    """Return what each metric that applies says of a view, by name; parts as `name/part`."""
    found: dict[str, Estimate] = {}
    for name, metric in metrics.items():
        if all(context.has(need) for need in metric.needs):
            measured = metric.measure(context)
            if isinstance(measured, Estimate):
                found[name] = measured
            else:
                found |= {f"{name}/{part}": estimate for part, estimate in measured.items()}
    return found


def load_metrics(
    folder: Path = FOLDER, package: str = "linkage.privacy.metrics"
) -> Mapping[str, Metric]:
    """Return every metric of the catalogue by name."""
    return load_catalogue(package, folder, "METRIC", Metric)
