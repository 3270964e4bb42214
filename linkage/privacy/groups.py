"""Groups of people: how exposed each is, and how far that is from everybody else.

A group is told by its own people, never by one of them: nothing here ranks or scores a person.
What groups there are, and what they are called, are arguments.
"""

from dataclasses import dataclass

import msgspec
import numpy as np

from linkage.errors import RiskError
from linkage.intervals import Floats, effective_n, share_of
from linkage.privacy.estimate import Estimate, difference
from linkage.privacy.rows import Ints


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
    here: Estimate
    others: Estimate
    difference: Estimate


def disparities(grouping: Grouping, added: Floats, unit: Ints) -> tuple[Disparity, ...]:
    """Return how a figure differs between each group that has people and everybody else.

    `added` is what each person adds to it, from 0 to 1 (`each.adds`), `unit` is whose household
    each is of; both have the rows of the grouping. All three estimates are of the population that
    this world was drawn from, see `household_mean`, and the interval of the difference is
    Newcombe's. It takes the two sides as independent: where a household has people on both, who are
    exposed together, it is too wide. Of twenty groups without any disparity one has an interval
    without 0. Raises RiskError for columns of different lengths.
    """
    if not len(grouping.code) == len(added) == len(unit):
        lengths = f"{len(grouping.code)} codes, {len(added)} values, {len(unit)} units"
        raise RiskError(f"grouping {grouping.name}: {lengths}; needs one of each for each person")
    found = []
    for number, label in enumerate(grouping.labels):
        mine = grouping.code == number
        if mine.any():
            here, others = (household_mean(added[rows], unit[rows]) for rows in (mine, ~mine))
            found.append(Disparity(label, here, others, difference(here, others)))
    return tuple(found)


def household_mean(added: Floats, unit: Ints) -> Estimate:
    """Return the mean of what people add, from 0 to 1, as one of the population they came from.

    That is: of worlds of this size, made as this one was, by the household. Wilson's interval with
    as many trials as tell as much as these people, whose households are independent and whose
    members are not (Korn and Graubard 1998, see `linkage.intervals`), and never more than there are
    people: so it is too wide for values that are far from 0 and 1. Nobody has 0, from 0 to 1.

    >>> e = household_mean(np.array([1.0, 1.0, 0.0, 0.0]), np.array([7, 7, 9, 9]))
    >>> e.value, round(e.low, 2), round(e.high, 2), e.n
    (0.5, 0.05, 0.95, 4)
    """
    n = len(added)
    if n == 0:
        return Estimate(value=0.0, low=0.0, high=1.0, n=0, estimand="population")
    mean = min(max(float(added.mean()), 0.0), 1.0)
    _, whose = np.unique(unit, return_inverse=True)
    share = share_of(mean, effective_n(mean, (added - mean) / n, whose, n), n)
    return Estimate(value=mean, low=share.low, high=share.high, n=n, estimand="population")
