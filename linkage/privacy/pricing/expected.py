"""A view as it is to be expected before its sources are joined: metrics measure it as any other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.histogram import DOUBT, ClassHistogram
from linkage.privacy.matching import Suspects
from linkage.privacy.metric import Context, Need
from linkage.privacy.pricing.extrapolation import Spectrum
from linkage.privacy.rows import Ints

CROWDS = 1 << 12
"""How many crowds stand for everybody's: shares of people are told to half of one in so many."""
_EXACT = 1000


class NotTold(Exception):
    """A metric asks who is in a crowd, of which only the size is to be expected."""


@dataclass(frozen=True)
class Outlook:
    """What is to be expected of one view's classes.

    `classes` are the sizes of the classes of those with a point, weights being shares of the
    population; `doubted` the same with the weights times each person's doubt; `here` is the share
    of people with a point.
    """

    classes: Spectrum
    doubted: Spectrum
    here: float


class Expected(ClassHistogram):
    """A class histogram of expectations: counts of classes need not be whole.

    `outlook` gives a view's by its number, when it is asked for. `least` is how many classes are to
    be expected up to a size before that size is taken to occur at all.
    """

    def __init__(
        self, views: int, population: int, outlook: Callable[[int], Outlook], least: float = 0.5
    ) -> None:
        super().__init__(views)
        self._population, self._outlook, self._least = population, outlook, least

    def people(self, view: int) -> int:
        """Return how many people are expected to have a point in the view."""
        return round(self._population * self._outlook(view).here)

    def sizes(self, view: int) -> Mapping[int, int]:
        """Return for each class size how many classes are expected to have it."""
        size, share = merged(self._outlook(view).classes)
        count = np.maximum(share, 0.0) * self._population / size
        first = int(np.searchsorted(np.cumsum(count), self._least))
        first = min(first, max(len(size) - 1, 0))
        # Sizes too rare to occur join the least one that does, with all their people.
        people = float((count * size)[: first + 1].sum())
        found = dict(zip(size[first:].tolist(), count[first:].tolist(), strict=True))
        if len(size):
            found[int(size[first])] = people / float(size[first])
        return found

    def doubts(self, view: int) -> Mapping[int, int]:
        """Return for each class size the expected doubt of all people in classes of it."""
        size, share = merged(self._outlook(view).doubted)
        total = share * self._population * 2.0**DOUBT
        return dict(zip(size.tolist(), total.tolist(), strict=True)) if total.any() else {}


@dataclass(frozen=True)
class Told(Context):
    """A context of expectations; `expected` are the sizes of the crowds, a weight for each.

    What the adversary knows is that of the sampled people, as is all else that is no size. `crowds`
    are so many sizes as `attacked` says, and belong to nobody.
    """

    expected: Spectrum = field(default_factory=lambda: Spectrum(np.zeros(1), np.ones(1)))
    attacked: int = CROWDS

    @cached_property
    def suspects(self) -> Suspects:
        """Raise NotTold: nobody knows who is in a crowd that is not there yet."""
        raise NotTold

    @cached_property
    def again(self) -> None:
        """Return no second draw: how sure a figure is comes from parts of the sample."""
        return None

    @property
    def crowds(self) -> Ints:
        """Return crowds as they are to be expected, 0 for who is not found."""
        order = np.argsort(self.expected.size, kind="stable")
        size, share = self.expected.size[order], np.maximum(self.expected.share[order], 0.0)
        total = np.cumsum(share)
        marks = (np.arange(self.attacked) + 0.5) / self.attacked * total[-1]
        found: Ints = np.rint(size[np.searchsorted(total, marks)]).astype(np.int64)
        return found

    def has(self, need: Need) -> bool:
        """Return whether a metric finds what it needs; exact classes are not there yet."""
        return need != "exact" and super().has(need)


def merged(spectrum: Spectrum) -> tuple[Ints, Floats]:
    """Return whole sizes in rising order and the weight of each; above 1,000 in steps of .1 %."""
    size = np.maximum(spectrum.size, 1.0)
    step = np.rint(np.log(np.maximum(size, _EXACT) / _EXACT) * _EXACT)
    told = np.where(size <= _EXACT, size, _EXACT * np.exp(step / _EXACT))
    sizes, which = np.unique(np.rint(told).astype(np.int64), return_inverse=True)
    total: Floats = np.bincount(which, spectrum.share, len(sizes)).astype(np.float64)
    return sizes, total
