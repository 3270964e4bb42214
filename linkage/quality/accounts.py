"""How good the links are: precision, recall and F1 per account.

Scored per account against the person that its registration describes. An account whose person is
not in the registry has nobody to be found: a link there is wrong, no link there is right.
"""

from collections.abc import Hashable, Iterable, Mapping

import msgspec
import numpy as np

from linkage.intervals import Ints
from linkage.quality.scores import Ratio, Scores, numbered, scores_of

NOBODY = -1
"""In arrays of people: nobody, for an account without a link or without a person to find."""


class LinkScores(Scores, frozen=True):
    """Counts of accounts, and the scores they come to.

    `accounts` all, `findable` whose person is in the registry, `linked` those with a link,
    `correct` those linked to the person described. n is `linked` for precision, `findable` for
    recall, and for F1 the accounts that are either.
    """

    accounts: int
    findable: int
    linked: int
    correct: int


def link_scores(described: Ints, linked: Ints, people: Ints | None = None) -> LinkScores:
    """Return the scores of the links of some accounts, a row each.

    `described` is the person in the registry whose data an account shows, `linked` the person
    decided, both NOBODY for none. `people` says whose accounts are not independent, where that is
    more than `described` knows: those of one person who is not in the registry.

    >>> s = link_scores(np.array([1, 2, NOBODY]), np.array([1, 3, NOBODY]))
    >>> s.precision.value, s.recall.value, s.f1.value, s.linked, s.findable
    (0.5, 0.5, 0.5, 2, 2)
    """
    unit = numbered(_own(described) if people is None else people)
    findable, found = described != NOBODY, linked != NOBODY
    right = findable & (described == linked)
    scores = scores_of(
        Ratio(right.astype(float), found.astype(float), int(found.sum())),
        Ratio(right.astype(float), findable.astype(float), int(findable.sum())),
        unit,
        int((found | findable).sum()),
    )
    return LinkScores(
        precision=scores.precision,
        recall=scores.recall,
        f1=scores.f1,
        accounts=len(described),
        findable=int(findable.sum()),
        linked=int(found.sum()),
        correct=int(right.sum()),
    )


class Quality(msgspec.Struct, frozen=True):
    """The same without intervals, of accounts by name."""

    accounts: int
    findable: int
    linked: int
    correct: int
    precision: float
    recall: float
    f1: float


def quality(
    described: Mapping[Hashable, int | None], linked: Mapping[Hashable, int | None]
) -> Quality:
    """Return the quality of the links of some accounts, None or absent for nobody.

    Without links precision is 1, with nobody to find recall is 1.

    >>> q = quality({"a": 1, "b": 2, "c": None}, {"a": 1, "b": 3})
    >>> q.precision, q.recall, q.f1
    (0.5, 0.5, 0.5)
    """
    named = (_people(described.values()), _people(linked.get(a) for a in described))
    s = link_scores(*named)
    shares = s.precision.value, s.recall.value, s.f1.value
    return Quality(s.accounts, s.findable, s.linked, s.correct, *shares)


def by_stratum(
    described: Mapping[Hashable, int | None],
    linked: Mapping[Hashable, int | None],
    stratum: Mapping[Hashable, str],
) -> dict[str, Quality]:
    """Return the quality in each stratum (such as claimed ID missing, mistyped, borrowed)."""
    groups: dict[str, dict[Hashable, int | None]] = {}
    for account, person in described.items():
        groups.setdefault(stratum[account], {})[account] = person
    return {name: quality(groups[name], linked) for name in sorted(groups)}


def _people(named: Iterable[int | None]) -> Ints:
    return np.array([NOBODY if person is None else person for person in named], np.int64)


def _own(described: Ints) -> Ints:
    """Return whose each account is, when accounts of nobody have nothing to do with each other."""
    alone = described == NOBODY
    out = described.copy()
    out[alone] = -1 - np.arange(int(alone.sum()))
    return out
