"""The lattice of one population, one event at a time: a few microseconds each, and exact."""

from collections.abc import Mapping, Sequence

from linkage.errors import RiskError
from linkage.privacy.doubt import wrong
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.lattice import LIMIT, lattice, levels

_TOP = (1 << 64) - 1
_EVERY = 1 << 14
"""Events after which the limit is looked at again."""


class LiveLattice:
    """Who looks like whom in every subset of the sources.

    Keeps each person's profile and the class histogram of every view: below 1 KiB a person for
    three sources, even where everybody is alone everywhere. Points are 64-bit hashes
    (`view.mix_points`), never 0.
    """

    def __init__(self, sources: tuple[str, ...], limit: int = LIMIT) -> None:
        self.sources, self.views = sources, lattice(sources)
        self.histogram = ClassHistogram(len(self.views))
        self._limit, self._events = limit, 0
        self._numbers = {source: number for number, source in enumerate(sources)}
        # By source: how to move somebody in each view that has it, and where its sum stands in a
        # profile, and where those of the others do.
        n = len(sources)
        self._shifts = [self.histogram.shifts(self._order(source)) for source in sources]
        self._sums = range(n, 2 * n)
        self._others = [[n + other for other in range(n) if other != place] for place in range(n)]
        # By person: the number of points for each source, then their sum for each.
        self._profiles: dict[int, list[int]] = {}
        # By person, of those who have any: the doubt of their links for each source.
        self._doubts: dict[int, list[int]] = {}
        self._empty, self._nothing = (0,) * (2 * n), (0,) * n

    def __len__(self) -> int:
        """Return how many people have a point."""
        return len(self._profiles)

    def add(self, person: int, source: str, point: int, sign: int = 1) -> None:
        """Let a person gain (+1) or lose (-1) a point of a source.

        Raises RiskError, with nothing changed, for a source that the lattice does not have, and
        for the loss of a point where none is left to lose. The loss of another point than was ever
        gained shows at the latest when the last one of its source goes.
        """
        place = self._numbers.get(source, -1)
        if place < 0:
            raise self._unknown(source)
        profile = self._profiles.get(person) or [*self._empty]
        at = self._sums[place]
        total = profile[at]
        count, after = profile[place] + sign, total + sign * point & _TOP
        if count < 0 or (count == 0) != (after == 0):
            raise RiskError(
                f"person {person}, source {source}, point {point:#018x}: cannot change by {sign} "
                f"with {profile[place]} there; it was never gained, or lost before"
            )
        olds = self._keys(profile, place)
        step = after - total
        news = [old + step & _TOP for old in olds]
        news[0] = after  # the same object as in the profile, not a second one of the same value
        if self._doubts and person in self._doubts:
            doubts = _wrongs(self._doubts[person], place)
            was, now = _of_present(doubts, olds), _of_present(doubts, news)
            for shift, old, new, d, e in zip(
                self._shifts[place], olds, news, was, now, strict=True
            ):
                shift(old, new, d, e)
        else:
            for shift, old, new in zip(self._shifts[place], olds, news, strict=True):
                shift(old, new)
        profile[place], profile[at] = count, after
        self._profiles[person] = profile
        if not count and not any(profile):
            del self._profiles[person]
        self._events += 1
        if self._events % _EVERY == 0:
            self._settle()

    def trust(self, person: int, source: str, doubt: int) -> None:
        """Change the doubt of a person's links at a source: + for a new link, - for one undone.

        `doubt` as in `doubt.py`. Raises RiskError, with nothing changed, when less than none would
        be left.
        """
        place = self._numbers.get(source, -1)
        if place < 0:
            raise self._unknown(source)
        held = self._doubts.get(person, self._nothing)
        changed = [*held]
        changed[place] += doubt
        if changed[place] < 0:
            raise RiskError(
                f"person {person}, source {source}: doubt {held[place]} cannot change by {doubt}; "
                "a link takes back the doubt it brought"
            )
        keys = self._keys(self._profiles.get(person, self._empty), place)
        was, now = (_of_present(_wrongs(d, place), keys) for d in (held, changed))
        for shift, key, d, e in zip(self._shifts[place], keys, was, now, strict=True):
            shift(key, key, d, e)
        self._doubts[person] = changed
        if not any(changed):
            del self._doubts[person]

    def merge(self, other: "LiveLattice") -> None:
        """Add other people, exactly. RiskError, with nothing changed, if somebody is in both."""
        if other.sources != self.sources:
            raise RiskError(f"sources: got {other.sources}, needs {self.sources}, in this order")
        if both := self._profiles.keys() & other._profiles.keys():
            raise RiskError(f"person {min(both)}: is in both parts; each person belongs to one")
        self._profiles |= {person: [*profile] for person, profile in other._profiles.items()}
        self._doubts |= other._doubts
        self.histogram.merge(other.histogram)
        self._settle()

    def alike(self, person: int) -> Mapping[str, int]:
        """Return how many people look like this one in each view, the person included.

        0 where the person is absent, or where the view is thinned and their class not kept.
        """
        profile, sums = self._profiles.get(person, self._empty), self._sums
        found = {}
        for number, view in enumerate(self.views):
            key = sum(profile[sums[self._numbers[source]]] for source in view.sources) & _TOP
            found[view.name] = self.histogram.size(number, key) if key else 0
        return found

    def _keys(self, profile: Sequence[int], place: int) -> list[int]:
        """Return the class keys in each view with a source, in the order of `_order`."""
        keys = [profile[self._sums[place]]]
        for other in self._others[place]:
            held = profile[other]
            keys += [key + held & _TOP for key in keys]
        return keys

    def _unknown(self, source: str) -> RiskError:
        return RiskError(f"source: got {source!r}; allowed: {', '.join(self.sources)}")

    def _order(self, source: str) -> tuple[int, ...]:
        """Return the views that have a source, in the order of `_subset_sums`."""
        chosen: list[frozenset[str]] = [frozenset((source,))]
        for other in self.sources:
            if other != source:
                chosen += [before | {other} for before in chosen]
        numbers = {frozenset(view.sources): n for n, view in enumerate(self.views)}
        return tuple(numbers[each] for each in chosen)

    def _settle(self) -> None:
        for view, level in enumerate(levels(self.histogram, len(self.views), self._limit)):
            self.histogram.thin(view, level)


def _subset_sums(values: Sequence[int], left_out: int) -> list[int]:
    """Return the sum of every subset of the values, one left out.

    >>> _subset_sums([1, 9, 10], 1)
    [0, 1, 10, 11]
    """
    sums = [0]
    for place, value in enumerate(values):
        if place != left_out:
            sums += [each + value for each in sums]
    return sums


def _wrongs(doubts: Sequence[int], place: int) -> list[int]:
    """Return the doubt of a profile in each view with a source, in the order of `_subset_sums`."""
    return [wrong(each + doubts[place]) for each in _subset_sums(doubts, place)]


def _of_present(doubts: list[int], keys: list[int]) -> list[int]:
    """Return doubts, 0 where there is no class: who is absent has no doubt about them."""
    return [doubt if key else 0 for doubt, key in zip(doubts, keys, strict=True)]
