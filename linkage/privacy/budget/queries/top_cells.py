"""Which squares of cells had most people? Only squares that noise alone would not bring up.

People are counted as in `cell_people`, and each square of the plane gets its noise, the empty ones
too. Named are the `k` largest of the squares above a threshold that looks at the number of squares
and the noise alone: that any empty square of the plane passes it has a chance of one in a million
at most: of discrete Gaussian noise, P[X >= t] <= P[N(0, sigma^2) >= t - 1] (Canonne, Kamath and
Steinke 2020), and each square has an equal share of that chance. Which squares are named depends on
their noise, so the interval told is one that holds for every square of the plane at once.
"""

from collections.abc import Mapping
from math import ceil
from statistics import NormalDist

from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.squares import bound_by_square, people_by_square, seen_squares

CHANCE = 1e-6
"""That any of the squares passes the threshold, were they all empty."""


def threshold(squares_in_all: int, sigma: float) -> int:
    """Return the least noisy count that is named.

    >>> threshold(100, 10.0)
    58
    """
    # The upper tail by its lower one: 1 - p would lose digits.
    return 1 + ceil(-NormalDist().inv_cdf(CHANCE / squares_in_all) * sigma)


def _tell(question: Question, values: Mapping[str, int], sigma: float) -> dict[str, int]:
    least = threshold(max(1, len(values)), sigma)
    large = [(-value, int(label)) for label, value in values.items() if value >= least]
    return {str(cell): -value for value, cell in sorted(large)[: question.k]}


QUERY = Query(
    name="top_cells",
    question="Which squares of cells had most people?",
    unit="people",
    bound="1 in each of `most` squares",
    labels=seen_squares,
    tally=people_by_square,
    l2_squared=bound_by_square,
    tell=_tell,
    uses=("most", "side", "k"),
    axes="from cell",
)
