"""Shares of attributes: they add up, equals get equal shares, and who says nothing has none."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.attributes import NUMBER, shares_by_attribute
from linkage.privacy.frames import COLUMNS, How, Resolution, measure
from linkage.privacy.shapley import coalitions, shapley
from tests.linkage.privacy.frame_worlds import WORLDS, World, frame_of

ATTRIBUTES = ("hour", "place", "price")
FEWER = settings(max_examples=40)


def priced(people: World, draw: Any) -> pd.DataFrame:
    frame = frame_of(people)
    prices = st.lists(st.integers(0, 3), min_size=len(frame), max_size=len(frame))
    return frame.assign(price=draw(prices))


@given(WORLDS, st.data())
@FEWER
def test_shares_add_up_to_what_the_view_reveals(people: World, data: Any) -> None:
    frame = priced(people, data.draw)
    shares = shares_by_attribute(frame).groupby("view")["value"].sum()
    whole = measure(frame, "vulnerability").set_index("view")["value"]
    for view, total in shares.items():
        assert abs(total - (whole[view] - 1 / len(people))) < 1e-12
    known = shares_by_attribute(frame, ATTRIBUTES)
    assert (known.groupby("view")["value"].sum() >= shares - 1e-12).all()


@given(WORLDS, st.data())
@FEWER
def test_they_are_what_anybody_can_count(people: World, data: Any) -> None:
    """V of each set of attributes counted from plain tuples, then shared."""
    frame = priced(people, data.draw)
    found = shares_by_attribute(frame, ATTRIBUTES, How(views=(("bank", "phone"),)))
    worth = {}
    for shown in coalitions(ATTRIBUTES):
        classes = set()
        for person in range(1, len(people) + 1):
            mine = frame[(frame["person"] == person) & frame["source"].isin(["bank", "phone"])]
            classes.add(tuple(sorted(mine[["source", *sorted(shown)]].itertuples(index=False))))
        worth[shown] = len(classes) / len(people)
    expected = shapley(ATTRIBUTES, worth)
    got = dict(zip(found["part"], found["value"], strict=True))
    assert got.pop(NUMBER) == pytest.approx(worth[frozenset()] - 1 / len(people))
    assert got == pytest.approx(expected)


@given(WORLDS)
@FEWER
def test_equals_have_equal_shares_and_who_says_nothing_has_none(people: World) -> None:
    frame = frame_of(people)
    frame = frame.assign(again=frame["place"] * 7, always=5, words=frame["place"].map(str))
    found = shares_by_attribute(frame, ("place", "again", "words", "always"))
    for _, view in found.groupby("view"):
        share = view.set_index("part")["value"]
        assert share["place"] == share["again"] == share["words"]
        assert share["always"] == 0.0


def test_rows_are_tidy_and_coarse_if_asked() -> None:
    people: World = [[("phone", n, 4)] for n in range(4)]
    found = shares_by_attribute(frame_of(people), how=How(views=(("phone",),)))
    assert tuple(found.columns) == COLUMNS
    assert list(found["part"]) == [NUMBER, "hour", "place"]
    assert list(found["value"]) == [0.0, 0.75, 0.0]
    assert set(found["metric"]) == {"attribute_shapley"} and set(found["estimand"]) == {"census"}
    how = How(resolution=Resolution(hours=2), views=(("phone",),))
    coarse = shares_by_attribute(frame_of(people), how=how)
    assert list(coarse["value"]) == [0.0, 0.25, 0.0]
    others = [shares_by_attribute(frame_of(people), names) for names in (("hour",), ("place",))]
    hashes = [frame["config"].iloc[0] for frame in (found, coarse, *others)]
    assert len(set(hashes)) == 4


def test_how_many_points_there_are_tells_by_itself() -> None:
    people: World = [[("phone", 1, 1)] * n for n in (1, 2, 3)] + [[("bank", 1, 1)]]
    found = shares_by_attribute(frame_of(people)).set_index(["view", "part"])["value"]
    assert found["bank+internet+phone", NUMBER] == 3 / 4
    assert found["bank+internet+phone", "hour"] == 0.0


def test_nobody_has_no_shares() -> None:
    assert (shares_by_attribute(frame_of([]))["value"] == 0.0).all()


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        (("price",), "attributes: got 'price'; allowed: hour, place"),
        (("source",), "attributes: got 'source'"),
        (("hour", "hour"), r"attributes: got \['hour', 'hour'\]; needs 1 to 8 different ones"),
        ((), "needs 1 to 8"),
    ],
)
def test_attributes_that_are_none_are_refused(attributes: tuple[str, ...], said: str) -> None:
    with pytest.raises(RiskError, match=said):
        shares_by_attribute(frame_of([[("phone", 1, 1)]]), attributes)


def test_an_attribute_is_whole() -> None:
    with pytest.raises(RiskError, match="price: got fractions"):
        shares_by_attribute(frame_of([[("phone", 1, 1)]], price=0.5), ("price",))
