"""Groups of people: how exposed each is, and how far that is from everybody else.

A group is told by its own people, never by one of them: nothing here ranks or scores a person.
What groups there are, and what they are called, are arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.errors import RiskError
from linkage.intervals import Floats, effective_n, share_of
from linkage.privacy.estimate import Estimate, difference, jackknife, sampled_share
from linkage.privacy.hashing import seeded
from linkage.privacy.rows import Ints

Flags = NDArray[np.bool_]
PARTS = 30
"""Groups of households that are left out in turn."""


@dataclass(frozen=True)
class Grouping:
    """One way to part people: person i is in the group `labels[code[i]]`, in none if that is -1.

    Raises RiskError for a code without a label.
    """

    name: str
    labels: tuple[str, ...]
    code: Ints

    def __post_init__(self) -> None:
        wrong = self.code[(self.code < -1) | (self.code >= len(self.labels))]
        if len(wrong):
            raise RiskError(
                f"grouping {self.name}: code {int(wrong[0])} has no label; needs -1 (no group) to "
                f"{len(self.labels) - 1}"
            )


class Disparity(msgspec.Struct, frozen=True):
    """A figure of a group, of everybody else, and the one minus the other."""

    group: str
    people: int
    here: Estimate
    others: Estimate
    difference: Estimate


@dataclass(frozen=True)
class Added:
    """What each person adds to a figure, from 0 to 1: in this world, and in parts of it.

    `parts` are (who is left, what they add) without each group of households in turn; `unit` is
    whose household each person is of.
    """

    whole: Floats
    parts: tuple[tuple[Ints, Floats], ...]
    unit: Ints


def added(
    adds: Callable[[Ints], Mapping[str, Floats]], unit: Ints, seed: int
) -> Mapping[str, Added]:
    """Return what people add to several figures; `adds(rows)` says so of a world of these rows.

    Households are dealt to PARTS groups of nearly as many people each, by their size and the seed.
    """
    home, whose, size = np.unique(unit, return_inverse=True, return_counts=True)
    group = np.empty(len(home), dtype=np.int64)
    group[np.lexsort((seeded(seed, home), -size))] = np.arange(len(home)) % PARTS
    whole = adds(np.arange(len(unit)))
    left = [np.flatnonzero(group[whose] != part) for part in range(min(PARTS, len(home)))]
    parts = [(rows, adds(rows)) for rows in left]
    return {
        name: Added(values, tuple((rows, some[name]) for rows, some in parts), unit)
        for name, values in whole.items()
    }


def disparities(grouping: Grouping, figure: Added) -> tuple[Disparity, ...]:
    """Return how a figure differs between each group that has people and everybody else.

    All three estimates are of the population that this world was drawn from, by the household: of
    worlds of this size, made as this one was. The interval of a mean is the wider of two, since
    each by itself is too narrow somewhere: Wilson's with as many trials as households tell (see
    `linkage.intervals`) does not know that one person's crowd is made of others; the jackknife that
    leaves households out does, and fails where a group is small. That of the difference is
    Newcombe's. Together they hold what is true 97 to 100 times of 100. Of twenty groups without any
    disparity one could still have an interval without 0. Raises RiskError for other people than the
    figure's.
    """
    if len(grouping.code) != len(figure.whole):
        raise RiskError(
            f"grouping {grouping.name}: {len(grouping.code)} codes for {len(figure.whole)} people; "
            "needs one for each"
        )
    found = []
    for label, mine in _groups(grouping):
        here, others = _mean(figure, mine), _mean(figure, ~mine)
        found.append(Disparity(label, here.n, here, others, difference(here, others)))
    return tuple(found)


def sampled_disparities(grouping: Grouping, rows: Ints, hit: Flags) -> tuple[Disparity, ...]:
    """Return how the share of people who are hit differs between groups, of a sample of people.

    `rows` are the people of the grouping who were attacked, `hit` says of whom it worked. The
    estimates are of this world, of which they are a sample, see `estimate.sampled_share`.
    """
    found = []
    for label, mine in _groups(grouping):
        here, others = (
            sampled_share(int(hit[some[rows]].sum()), int(some[rows].sum()), int(some.sum()))
            for some in (mine, ~mine)
        )
        people = int(mine.sum())
        found.append(Disparity(label, people, here, others, difference(here, others)))
    return tuple(found)


def _groups(grouping: Grouping) -> list[tuple[str, Flags]]:
    every = [(label, grouping.code == number) for number, label in enumerate(grouping.labels)]
    return [(label, mine) for label, mine in every if mine.any()]


def _mean(figure: Added, mine: Flags) -> Estimate:
    """Return the mean of what some people add, as one of the population they were drawn from."""
    mean, n = _average(figure.whole[mine], 0.0), int(mine.sum())
    if n == 0:
        return Estimate(value=0.0, low=0.0, high=1.0, n=0, estimand="population")
    _, whose = np.unique(figure.unit[mine], return_inverse=True)
    influence = (figure.whole[mine] - mean) / n
    wilson = share_of(mean, effective_n(mean, influence, whose, n), n)
    parts = np.array([_average(some[mine[rows]], mean) for rows, some in figure.parts])
    if len(parts) < 2:
        return Estimate(value=mean, low=0.0, high=1.0, n=n, estimand="population")
    left_out = jackknife(mean, parts, n, units=int(whose.max()) + 1)
    low, high = min(wilson.low, left_out.low), max(wilson.high, left_out.high)
    return Estimate(value=mean, low=low, high=high, n=n, estimand="population")


def _average(values: Floats, empty: float) -> float:
    return min(max(float(values.mean()), 0.0), 1.0) if len(values) else empty
