"""Which tenancy should a clerk look at first? The one whose answer is worth most.

The worth of asking is the value of information (Howard 1966, "Information value theory", IEEE
Transactions on Systems Science and Cybernetics 2; Raiffa and Schlaifer 1961): the expected cost of
the best decision without the answer, less that of the best decisions with it. A clerk is taken to
be right.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from linkage.costs import Costs

Ranked = Sequence[tuple[int, float]]
"""The candidates of a tenancy as (person, weight in bits), those that a verdict excludes left out.
"""
Name = TypeVar("Name", bound=Hashable)
_SMALLEST = np.finfo(np.float64).tiny
_ROUNDING = 1e-12


class Question(NamedTuple):
    """Is `person` the holder? Answering is worth `value` (unit of the costs)."""

    person: int
    value: float
    probability: float


class Queued(NamedTuple, Generic[Name]):
    """A tenancy with the question to ask of it."""

    name: Name
    question: Question


def probabilities(weights: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how probable each candidate is, when at most one of them is the holder.

    p_i = 2**w_i / (1 + sum of 2**w_j); what is missing to 1 is that none of them is.

    >>> probabilities([0.0, 0.0]).round(3).tolist()
    [0.333, 0.333]
    """
    bits = np.append(np.asarray(weights, np.float64), 0.0)
    odds = np.exp2(bits - bits.max())
    shares: NDArray[np.float64] = odds[:-1] / odds.sum()
    return shares


def least_cost(p: NDArray[np.float64], costs: Costs) -> float:
    """Return the expected cost of the best decision without a clerk: no link, or one of `p`.

    Every false pair and every missed pair costs, so a link to the wrong one of two costs both.
    """
    missed = float(p.sum()) * costs.missed_link
    gain = p * costs.missed_link - (1.0 - p) * costs.false_link
    return missed - max(0.0, float(gain.max(initial=0.0)))


def questions(ranked: Ranked, costs: Costs) -> list[Question]:
    """Return the question about each candidate, in the order given."""
    p = probabilities([weight for _, weight in ranked])
    without, found = least_cost(p, costs), []
    for i, (person, _) in enumerate(ranked):
        # After a yes nothing is left to cost; after a no the others share what this one had.
        left = max(1.0 - float(p[i]), _SMALLEST)
        saved = without - left * least_cost(np.delete(p, i) / left, costs)
        found.append(Question(person, saved, float(p[i])))
    return found


def question(ranked: Ranked, costs: Costs) -> Question | None:
    """Return the question about one tenancy that is worth most; None without candidates.

    Of equal ones it is about the candidate of more weight, then of the lower number.
    """
    order = sorted(ranked, key=lambda one: (-one[1], one[0]))
    best = None
    for one in questions(order, costs):
        if best is None or one.value > best.value + _ROUNDING:
            best = one
    return best


def queue(tenancies: Iterable[tuple[Name, Ranked]], costs: Costs) -> list[Queued[Name]]:
    """Return the tenancies with candidates in the order to ask of them."""
    asked = ((name, question(ranked, costs)) for name, ranked in tenancies)
    return in_order(Queued(name, one) for name, one in asked if one is not None)


def in_order(asked: Iterable[Queued[Name]]) -> list[Queued[Name]]:
    """Return questions, the worthiest first; of equal ones by the text of their names."""
    return sorted(asked, key=lambda one: (-one.question.value, str(one.name)))
