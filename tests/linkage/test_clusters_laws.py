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

from linkage.clustering.membership import Change, Membership
from linkage.clusters import Answer, Clusters, Version
from linkage.comparing import PairSet
from linkage.comparison import load_comparisons
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


Said = Mapping[frozenset[int], Answer | None]
ANSWERS: tuple[Answer | None, ...] = ("link", "non-link", None)


class Askew(Scorer):
    """A scorer to whom it matters which record is on the left, as it may in a comparison."""

    def weigh(self, pairs: PairSet) -> Bits:
        marks = pairs.left.features[pairs.left_rows].sum(axis=1) % np.uint64(5)
        return super().weigh(pairs) + marks.astype(np.float64)


def clusters(threshold: float = 0.0, cap: int = 50) -> Clusters:
    live = Clusters(MODEL, threshold, cap)
    live.pairs.scorer = Askew(MODEL, load_comparisons())
    return live


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
    """A dozen records, corrected, retracted and repeated, in any order."""
    out: list[Version] = []
    for record in rng.sample(range(-3, 40), rng.randint(2, 12)):
        for version in range(rng.choice((1, 1, 1, 2, 3))):
            out.append(Version(record, version, None if rng.random() < 0.2 else spoilt(rng)))
    out += rng.sample(out, len(out) // 4)
    rng.shuffle(out)
    return out


def opinions(rng: Random, versions: Sequence[Version]) -> Said:
    """What clerks say of some pairs of records in the end; None undoes what they said before."""
    records = sorted({version.record for version in versions})
    pairs = [frozenset(rng.sample(records, 2)) for _ in range(rng.choice((0, 0, 1, 3)))]
    return {pair: rng.choice(ANSWERS) for pair in pairs}


def deliver(
    rng: Random, live: Clusters, versions: Sequence[Version], said: Said
) -> Iterator[tuple[Change, ...]]:
    """Take in versions, as they come and a few at a time, with verdicts in between."""
    verdicts = list(said.items())
    rng.shuffle(verdicts)
    batch: list[Version] = []
    for version in versions:
        batch.append(version)
        if rng.random() < 0.6:
            yield live.change(batch)
            batch = []
        if verdicts and rng.random() < 0.3:
            pair, answer = verdicts.pop()
            for first in rng.sample(ANSWERS, rng.randint(0, 2)):
                yield live.judge(*pair, first)
            yield live.judge(*pair, answer)
    yield live.change(batch)
    for pair, answer in verdicts:
        yield live.judge(*pair, answer)


def standing(versions: Sequence[Version]) -> dict[int, Record]:
    """What the records say in the end."""
    last = {v.record: v.values for v in sorted(versions, key=lambda v: v[:2])}
    return {record: values for record, values in last.items() if isinstance(values, Record)}


def at_once(live: Clusters, records: Mapping[int, Record]) -> Clusters:
    live.change([Version(number, 0, values) for number, values in records.items()])
    return live


def by_the_book(
    records: Mapping[int, Record],
    said: Said,
    cap: int,
    threshold: int,
) -> tuple[dict[tuple[int, int], int], set[frozenset[int]]]:
    """Edges and clusters of some records, from weights, blocking keys and verdicts alone."""
    whole = at_once(clusters(cap=10**6), records)
    keys = {n: set(whole.pairs.registry.keys(n).tolist()) - {0} for n in records}
    carriers = {k: sum(k in some for some in keys.values()) for k in set().union(*keys.values())}
    pairs = list(combinations(sorted(records), 2))
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    weights = dict(zip(pairs, whole.weigh(left, right).tolist(), strict=True))
    edges = {
        (a, b): weight
        for (a, b), weight in weights.items()
        if weight >= threshold and any(carriers[key] <= cap for key in keys[a] & keys[b])
    }
    for a, b in pairs:
        answer = said.get(frozenset((a, b)))
        if answer is not None:
            edges.pop((a, b), None)
            weights[a, b] = threshold + (plainly.SURE if answer == "link" else -plainly.SURE)
        if answer == "link":
            edges[a, b] = plainly.SURE
    sets = {frozenset(pair): weight - threshold for pair, weight in weights.items()}
    return edges, plainly.clusters(records, map(frozenset, edges), sets)


def check(seed: int) -> None:
    """One history in two orders and as one batch: edges, clusters, feed and hash are the same."""
    rng = Random(seed)
    versions, cap, threshold = history(rng), rng.randint(1, 5), rng.choice((-4, 0, 8))
    end, said = standing(versions), opinions(rng, versions)
    edges, groups = by_the_book(end, said, cap, threshold * 1024)
    whole = clusters(threshold, cap)
    for pair, answer in said.items():
        whole.judge(*pair, answer)
    hashes = {at_once(whole, end).state_hash()}
    for _ in range(2):
        live, feed = clusters(threshold, cap), Membership()
        for changes in deliver(rng, live, versions, said):
            for change in changes:
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
    """Keys are demoted and come back, and clusters merge, split and regroup."""
    kinds, demoted = set(), 0
    for seed in range(40):
        rng = Random(seed)
        versions, live, feed = history(rng), clusters(cap=rng.randint(1, 5)), Membership()
        for changes in deliver(rng, live, versions, opinions(rng, versions)):
            kinds |= {type(event).__name__ for event in feed.events(changes)}
            for change in changes:
                feed.apply(change)
            keys, _ = live.pairs.registry.index.entries()
            demoted += int(live.pairs.registry.index.demoted(np.unique(keys)).any())
    assert kinds == {"Merged", "Split", "Renamed", "Regrouped"}
    assert demoted > 100


@given(seed=st.integers(0, 10**9), many=st.integers(1, 4))
def test_insert_and_erase_leave_no_trace(seed: int, many: int) -> None:
    rng = Random(seed)
    live = at_once(clusters(cap=rng.randint(1, 5)), standing(history(rng)))
    before, there = live.state_hash(), dict(live.clustering.clusters())
    come = [Version(1000 + i, 0, spoilt(rng)) for i in range(many)]
    gone = [Version(v.record, 1, None) for v in come]
    there_and_back = [*live.change(come), *live.change(gone)]
    assert live.state_hash() == before
    assert dict(live.clustering.clusters()) == there
    feed = Membership()
    for change in there_and_back:
        feed.apply(change)
    assert feed.sums() == {}


@given(seed=st.integers(0, 10**9))
def test_duplicates_old_versions_and_the_erasure_of_nobody_change_nothing(seed: int) -> None:
    rng = Random(seed)
    end = standing(history(rng))
    live = at_once(clusters(cap=3), end)
    before = live.state_hash()
    again = [Version(number, 1, values) for number, values in end.items()]
    old = [Version(number, 0, spoilt(rng)) for number in end]
    assert live.change([*again, *old, Version(5000, 0, None)]) == ()
    assert live.change([Version(number, 1, spoilt(rng)) for number in end]) == ()
    assert live.state_hash() == before


def test_the_hash_sees_records_verdicts_edges_and_clusters() -> None:
    live = clusters()
    hashes = {live.state_hash()}
    for number, record in ((1, PEOPLE[0]), (2, PEOPLE[0]), (3, PEOPLE[3])):
        live.insert(number, 0, record)
        hashes.add(live.state_hash())
    live.clustering.graph.connect((1, 3), 5)
    hashes.add(live.state_hash())
    live.clustering.update((), (), {(1, 3): 7})
    hashes.add(live.state_hash())
    live.judge(8, 9, "link")
    hashes.add(live.state_hash())
    live.judge(8, 9, "non-link")
    hashes.add(live.state_hash())
    assert len(hashes) == 8
