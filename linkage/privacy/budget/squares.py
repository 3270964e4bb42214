"""Squares of cells and windows of hours: the axes that answers are spread over."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from linkage.privacy.budget.bounding import asked, bounded, people_per_label
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.question import Question
from linkage.privacy.rows import Ints


@dataclass(frozen=True)
class Squares:
    """The squares of a plane: `labels` are their first cells, `of` has a square for each cell."""

    labels: tuple[str, ...]
    of: Ints

    def __len__(self) -> int:
        return len(self.labels)


@lru_cache(maxsize=64)
def squares(domain: Domain, side: int) -> Squares:
    """Return the squares of `side` x `side` cells; those at the rim may hold fewer.

    >>> squares(Domain(("phone",), cells=8, width=3), 2).labels
    ('1', '3', '7')
    """
    cell = np.arange(domain.cells, dtype=np.int64)
    row, column = cell // domain.width, cell % domain.width
    corner = (row - row % side) * domain.width + (column - column % side)
    first, of = np.unique(corner, return_inverse=True)
    return Squares(tuple(map(str, (first + 1).tolist())), of.astype(np.int64))


def seen_squares(question: Question, domain: Domain) -> tuple[str, ...]:
    """Return the squares in which the question's sources may see somebody: all of them, or none.

    >>> domain = Domain(("phone", "internet"), cells=2, width=2, apart=("internet",))
    >>> one = {"purpose": "p", "query": "q", "first": 0, "last": 0, "nano_rho": 1}
    >>> seen_squares(Question(**one, sources=("phone", "internet")), domain)
    ('1', '2')
    >>> seen_squares(Question(**one, sources=("internet",)), domain)
    ()
    """
    see = any(source not in domain.apart for source in question.sources)
    return squares(domain, question.side).labels if see else ()


def windows(question: Question) -> tuple[str, ...]:
    """Return the first blocks of the windows that the question's blocks are cut into."""
    return tuple(map(str, range(question.first, question.last + 1, question.hours)))


def window_of(question: Question, rows: Contributions) -> Ints:
    """Return the number of each row's window."""
    return (rows.block - question.first) // question.hours


def square_of(question: Question, domain: Domain, rows: Contributions) -> Ints:
    """Return the number of each row's square, -1 for what is no cell of the plane.

    That is a place off the plane, and every place of a source whose places are no cells.
    """
    of = squares(domain, question.side).of
    if not len(of):
        return np.full(len(rows), -1, np.int64)
    inside = (rows.place >= 1) & (rows.place <= domain.cells)
    for code, source in enumerate(domain.sources):
        if source in domain.apart:
            inside &= rows.source != code
    return np.where(inside, of[np.where(inside, rows.place - 1, 0)], -1)


def people_by_square(question: Question, domain: Domain, rows: Contributions) -> Ints:
    """Return how many people each of `seen_squares` saw, a person in `most` of them at most."""
    rows = asked(question, domain, rows)
    many = len(seen_squares(question, domain))
    return people_per_label(rows.person, square_of(question, domain, rows), many, question.most)


def bound_by_square(question: Question, domain: Domain) -> int:
    """Return the square of how far one person moves `people_by_square` (L2)."""
    return bounded(question.most, len(seen_squares(question, domain)))
