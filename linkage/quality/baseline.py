"""The baseline: whom an exact join on one value, such as the claimed ID number, finds alone."""

from collections.abc import Iterable


def sole_owners(
    owners: Iterable[tuple[str | None, int]], claims: Iterable[Iterable[str | None]]
) -> list[int | None]:
    """Return whom each claim's values name alone.

    `owners` are (value, person) of the registry, each claim the values that an account shows. It
    links when they name exactly one person; a missing value names nobody.

    >>> sole_owners([("a", 1), ("b", 2), ("b", 3)], [["a", None], ["b"], ["a", "b"], ["c"]])
    [1, None, None, None]
    """
    people: dict[str, set[int]] = {}
    for value, person in owners:
        if value is not None:
            people.setdefault(value, set()).add(person)
    found = [
        set().union(*(people.get(value, ()) for value in values if value is not None))
        for values in claims
    ]
    return [named.pop() if len(named) == 1 else None for named in found]
