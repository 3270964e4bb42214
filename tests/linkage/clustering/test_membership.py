"""A feed of changes is a sum; merges and splits are read from it."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from linkage.clustering.membership import (
    Change,
    Event,
    Membership,
    Merged,
    Regrouped,
    Renamed,
    Split,
)

Clusters = list[set[int]]


def feed(before: Clusters, after: Clusters) -> tuple[Membership, list[Change]]:
    """The state of some clusters, and the changes that make them others."""
    old = {record: min(group) for group in before for record in group}
    new = {record: min(group) for group in after for record in group}
    membership = Membership()
    for record, cluster in old.items():
        membership.apply(Change(record, cluster, 1))
    moved = [r for r in sorted(old.keys() | new.keys()) if old.get(r) != new.get(r)]
    changes = [Change(r, old[r], -1) for r in moved if r in old]
    return membership, changes + [Change(r, new[r], 1) for r in moved if r in new]


def events(before: Clusters, after: Clusters) -> list[Event]:
    membership, changes = feed(before, after)
    return membership.events(changes)


def test_what_changes_amount_to() -> None:
    assert events([{1, 2}, {3}], [{1, 2, 3}]) == [Merged((1, 3), 1)]
    assert events([{2}, {3}], [{1, 2, 3}]) == [Merged((2, 3), 1)]
    assert events([{1, 2, 3}], [{1}, {2, 3}]) == [Split(1, (1, 2))]
    assert events([{1, 2, 3}], [{2}, {3}]) == [Split(1, (2, 3))]
    assert events([{1, 2}], [{2}]) == [Renamed(1, 2)]
    assert events([{2}], [{1, 2}]) == [Renamed(2, 1)]
    assert events([{1, 2, 3}, {4, 5}], [{1, 2}, {3, 4, 5}]) == [Regrouped((1, 4), (1, 3))]
    assert events([{1, 2}, {7}, {5}], [{1}, {2}, {5, 7}]) == [Split(1, (1, 2)), Merged((5, 7), 5)]


def test_growing_shrinking_beginning_and_ending_are_no_events() -> None:
    assert events([{1, 2}, {5, 6}, {8}], [{1, 2, 3}, {5}, {9}]) == []


PARTITION = st.dictionaries(st.integers(1, 9), st.integers(0, 4))


def groups(labels: dict[int, int]) -> Clusters:
    return [{r for r, label in labels.items() if label == one} for one in set(labels.values())]


@given(PARTITION, PARTITION, st.integers(0, 99))
def test_replay_in_any_order_rebuilds_the_clusters(
    before: dict[int, int], after: dict[int, int], seed: int
) -> None:
    start, changes = feed(groups(before), groups(after))
    both = [Change(r, c, 1) for c, sums in start.sums().items() for r in sums] + changes
    Random(seed).shuffle(both)
    membership = Membership()
    for change in both:
        membership.apply(change)
    assert {cluster: set(membership.members(cluster)) for cluster in membership} == {
        min(group): group for group in groups(after)
    }
    assert all(total == 1 for sums in membership.sums().values() for total in sums.values())


@given(PARTITION, PARTITION)
def test_events_leave_the_state_alone_and_name_every_lasting_cluster_that_changed_hands(
    before: dict[int, int], after: dict[int, int]
) -> None:
    membership, changes = feed(groups(before), groups(after))
    was = membership.sums()
    named = {n for event in membership.events(changes) for n in numbers(event)}
    assert membership.sums() == was
    met = {
        (min(old), min(new))
        for old in groups(before)
        for new in groups(after)
        if old & new and min(old) != min(new)
    }
    assert {n for pair in met for n in pair} <= named


def numbers(event: Event) -> set[int]:
    found: set[int] = set()
    for value in (getattr(event, field) for field in event.__struct_fields__):
        found.update(value if isinstance(value, tuple) else (value,))
    return found
