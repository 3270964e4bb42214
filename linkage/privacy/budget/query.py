"""What a query is: how people are counted, and how much one person can change the count.

Neighbours differ in one person's events of the blocks asked about: they are there or they are not.
Whose an account is, is held fixed: that one person's records may move other people's links is not
covered, and docs/privacy-claims.md says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.catalogue import load_catalogue
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.mechanisms import error_interval
from linkage.privacy.budget.question import Question
from linkage.privacy.rows import Ints

FOLDER = Path(__file__).parent / "queries"


def all_of_it(_question: Question, values: Mapping[str, int], _sigma: float) -> dict[str, int]:
    """Return every value: the post-processing of queries that keep nothing back."""
    return dict(values)


@dataclass(frozen=True)
class Query:
    """A question in words, and how it is counted.

    `labels` names the numbers that come out, without a look at the data. `tally` returns them
    (int64, in the order of the labels) after each person's contribution is bounded by
    `question.most`; which of somebody's rows count is decided by a hash, never by other people's.
    `l2_squared` is the square of how far one person can move that vector (L2), a whole number of 1
    or more: the sum of squares of what they contribute at most. `bound` says it in words. `tell` is
    what is made of the noisy values; it sees nothing else. `uses` names what the query asks of a
    question besides sources and blocks: some of "most", "hours", "side" and "k". `axes` says what
    the labels are, part by part.
    """

    name: str
    question: str
    unit: str
    bound: str
    labels: Callable[[Question, Domain], tuple[str, ...]]
    tally: Callable[[Question, Domain, Contributions], Ints]
    l2_squared: Callable[[Question, Domain], int]
    tell: Callable[[Question, Mapping[str, int], float], dict[str, int]] = all_of_it
    uses: tuple[str, ...] = ()
    axes: str = "what"

    def half(self, sigma: float, numbers: int) -> int:
        """Return how far, with 95 %, noise takes a told number off at most.

        Where only some numbers are told, they are chosen by their noise too: then it holds for all
        `numbers` at once, so for those that are told whichever they are (Bonferroni).
        """
        at_once = 1 if self.tell is all_of_it else max(1, numbers)
        return error_interval(sigma, 1 - 0.05 / at_once)[1]


def load_queries(
    folder: Path = FOLDER, package: str = "linkage.privacy.budget.queries"
) -> Mapping[str, Query]:
    """Return every query of the catalogue by name."""
    return load_catalogue(package, folder, "QUERY", Query)
