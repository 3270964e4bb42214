"""The world as pandas frames, for a notebook. Times are milliseconds of the stream, or missing.

Persons are numbers of the registry. Everything but people and accounts as sources know them is
the truth, which no stage sees.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from linkage.records import FIELDS
from streams.events import HOUR
from streams.source import Source
from streams.synthetic.branch import Branch
from streams.synthetic.chance import Flags, Ints
from streams.synthetic.companies import company_codes
from streams.synthetic.corruption.channels import STRATA
from streams.synthetic.flat import flat_events, flat_schema
from streams.synthetic.particulars import particulars
from streams.synthetic.population import Population
from streams.synthetic.truth import true_rows


def people_frame(population: Population, hours: int) -> pd.DataFrame:
    """Return everybody as they are after `hours`, by person.

    `household` is a number, the record's fields are strings, `home` the cell lived in and `work`
    the employer's (missing without one); `moved`, `married`, `renewed` (the ID number) and `died`
    are times within the run.
    """
    end, life = hours * HOUR, population.life
    rows = np.arange(len(population))
    form = particulars(population, rows, np.full(len(rows), end - 1))
    employed = population.employer >= 0
    offices = population.businesses.cell
    work = offices[population.employer] if len(offices) else population.employer
    frame = pd.DataFrame(
        {
            "household": population.household + 1,
            **{field: form[field].to_pandas() for field in FIELDS},
            "home": np.where(life.moved < end, population.home, population.former) + 1,
            "work": _missing(work + 1, employed),
            **{
                name: _missing(times, times < end)
                for name, times in (
                    *(("moved", life.moved), ("married", life.married)),
                    *(("renewed", life.renewed), ("died", life.died)),
                )
            },
        },
    )
    frame.index = pd.Index(rows + 1, name="person")
    return frame


def businesses_frame(population: Population) -> pd.DataFrame:
    """Return the businesses of the start: `code` (USCC), `cell`, and people by their numbers.

    `representative` stands for it in law, `shareholder_1` and so on own it, `employees` is a count.
    """
    firms = population.businesses
    rows = np.arange(len(firms))
    employed = population.employer[population.employer >= 0]
    columns = {
        "code": company_codes(rows).to_pandas(),
        "cell": firms.cell + 1,
        "representative": firms.representative + 1,
        **{
            f"shareholder_{place}": column + 1
            for place, column in enumerate(firms.shareholders.T, start=1)
        },
        "employees": np.bincount(employed, minlength=len(firms)),
    }
    frame = pd.DataFrame(columns)
    frame.index = pd.Index(rows + 1, name="business")
    return frame


def accounts_frame(branches: Sequence[Branch], hours: int) -> pd.DataFrame:
    """Return the tenancies that are registered in the run, as the source knows them.

    `source`, `account`, `start` (the registration's `opened`), `until` (when its use ends within
    the run).
    """
    return _tenancies(branches, hours)[["source", "account", "start", "until"]]


def truth_frame(branches: Sequence[Branch], hours: int) -> pd.DataFrame:
    """Return what is true of each tenancy, in the order of the accounts.

    `holder` has the account, `mate` uses it too (missing if nobody does), `described` is the
    person whose data the registration shows, `claimed` who owns the claimed ID number (missing if
    nobody), `stratum` what happened to that number, `household` the holder's.
    """
    return _tenancies(branches, hours)


def events_frame(values: Iterable[pa.StringArray], sources: Mapping[str, Source]) -> pd.DataFrame:
    """Return events as one row each, in the order of arrival; columns as in `flat.flat_schema`."""
    tables = [flat_events(value, sources) for value in values]
    table = pa.concat_tables(tables or [flat_schema(sources).empty_table()])
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame


def actors_frame(tables: Iterable[pa.Table]) -> pd.DataFrame:
    """Return who really was behind each event: `topic`, `account`, `seq`, `person`; no copies."""
    columns = ["topic", "key", "seq", "person"]
    together = pa.concat_tables([table.select(columns) for table in tables])
    frame: pd.DataFrame = together.to_pandas()
    frame = frame.rename(columns={"key": "account"})
    return frame.drop_duplicates(["topic", "account", "seq"], ignore_index=True)


def _tenancies(branches: Sequence[Branch], hours: int) -> pd.DataFrame:
    return pd.concat([_of_branch(branch, hours) for branch in branches], ignore_index=True)


def _of_branch(branch: Branch, hours: int) -> pd.DataFrame:
    rows, a = true_rows(branch, hours), branch.accounts
    holder, mate, claimed = a.holder[rows], a.mate[rows], a.claimed[rows]
    return pd.DataFrame(
        {
            "source": branch.source.name,
            "account": branch.subjects.take(pa.array(rows)).to_pandas(),
            "start": branch.forms.start(rows),
            "until": _missing(a.closed[rows], a.closed[rows] < hours * HOUR),
            "described": a.described[rows] + 1,
            "holder": holder + 1,
            "stratum": pd.Categorical.from_codes(a.stratum[rows], pd.Index(STRATA)),
            "claimed": _missing(claimed + 1, claimed >= 0),
            "mate": _missing(mate + 1, mate != holder),
            "household": branch.population.household[holder] + 1,
        }
    )


def _missing(values: Ints, there: Flags) -> "pd.Series[int]":
    return pd.Series(pd.arrays.IntegerArray(values.astype(np.int64), ~there))
