"""The baseline: whom the claimed ID number alone finds."""

from collections.abc import Iterable, Sequence

from linkage.normalise import id_number
from linkage.records import Record
from linkage.registry import Registry


def claimed_id_only(registry: Registry, groups: Iterable[Sequence[Record]]) -> list[int | None]:
    """Return whom the claimed ID number alone finds, group by group.

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
