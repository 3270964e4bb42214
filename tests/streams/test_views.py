"""Few sources are measured in every subset; of many, those views that tell what each adds."""

from itertools import chain, combinations

import pytest

from linkage.privacy.budget.exposure import Purpose
from streams.views import EVERY_SUBSET, is_attacked, views_of

NAMES = tuple("abcdefgh")


@pytest.mark.parametrize("count", range(1, 9))
def test_every_subset_is_kept_and_of_few_sources_attacked(count: int) -> None:
    sources = NAMES[:count]
    subsets = chain.from_iterable(combinations(sources, n) for n in range(1, count + 1))
    views = views_of(sources, ())
    assert [view.sources for view in views] == list(subsets)
    assert all(is_attacked(view, sources) for view in views) == (count <= EVERY_SUBSET)


@pytest.mark.parametrize("count", [5, 7, 8])
def test_of_many_sources_each_one_s_part_is_told(count: int) -> None:
    sources = NAMES[:count]
    views = [view for view in views_of(sources, ()) if is_attacked(view, sources)]
    found = [view.sources for view in views]
    assert len(set(found)) == len(found) < count * count
    assert found[-1] == sources
    for place, source in enumerate(sources):
        assert (source,) in found
        assert tuple(s for s in sources if s != source) in found
        assert sources[: place + 1] in found
        assert all((source, other) in found for other in sources[place + 1 :])
    assert [view.name for view in views[:2]] == ["a", "b"]


def test_each_purpose_has_a_view_of_its_own_after_the_others() -> None:
    purpose = Purpose("security", ("a", "b"), (1, 1), 2)
    *others, last = views_of(NAMES[:7], (purpose,))
    assert (last.name, last.sources, last.purpose) == ("a+b@security", ("a", "b"), "security")
    assert len(others) == 127
    assert sum(is_attacked(view, NAMES[:7]) for view in others) == 39
    assert is_attacked(last, NAMES[:7])
    assert all(view.purpose is None for view in others)
