"""How good the links are: precision, recall and F1 per account, in strata, beside a baseline.

Scored per account against the person that its registration describes. An account whose person is
not in the registry has nobody to be found: a link there is wrong, no link there is right.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence

import msgspec

from linkage.normalise import id_number
from linkage.records import Record
from linkage.registry import Registry


class Quality(msgspec.Struct, frozen=True):
    """Counts of accounts, and what they come to.

    `accounts` all, `findable` whose person is in the registry, `linked` those with a link,
    `correct` those linked to the person described.
    """

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
    """Return the quality of the links of some accounts.

    `described` is the person in the registry whose data an account shows, None when they are not
    in it; `linked` the person decided, None or absent for no link. Without links precision is 1,
    with nobody to find recall is 1.

    >>> q = quality({"a": 1, "b": 2, "c": None}, {"a": 1, "b": 3})
    >>> q.precision, q.recall, q.f1
    (0.5, 0.5, 0.5)
    """
    pairs = [(person, linked.get(account)) for account, person in described.items()]
    findable = sum(person is not None for person, _ in pairs)
    found = sum(person is not None for _, person in pairs)
    correct = sum(person is not None and person == other for person, other in pairs)
    precision = correct / found if found else 1.0
    recall = correct / findable if findable else 1.0
    f1 = 2 * precision * recall / (precision + recall) if correct else 0.0
    return Quality(len(described), findable, found, correct, precision, recall, f1)


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


def claimed_id_only(registry: Registry, groups: Iterable[Sequence[Record]]) -> list[int | None]:
    """Return whom the claimed ID number alone finds, group by group: the baseline.

    A group links when its ID numbers name exactly one person of the registry.
    """
    owners: dict[str, set[int]] = {}
    for identity in registry.identities():
        number = id_number(identity.record.id_number)
        if number is not None:
            owners.setdefault(number, set()).add(identity.person)
    out = []
    for group in groups:
        numbers = {id_number(record.id_number) for record in group} - {None}
        people = set().union(*(owners.get(number or "", set()) for number in numbers))
        out.append(people.pop() if len(people) == 1 else None)
    return out
