"""The truth of a run as columns, a row for each tenancy."""

from dataclasses import dataclass

import numpy as np

from linkage.intervals import Ints
from linkage.quality.accounts import NOBODY
from linkage.quality.calibration import Flags
from streams.synthetic.truth import Truth

Key = tuple[str, str, int]
"""A tenancy: source, account, start."""


@dataclass(frozen=True)
class TruthColumns:
    """What is true of each tenancy, all arrays in the order of `keys`.

    `person` is who is described, `described` the same where the registry holds them ever, else
    NOBODY: then there is nobody to be found. `claimed` is whom the claimed ID number names,
    `holder` who really has the account; `recycled` says that others have had it too.
    """

    keys: tuple[Key, ...]
    place: dict[Key, int]
    source: tuple[str, ...]
    stratum: tuple[str, ...]
    person: Ints
    described: Ints
    claimed: Ints
    holder: Ints
    recycled: Flags

    def __len__(self) -> int:
        return len(self.keys)


def truth_columns(truth: Truth) -> TruthColumns:
    """Return a truth by columns."""
    tenancies = truth.by_tenancy()
    rows = tuple(tenancies.values())
    missing = np.array(truth.unregistered, np.int64)
    person = np.array([t.described for t in rows], np.int64)
    claimed = np.array([NOBODY if t.claimed is None else t.claimed for t in rows], np.int64)
    holders: dict[tuple[str, str], int] = {}
    for source, account, _ in tenancies:
        holders[source, account] = holders.get((source, account), 0) + 1
    return TruthColumns(
        keys=tuple(tenancies),
        place={key: place for place, key in enumerate(tenancies)},
        source=tuple(t.source for t in rows),
        stratum=tuple(t.stratum for t in rows),
        person=person,
        described=np.where(np.isin(person, missing), NOBODY, person),
        claimed=np.where(np.isin(claimed, missing), NOBODY, claimed),
        holder=np.array([t.holder for t in rows], np.int64),
        recycled=np.array([holders[t.source, t.account] > 1 for t in rows], np.bool_),
    )
