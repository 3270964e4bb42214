"""Whatever the order, the clusters are those of the batch; an erased record leaves no trace.

Histories are made hard: five people, two pairs of them namesakes and three under one roof, and
keys so common that most records carry some over the demotion limit and back.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from random import Random

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.clusters import Clusters
from linkage.comparing import PairSet
from linkage.comparison import load_comparisons
from linkage.membership import Change, Membership
from linkage.model import Model
from linkage.records import Record
from linkage.scoring import Bits, Scorer
from tests.linkage import plainly

MODEL = Model.default()
HOME = {"address": "a1-s1-h1", "phone": "+999000000001"}
PEOPLE = (
    Record(id_number="1", surname="wang", given="fang", birth="1980-03-04", sex="F", **HOME),
    Record(id_number="2", surname="wang", given="fang", birth="1991-11-23", sex="F", **HOME),
    Record(id_number="3", surname="wang", given="lei", birth="1980-03-05", sex="M", **HOME),
    Record(id_number="4", surname="li", given="na", birth="1980-03-04", sex="F", mail="n@a.b"),
    Record(id_number="5", surname="li", given="na", birth="1981-03-04", sex="F", mail="m@a.b"),
)


class Askew(Scorer):
    """A scorer to whom it matters which record is on the left, as it may in a comparison."""

    def weigh(self, pairs: PairSet) -> Bits:
        marks = pairs.left.features[pairs.left_rows].sum(axis=1) % np.uint64(5)
        return super().weigh(pairs) + marks.astype(np.float64)


def clusters(threshold: float = 0.0, cap: int = 50) -> Clusters:
    live = Clusters(MODEL, threshold, cap)
    live.scorer = Askew(MODEL, load_comparisons())
    return live


Version = tuple[int, int, Record | None]
"""An account, the number of a version in its own order, and what it says; None retracts."""
Batch = list[tuple[int, Record | None]]


def spoilt(rng: Random) -> Record:
    """A registration of one of the people, with fields missing or taken from another."""
    record, other = rng.choice(PEOPLE), rng.choice(PEOPLE)
    changes = {
        field: rng.choice((None, None, getattr(other, field)))
        for field in record.__struct_fields__
        if rng.random() < 0.25
    }
    return msgspec.structs.replace(record, **changes)


def history(rng: Random) -> list[Version]:
    """Registrations of a dozen accounts, corrected, retracted and repeated, in any order."""
    out: list[Version] = []
    for account in rng.sample(range(-3, 40), rng.randint(2, 12)):
        for version in range(rng.choice((1, 1, 1, 2, 3))):
            out.append((account, version, None if rng.random() < 0.2 else spoilt(rng)))
    out += rng.sample(out, len(out) // 4)
    rng.shuffle(out)
    return out


def batches(rng: Random, versions: Sequence[Version]) -> Iterator[Batch]:
    """The same versions, as they come and a few at a time; what is older than known is dropped."""
    known: dict[int, int] = {}
    batch: Batch = []
    for account, version, record in versions:
        if version >= known.get(account, 0):
            known[account] = version
            batch.append((account, record))
        if rng.random() < 0.6:
            yield batch
            batch = []
    yield batch


def standing(versions: Sequence[Version]) -> dict[int, Record]:
    """What the accounts say in the end."""
    last = {account: record for account, _, record in sorted(versions, key=lambda v: v[:2])}
    return {account: record for account, record in last.items() if record is not None}


def by_the_book(
    records: Mapping[int, Record], cap: int, threshold: int
) -> tuple[dict[tuple[int, int], int], set[frozenset[int]]]:
    """Edges and clusters of some records, from weights and blocking keys alone."""
    whole = clusters(cap=10**6)
    whole.change(list(records.items()))
    keys = {account: set(whole.registry.keys(account).tolist()) - {0} for account in records}
    carriers = {
        key: sum(key in some for some in keys.values()) for key in set().union(*keys.values())
    }
    pairs = list(combinations(sorted(records), 2))
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    weights = dict(zip(pairs, whole.weigh(left, right).tolist(), strict=True))
    edges = {
        (a, b): weight
        for (a, b), weight in weights.items()
        if weight >= threshold and any(carriers[key] <= cap for key in keys[a] & keys[b])
    }
    sets = {frozenset(pair): weight - threshold for pair, weight in weights.items()}
    return edges, plainly.clusters(records, map(frozenset, edges), sets)


def check(seed: int) -> None:
    """One history in two orders and as one batch: edges, clusters, feed and hash are the same."""
    rng = Random(seed)
    versions, cap, threshold = history(rng), rng.randint(1, 5), rng.choice((-4, 0, 8))
    end = standing(versions)
    edges, groups = by_the_book(end, cap, threshold * 1024)
    whole = clusters(threshold, cap)
    whole.change(list(end.items()))
    hashes = {whole.state_hash()}
    for _ in range(2):
        live, feed = clusters(threshold, cap), Membership()
        for batch in batches(rng, versions):
            for change in live.change(batch):
                feed.apply(change)
        assert live.clustering.graph.edges() == edges
        assert {frozenset(live.members(c)) for c in live.clustering.clusters()} == groups
        assert {c: feed.members(c) for c in feed} == dict(live.clustering.clusters())
        assert all(name == min(group) for name, group in live.clustering.clusters().items())
        hashes.add(live.state_hash())
        rng.shuffle(versions)
    assert len(hashes) == 1


@settings(max_examples=200)
@given(seed=st.integers(0, 10**9))
def test_any_order_gives_the_clusters_of_the_batch(seed: int) -> None:
    check(seed)


@pytest.mark.prove
def test_any_order_gives_the_clusters_of_the_batch_ten_thousand_times() -> None:
    for seed in range(10_000):
        check(seed)


def test_histories_are_hard() -> None:
    """Keys are demoted and come back, clusters merge, split and regroup, edges are not all cut."""
    kinds, demoted = set(), 0
    for seed in range(40):
        rng = Random(seed)
        versions, cap = history(rng), rng.randint(1, 5)
        live, feed = Clusters(MODEL, 0.0, cap), Membership()
        for batch in batches(rng, versions):
            changes = live.change(batch)
            kinds |= {type(event).__name__ for event in feed.events(changes)}
            for change in changes:
                feed.apply(change)
            keys, _ = live.registry.index.entries()
            demoted += int(live.registry.index.demoted(np.unique(keys)).any())
    assert kinds == {"Merged", "Split", "Renamed", "Regrouped"}
    assert demoted > 100


@given(seed=st.integers(0, 10**9), many=st.integers(1, 4))
def test_insert_and_erase_leave_no_trace(seed: int, many: int) -> None:
    rng = Random(seed)
    live = Clusters(MODEL, cap=rng.randint(1, 5))
    live.change(list(standing(history(rng)).items()))
    before, there = live.state_hash(), dict(live.clustering.clusters())
    come = [(1000 + i, spoilt(rng)) for i in range(many)]
    there_and_back = [*live.change(come), *live.change([(number, None) for number, _ in come])]
    assert live.state_hash() == before
    assert dict(live.clustering.clusters()) == there
    feed = Membership()
    for change in there_and_back:
        feed.apply(change)
    assert feed.sums() == {}


@given(seed=st.integers(0, 10**9))
def test_duplicates_and_the_erasure_of_nobody_change_nothing(seed: int) -> None:
    rng = Random(seed)
    live, end = Clusters(MODEL, cap=3), standing(history(rng))
    live.change(list(end.items()))
    before = live.state_hash()
    assert live.change([*end.items(), (5000, None)]) == ()
    assert live.state_hash() == before


def test_the_feed_tells_every_change_once() -> None:
    live = Clusters(MODEL)
    first, second = PEOPLE[0], msgspec.structs.replace(PEOPLE[0], given="fan")
    assert live.insert(7, first) == (Change(7, 7, 1),)
    assert live.insert(9, second) == (Change(9, 7, 1),)
    assert live.insert(3, first) == (
        *(Change(3, 3, 1), Change(7, 3, 1), Change(7, 7, -1)),
        *(Change(9, 3, 1), Change(9, 7, -1)),
    )
    assert live.erase(3) == (
        *(Change(3, 3, -1), Change(7, 3, -1), Change(7, 7, 1)),
        *(Change(9, 3, -1), Change(9, 7, 1)),
    )
    assert live.insert(9, PEOPLE[3]) == (Change(9, 7, -1), Change(9, 9, 1))


def test_the_hash_sees_records_edges_and_clusters() -> None:
    live = Clusters(MODEL)
    hashes = {live.state_hash()}
    for number, record in ((1, PEOPLE[0]), (2, PEOPLE[0]), (3, PEOPLE[3])):
        live.insert(number, record)
        hashes.add(live.state_hash())
    live.clustering.graph.connect((1, 3), 5)
    hashes.add(live.state_hash())
    live.clustering.graph.connect((1, 3), 6)
    hashes.add(live.state_hash())
    live.clustering.update((), (), {(1, 3): 7})
    hashes.add(live.state_hash())
    assert len(hashes) == 7
