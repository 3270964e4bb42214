"""How finely a point is known, as a user writes it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.frames import Resolution
from streams.resolution import FINEST, cells_per_row, off_grid, parse_resolution
from streams.source import load_sources
from streams.synthetic.places import width_of
from streams.synthetic.population import make_population


@pytest.mark.parametrize(
    ("text", "hours", "side"),
    [
        (FINEST, 1, 1),
        ("1 hour,1 cell", 1, 1),
        ("4 hours,2 cells", 4, 2),
        (" 12 hours , 3 cells ", 12, 3),
        ("day,cell", 24, 1),
        ("7 days,10 cells", 168, 10),
    ],
)
def test_it_is_read(text: str, hours: int, side: int) -> None:
    assert parse_resolution(text, 9) == Resolution(hours, side, width=9, first=1)


STRANGE = (
    *("", "hour", "cell,hour", "0 hours,1 cell", "-1 hours,cell", "1.5 hours,cell"),
    *("hour,cell,cell", "2 hours 2 cells", "hour,region", "x" * 10_000, "1" * 50 + " hours,cell"),
    "４ hours,cell",
)


@pytest.mark.parametrize("text", STRANGE)
def test_other_words_are_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(RiskError, match="allowed: 'hour,cell'") as refused:
        parse_resolution(text, 9)
    assert "resolution: got" in str(refused.value) and len(str(refused.value)) < 200


@given(cells=st.integers(1, 400), side=st.integers(1, 12))
def test_squares_of_cells_are_squares_of_the_plane(cells: int, side: int) -> None:
    """By rows and columns of the plane, reckoned here in another way."""
    width = width_of(cells)
    place = np.arange(cells + 1)
    _, coarse = parse_resolution(f"hour,{side} cells", width).coarse(place, place)
    squares: dict[tuple[int, int], int] = {}
    for name in range(1, cells + 1):
        row, column = divmod(name - 1, width)
        first = squares.setdefault((row // side, column // side), name)
        assert int(coarse[name]) == first
    assert int(coarse[0]) == 0, "no place stays no place"


@pytest.mark.parametrize("people", [1, 100, 400, 2_000, 30_000])
def test_the_plane_is_that_of_the_world(people: int) -> None:
    assert cells_per_row(people) == width_of(make_population(people, 7).cells)


def test_regions_are_no_cells() -> None:
    assert off_grid(load_sources()) == ("internet",)
