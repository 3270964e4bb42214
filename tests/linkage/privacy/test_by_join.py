"""By which join people are singled out, against a count by hand of every view of every person."""

import numpy as np
import pytest
from hypothesis import given

from linkage.privacy.by_join import singled_by, sources_needed
from tests.linkage.privacy.worlds import VIEWS, WORLDS, seen


def alone_in(people) -> np.ndarray:
    """People x views: nobody else is seen as they are, and they are seen."""
    looks = [[seen(person, view) for view in VIEWS] for person in people]
    return np.array(
        [
            [
                bool(look) and [row[n] for row in looks].count(look) == 1
                for n, look in enumerate(own)
            ]
            for own in looks
        ]
    )


@given(people=WORLDS)
def test_against_a_count_by_hand(people) -> None:
    alone = alone_in(people)
    for number, found in enumerate(singled_by(VIEWS, alone)):
        first = 0
        for row in alone:
            earlier = [
                row[n] for n, v in enumerate(VIEWS) if set(v.sources) < set(VIEWS[number].sources)
            ]
            first += bool(row[number]) and not any(earlier)
        assert found.view == VIEWS[number].name
        assert found.alone.value == alone[:, number].mean()
        assert found.first.value == pytest.approx(first / len(people))
        assert found.alone.n == len(people)


@given(people=WORLDS)
def test_everybody_needs_so_many_sources_or_is_never_singled_out(people) -> None:
    alone = alone_in(people)
    needed = sources_needed(VIEWS, alone)
    assert list(needed) == [1, 2, 3, 0]
    assert sum(share.value for share in needed.values()) == pytest.approx(1.0)
    # Whoever is alone in a view is alone in every view of more sources: classes only get finer.
    assert needed[0].value == pytest.approx(1.0 - alone[:, -1].mean())
    assert needed[1].value == pytest.approx(alone[:, :3].any(axis=1).mean())


def test_nobody() -> None:
    nobody = np.empty((0, len(VIEWS)), np.bool_)
    assert {share.value for share in sources_needed(VIEWS, nobody).values()} == {0.0}
    assert {one.alone.n for one in singled_by(VIEWS, nobody)} == {0}
