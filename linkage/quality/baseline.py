"""The baseline: whom one exact key, such as the claimed ID number, finds alone."""

from collections.abc import Sequence

import numpy as np

from linkage.registry import Registry


def claimed_id_only(
    registry: Registry, groups: Sequence[Sequence[object]], key: str = "id"
) -> list[int | None]:
    """Return whom the claimed ID number alone finds, group by group.

    A group links when its values of the blocking key `key` name exactly one person of the
    registry, however many share them.
    """
    encoder = registry.encoder
    column = [declared.name for declared in encoder.schema.keys].index(key)
    out: list[int | None] = []
    for group in groups:
        records = encoder.encode([encoder.canonical(record) for record in group])
        rows = registry.index.owners(np.unique(records.keys[:, column]))
        out.append(int(registry.persons(rows)[0]) if len(rows) == 1 else None)
    return out
