"""Groups of tenancies that are hard for a reason: by source, by claimed ID, by who is described."""

from collections.abc import Iterable, Sequence

import numpy as np

from linkage.quality.accounts import NOBODY
from linkage.quality.calibration import Flags
from linkage.quality.strata import shared
from linkage.records import Identity
from streams.quality.truth_columns import TruthColumns

Groups = dict[str, Flags]
"""Which tenancies (rows of the truth) are in each group."""
CLAIMS = {"ok": "right", "missing": "missing", "mistyped": "mistyped", "borrowed": "borrowed"}


def by_source(truth: TruthColumns) -> Groups:
    """Return the tenancies of each source, in the order of the truth."""
    return {name: _is(truth.source, name) for name in dict.fromkeys(truth.source)}


def by_claim(truth: TruthColumns) -> Groups:
    """Return the tenancies by what happened to the claimed ID number."""
    return {f"ID {said}": _is(truth.stratum, name) for name, said in CLAIMS.items()}


def by_person(truth: TruthColumns, identities: Iterable[Identity]) -> Groups:
    """Return the tenancies by whom they describe: namesakes, households, and who is neither.

    Namesakes share surname and given name in the registry, households the address. The groups
    'no sound ID' are where that matters: the claimed ID number is missing, mistyped or borrowed.
    """
    known = list(identities)
    people = np.array([one.person for one in known], np.int64)
    names = shared([_name(one) for one in known])
    homes = shared([one.record.address for one in known])
    registered = truth.described != NOBODY
    namesake = np.isin(truth.described, people[names]) & registered
    household = np.isin(truth.described, people[homes]) & registered
    unsound = ~_is(truth.stratum, "ok")
    return {
        "namesakes": namesake,
        "sole bearers of a name": registered & ~namesake,
        "in shared households": household,
        "living alone": registered & ~household,
        "namesakes, no sound ID": namesake & unsound,
        "households, no sound ID": household & unsound,
        "not in the registry": ~registered,
    }


def by_account(truth: TruthColumns) -> Groups:
    """Return the tenancies by what is odd about the account."""
    other = truth.person != truth.holder
    return {
        "number handed on": truth.recycled,
        "one holder only": ~truth.recycled,
        "describes the holder": ~other,
        "describes another": other,
    }


def people_sharing(identities: Sequence[Identity]) -> tuple[int, int]:
    """Return how many of the registry share their full name, and how many their address."""
    names = shared([_name(one) for one in identities])
    homes = shared([one.record.address for one in identities])
    return int(names.sum()), int(homes.sum())


def _name(one: Identity) -> str | None:
    record = one.record
    if record.surname is None or record.given is None:
        return None
    return f"{record.surname} {record.given}"


def _is(values: Sequence[str], wanted: str) -> Flags:
    return np.array([value == wanted for value in values], np.bool_)
