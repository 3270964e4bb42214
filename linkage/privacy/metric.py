"""What a risk metric is: a question about one view, and how it is measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from linkage.catalogue import load_catalogue
from linkage.privacy.adversary import Knowledge, draw
from linkage.privacy.estimate import Estimate
from linkage.privacy.matching import crowds
from linkage.privacy.points import PointIndex, Profiles
from linkage.privacy.rows import Ints
from linkage.privacy.view import ClassHistogram, View

FOLDER = Path(__file__).parent / "metrics"


@dataclass(frozen=True)
class Context:
    """All that a metric may look at.

    `number` is the view's number in `histogram`, `sources` are the numbers of its sources in the
    points. `visible` holds what the view shows (in a view without budget, at least the points of
    its sources), `profiles` the attacked people's full true points of all sources, from which
    `knowledge` is drawn. `seed` is for metrics that sample. `population` is everybody with a
    point in any source: whoever is absent from this view still counts.
    """

    view: View
    number: int
    sources: tuple[int, ...]
    histogram: ClassHistogram
    visible: PointIndex
    profiles: Profiles
    knowledge: Knowledge
    seed: int
    population: int

    @property
    def absent(self) -> int:
        """Return how many of the population have no point in the view."""
        return self.population - self.histogram.people(self.number)

    @cached_property
    def crowds(self) -> Ints:
        """Return the crowd of each attacked person, see `matching.crowds`; worked out once."""
        return crowds(self.visible, draw(self.profiles, self.sources, self.knowledge))


@dataclass(frozen=True)
class Metric:
    """A question with its unit, its origin, what it must not be read as, and how it is measured."""

    name: str
    question: str
    unit: str
    must_not_be_read_as: str
    paper: str
    measure: Callable[[Context], Estimate]


def load_metrics(
    folder: Path = FOLDER, package: str = "linkage.privacy.metrics"
) -> Mapping[str, Metric]:
    """Return every metric of the catalogue by name."""
    return load_catalogue(package, folder, "METRIC", Metric)
