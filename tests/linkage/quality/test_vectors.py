"""Level counts are those of the explanations, link by link."""

from collections import Counter

import pytest

from linkage.explain import explain
from linkage.linker import Linker
from linkage.model import Model
from linkage.quality import vectors
from linkage.quality.vectors import level_counts, trained_levels


@pytest.fixture
def linker(registry) -> Linker:
    return Linker(Model.default(), registry)


@pytest.fixture
def links(claims) -> list[tuple[list[object], int]]:
    """Accounts of one and of two registrations, each with the person it describes."""
    pairs = zip(claims[::2], claims[1::2], strict=True)
    return [
        ([one.record] if i % 3 else [one.record, two.record], one.described)
        for i, (one, two) in enumerate(pairs)
    ][:120]


def test_counts_are_those_of_explanations(linker: Linker, links) -> None:
    expected: Counter[tuple[str, str]] = Counter(
        (part.comparison, part.level)
        for group, person in links
        for part in explain(linker, group, person).parts
        if part.comparison != "together"
    )
    counts, trained = level_counts(linker, links), trained_levels(linker.scorer.model)
    found = {
        (name, level.name): int(count)
        for name, levels in trained.items()
        for level, count in zip(levels, counts[name], strict=True)
        if count
    }
    assert found == expected
    assert all(sum(count) == len(links) for count in counts.values())


def test_batches_do_not_show(linker: Linker, links, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = level_counts(linker, links)
    monkeypatch.setattr(vectors, "BATCH", 7)
    again = level_counts(linker, links)
    assert {n: c.tolist() for n, c in whole.items()} == {n: c.tolist() for n, c in again.items()}


def test_people_who_have_left_the_registry_are_left_out(linker: Linker, links) -> None:
    some = [links[0], (links[1][0], 10**9)]
    assert all(sum(count) == 1 for count in level_counts(linker, some).values())
    assert all(sum(count) == 0 for count in level_counts(linker, some[1:]).values())
