"""Clusters are sums of changes, so their order does not matter and undo is a sign."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from linkage.clusters import Change, Clusters, revise

LINKS = st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.integers(1, 3)), max_size=20)


@given(links=LINKS, seed=st.integers(0, 99))
def test_clusters_are_the_last_links_in_any_order(
    links: list[tuple[str, int | None]], seed: int
) -> None:
    now: dict[str, int | None] = {}
    changes: list[Change] = []
    for account, person in links:
        changes += revise(account, now.get(account), person)
        now[account] = person
    Random(seed).shuffle(changes)
    clusters = Clusters()
    for change in changes:
        clusters.apply(change)
    expected = {p: {a for a, q in now.items() if q == p} for p in set(now.values()) - {None}}
    assert {person: set(clusters.accounts(person)) for person in clusters} == expected
    for account, person in now.items():
        for change in revise(account, person, None):
            clusters.apply(change)
    assert clusters.sums() == {}
