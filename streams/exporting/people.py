"""The people of a run as the registry has them, and the truth about every account, as tables."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from linkage.records import Identity, Record
from streams.risk.membership import AGES, households
from streams.synthetic.population import TODAY
from streams.synthetic.truth import Truth

PEOPLE = ("person", "household", "age", "sex")
_YEAR = 365.25
_TYPES = {"source": pa.string(), "account": pa.string(), "stratum": pa.string()}


def people(identities: Iterable[Identity]) -> pa.Table:
    """Return everybody in the registry, by person: household, band of age, and sex.

    A household is who shares an address, by one of their numbers; no names come along. Age is that
    on the first day of the stream, missing where the registry has no birth date.
    """
    known = sorted(identities, key=lambda one: one.person)
    person = np.array([one.person for one in known], dtype=np.int64)
    columns = (
        pa.array(person),
        pa.array(households(person, known)),
        pa.array([_age(one.record) for one in known], pa.string()),
        pa.array([one.record.sex for one in known], pa.string()),
    )
    return pa.table(columns, names=list(PEOPLE))


def truth_table(truth: Truth) -> pa.Table:
    """Return what is true of each tenancy; see `synthetic.truth.Tenancy` for the columns.

    A person is a number of the registry. It is sorted as the links are, and joins them by source,
    account and start.
    """
    order = {name: place for place, name in enumerate(_sources(truth))}
    found = sorted(truth.tenancies, key=lambda t: (order[t.source], t.source, t.account, t.start))
    fields = found[0].__struct_fields__ if found else ("source", "account", "start")
    return pa.table(
        {
            field: pa.array([getattr(t, field) for t in found], _TYPES.get(field, pa.int64()))
            for field in fields
        }
    )


def _sources(truth: Truth) -> Sequence[str]:
    return list(dict.fromkeys(t.source for t in truth.tenancies))


def _age(record: Record) -> str | None:
    if record.birth is None:
        return None
    years = int((TODAY - date.fromisoformat(record.birth).toordinal()) // _YEAR)
    return [name for name, start in AGES.items() if start <= max(years, 0)][-1]
