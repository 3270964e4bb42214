"""How a person's contribution to a count is bounded: by their own rows alone, and by lot.

Who has more labels than may count keeps those with the smallest hashes of (person, label). So
everybody's choice looks at nobody else, is the same for any order and split of the rows, and over
all people each label of somebody is as likely to count as another.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.question import Question
from linkage.privacy.hashing import scramble
from linkage.privacy.rows import Ints, Keys, rank_in_run

_LABELS: Final = 2**20
_PEOPLE: Final = 2**24
_LABEL: Final = np.uint64(20)
_PERSON: Final = np.uint64(40)
_REST: Final = np.uint64(44)
"""Key: 24 bits of person, 20 of hash, 20 of label; the other 44 of the hash are not needed."""


def asked(question: Question, domain: Domain, rows: Contributions) -> Contributions:
    """Return the rows of the sources and blocks that the question is about."""
    wanted = np.zeros(256, np.bool_)
    wanted[[domain.sources.index(source) for source in question.sources]] = True
    kept = wanted[rows.source] & (rows.block >= question.first) & (rows.block <= question.last)
    return rows if kept.all() else rows.take(kept)


def bounded(most: int, labels: int) -> int:
    """Return how far, squared, somebody moves counts by 1 in each of `most` of so many labels.

    At least 1, so that an answer without any number has a noise to tell all the same.

    >>> bounded(4, 90), bounded(4, 3), bounded(4, 0)
    (4, 3, 1)
    """
    return max(1, min(most, labels))


def people_per_label(person: Ints, label: Ints, labels: int, most: int) -> Ints:
    """Return how many different people each of so many labels has; a person has `most` at most.

    A row says that a person has a label, -1 for none; it may be said again.

    >>> people_per_label(np.array([7, 7, 8]), np.array([0, 0, 2]), 3, most=1).tolist()
    [1, 0, 1]
    """
    known = label >= 0
    person, label = (person, label) if known.all() else (person[known], label[known])
    key = np.sort(_keys(person, label))
    key = key[_starts(key)]
    kept = key[rank_in_run((key >> _PERSON).astype(np.int64)) < most]
    return np.bincount(_label(kept), minlength=labels)


def events_per_label(person: Ints, label: Ints, events: Ints, labels: int, most: int) -> Ints:
    """Return how many events each label has, of which `most` of a person count over all labels.

    Labels of a person are gone through in the order of their hashes until `most` is reached.

    >>> person, label, events = np.array([7, 8, 8]), np.array([1, 0, 0]), np.array([9, 1, 1])
    >>> events_per_label(person, label, events, 2, most=3).tolist()
    [2, 3]
    """
    order = np.argsort(_keys(person, label))
    person, label, each = person[order], label[order], np.clip(events[order], 0, most)
    upto, first = np.cumsum(each), np.flatnonzero(_starts(person))
    run = np.diff(np.append(first, len(person)))
    before = upto - each - np.repeat(upto[first] - each[first], run)
    counted = np.clip(most - before, 0, each)
    return np.bincount(label, counted, minlength=labels).astype(np.int64)


def clamped_sum(person: Ints, events: Ints, most: int) -> int:
    """Return the sum of everybody's events, of which `most` of a person count.

    >>> clamped_sum(np.array([7, 8, 8]), np.array([9, 1, 1]), most=3)
    5
    """
    if not len(person):
        return 0
    if int(person.max()) > 4 * len(person):
        person = _ranks(person)
    each = np.bincount(person, np.clip(events, 0, most))
    return int(np.minimum(each, most).sum())


def _keys(person: Ints, label: Ints) -> Keys:
    """Return numbers that sort by person, then by a hash of (person, label), then by label.

    The hash is of the person's own number, and has 20 bits whoever else is there.
    """
    if not len(person):
        return np.empty(0, np.uint64)
    if int(label.max()) >= _LABELS:
        raise ValueError(f"label: got {int(label.max())}, needs less than {_LABELS:,} labels")
    lot = scramble(scramble(person.astype(np.uint64)) ^ label.astype(np.uint64)) >> _REST
    group = person if int(person.max()) < _PEOPLE else _ranks(person)
    key: Keys = (group.astype(np.uint64) << _PERSON) + (lot << _LABEL) + label.astype(np.uint64)
    return key


def _label(key: Keys) -> Ints:
    return (key & np.uint64(_LABELS - 1)).astype(np.int64)


def _ranks(person: Ints) -> Ints:
    """Return people numbered without gaps, in the order of their numbers."""
    order = np.sort(person)
    known = order[_starts(order)]
    if len(known) > _PEOPLE:
        raise ValueError(f"person: got {len(known):,} people, needs {_PEOPLE:,} at most")
    return np.searchsorted(known, person)


def _starts(column: Ints | Keys) -> NDArray[np.bool_]:
    """Return where a value differs from the one before."""
    first = np.ones(len(column), np.bool_)
    first[1:] = column[1:] != column[:-1]
    return first
