"""A clerk's verdict on one tenancy and one person, and which verdicts are in force.

The state is a set of verdicts: of those on one person the newest counts, by (time, id), whatever
the order in which they came. An undo is a verdict too; it withdraws all that was said before it.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

Answer = Literal["link", "non-link", "undo"]


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What `reviewer` said of a person as the holder of a tenancy.

    `time` is any text that sorts as time does, such as ISO 8601 in UTC; `id` tells verdicts apart
    and breaks ties.
    """

    person: int
    answer: Answer
    reviewer: str
    time: str
    id: str


def age(verdict: Verdict) -> tuple[str, str]:
    """Return what verdicts are ordered by, the oldest first."""
    return verdict.time, verdict.id


def in_force(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Return the newest verdict on each person, without those undone; the newest comes first.

    >>> yes = Verdict(5, "link", "clerk-17", "10:00", "a")
    >>> no = Verdict(5, "non-link", "clerk-17", "10:05", "b")
    >>> undo = Verdict(5, "undo", "clerk-17", "10:06", "c")
    >>> [v.answer for v in in_force([no, yes])], in_force([undo, no, yes])
    (['non-link'], ())
    """
    newest: dict[int, Verdict] = {}
    for verdict in verdicts:
        known = newest.get(verdict.person)
        if known is None or age(known) < age(verdict):
            newest[verdict.person] = verdict
    standing = [verdict for verdict in newest.values() if verdict.answer != "undo"]
    return tuple(sorted(standing, key=age, reverse=True))
