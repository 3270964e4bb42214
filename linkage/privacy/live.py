"""The lattice of one population, one event at a time: a few microseconds each, and exact."""

from collections.abc import Mapping, Sequence

from linkage.errors import RiskError
from linkage.privacy.doubt import wrong
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.lattice import LIMIT, lattice, levels

_TOP = (1 << 64) - 1
_EVERY = 1 << 14
"""Events after which the limit is looked at again."""
_HELD = 4
"""Sources up to which a profile holds its key in every view. It is faster than adding them up for
each event, costs 15 keys at most, and nothing where classes of one hold the same numbers."""


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
        # By person: the number of points for each source, then their sum for each, which is the key
        # in the view of that source alone; then, of a few sources, the keys in the other views.
        self._profiles: dict[int, list[int]] = {}
        # By person, of those who have any: the doubt of their links for each source.
        self._doubts: dict[int, list[int]] = {}
        n = len(sources)
        self._sums = range(n, 2 * n)
        self._others = [[n + other for other in range(n) if other != place] for place in range(n)]
        # By source: how to move somebody in each view that has it, and where a profile holds the
        # key there; of many sources, where it holds the first.
        orders = [self._order(source) for source in sources]
        self._shifts = [self.histogram.shifts(order) for order in orders]
        self._held = [[n + view for view in order if n <= _HELD or view < n] for order in orders]
        self._short = [
            list(zip(held, shifts, strict=True)) if n <= _HELD else []
            for held, shifts in zip(self._held, self._shifts, strict=True)
        ]
        self._empty = (0,) * (n + (len(self.views) if n <= _HELD else n))
        self._nothing = (0,) * n

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
        total, step = profile[self._sums[place]], sign * point
        count, after = profile[place] + sign, total + step & _TOP
        if count < 0 or (count == 0) != (after == 0):
            raise RiskError(
                f"person {person}, source {source}, point {point:#018x}: cannot change by {sign} "
                f"with {profile[place]} there; it was never gained, or lost before"
            )
        profile[place] = count
        if person in self._doubts or not self._short[place]:
            self._move(person, profile, place, step)
        else:
            for at, shift in self._short[place]:
                old = profile[at]
                # One object in the profile and in the view, not two of the same value.
                profile[at] = new = old + step & _TOP
                shift(old, new)
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
        was, now = (_wrongs(doubts, place) for doubts in (held, changed))
        for shift, key, d, e in zip(self._shifts[place], keys, was, now, strict=True):
            shift(key, key, d, e)
        self._doubts[person] = changed
        if not any(changed):
            del self._doubts[person]

    def merge(self, other: "LiveLattice") -> None:
        """Add other people, exactly. RiskError, with nothing changed, if somebody is in both."""
        if other.sources != self.sources:
            raise RiskError(f"sources: got {other.sources}, needs {self.sources}, in this order")
        mine, theirs = ({*part._profiles, *part._doubts} for part in (self, other))
        if both := mine & theirs:
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

    def _move(self, person: int, profile: list[int], place: int, step: int) -> None:
        """Move a person in each view with a source, with their doubt."""
        olds = self._keys(profile, place)
        news = [old + step & _TOP for old in olds]
        doubts = [0] * len(olds)
        if person in self._doubts:
            doubts = _wrongs(self._doubts[person], place)
        for shift, old, new, doubt in zip(self._shifts[place], olds, news, doubts, strict=True):
            shift(old, new, doubt, doubt)
        for at, new in zip(self._held[place], news, strict=False):
            profile[at] = new

    def _keys(self, profile: Sequence[int], place: int) -> list[int]:
        """Return the class keys in each view with a source, in the order of `_order`."""
        if self._short[place]:
            return [profile[at] for at in self._held[place]]
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
