"""Frames that are no points are refused with the fix; retractions take back what was gained."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.doubt import doubt
from linkage.privacy.frames import How, Resolution, measure
from linkage.privacy.points_frame import point_columns
from tests.linkage.privacy.frame_worlds import POINT, WORLDS, World, frame_of

ONE: World = [[("phone", 3, 4)]]
TWO: World = [[("phone", 3, 4), ("bank", 3, 4)], [("phone", 5, 4)]]


def values(frame: pd.DataFrame, metric: str, **how: Any) -> dict[str, float]:
    found = measure(frame, metric, how=How(**how))
    return dict(zip(found["view"], found["value"], strict=True))


def figures(frame: pd.DataFrame) -> dict[tuple[str, str], float]:
    found = measure(frame).query("part == ''")
    return {(row.metric, row.view): row.value for row in found.itertuples()}


@given(WORLDS, st.lists(st.tuples(st.integers(1, 12), POINT), max_size=6), st.randoms())
@settings(max_examples=25)
def test_what_is_taken_back_was_never_there(people: World, gone: Any, chance: Any) -> None:
    """In any order of rows, for people who keep other points and people who have none."""
    frame = frame_of(people)
    more = pd.DataFrame([(n, *p) for n, p in gone], columns=frame.columns)
    signed = pd.concat([f.assign(sign=s) for f, s in ((frame, 1), (more, 1), (more, -1))])
    order = list(range(len(signed)))
    chance.shuffle(order)
    signed = signed.iloc[order].astype({"source": frame["source"].dtype})
    pd.testing.assert_frame_equal(measure(signed), measure(frame))


def test_taking_back_what_was_never_seen_names_it() -> None:
    frame = frame_of(TWO).assign(sign=1)
    frame.loc[len(frame)] = [9, "bank", 7, 2, -1]
    said = "sign: person 9, source bank, hour 7, place 2 was taken back 1 times more than"
    with pytest.raises(RiskError, match=said):
        measure(frame)
    named = frame.assign(person=["anna", "anna", "ben", "zoe"], place="shop-2")
    with pytest.raises(RiskError, match="person zoe, source bank, hour 7, place shop-2"):
        measure(named)


def test_one_person_alone_is_known_before_anybody_looks() -> None:
    found = figures(frame_of(ONE))
    assert found["vulnerability", "phone"] == 1.0 and found["bits", "phone"] == 0.0
    assert found["unicity", "phone"] == 1.0 and found["unicity", "bank"] == 0.0
    assert found["join_lift", "bank+internet+phone"] == 0.0


def test_a_source_that_never_speaks_tells_nothing() -> None:
    found = values(frame_of([[("phone", n, 0)] for n in range(4)]), "vulnerability")
    assert found["internet"] == 1 / 4 and found["phone"] == 1.0
    assert found["internet+phone"] == 1.0


def test_a_frame_without_rows_but_with_sources_has_nobody() -> None:
    found = measure(frame_of([]), ["vulnerability", "bits", "unicity", "hidden_among"])
    assert (found["value"] == 0.0).all() and (found["population"] == 0).all()


def test_people_who_are_all_identical_hide_each_other() -> None:
    frame = frame_of([[("phone", 1, 1), ("phone", 2, 1)]] * 8)
    found = figures(frame)
    assert found["vulnerability", "phone"] == 1 / 8 and found["bits", "phone"] == 0.0
    assert found["unicity", "phone"] == 0.0 and found["hidden_among", "phone"] == 8.0


BAD: list[tuple[dict[str, Any], str]] = [
    ({"hour": [1.0, 2.0, 3.0]}, r"hour: got fractions \(1.0\); .*astype\('int64'\)"),
    ({"place": [0.5, 0.5, 1.0]}, r"place: got fractions \(0.5\)"),
    ({"person": [1, None, 2]}, "column 'person' is missing in row 1; leave the row out"),
    ({"source": ["phone", "bank", None]}, "column 'source' is missing in row 2"),
    ({"hour": [1.0, np.nan, 2.0]}, "column 'hour' is missing in row 1"),
    ({"person": [1, -5, 2]}, r"person: got -5, needs whole numbers from 0 to 2\*\*40 - 1"),
    ({"person": [1, 2**40, 2]}, "person: got 1099511627776"),
    ({"place": [{}, {}, {}]}, "place: its values cannot be compared; give all of them one type"),
    ({"sign": [1, 0, 1]}, "sign: got 0; allowed: 1 for a point gained, -1"),
    ({"sign": [1, 1, None]}, "sign: got nan"),
    ({"probability": 0.9}, r"columns \['account'\] are missing"),
    ({"account": "a", "probability": [0.5, 1.5, 1.0]}, "probability: "),
    ({"account": "a", "probability": -0.1}, "probability: got -0.1, needs a number from 0 to 1"),
    ({"account": ["a", "b", None], "probability": 1.0}, "column 'account' is missing in row 2"),
]


@pytest.mark.parametrize(("columns", "said"), BAD)
def test_values_that_are_no_points_are_refused(columns: dict[str, Any], said: str) -> None:
    with pytest.raises(RiskError, match=said):
        measure(frame_of(TWO).assign(**columns))


def test_frames_that_are_no_frames_of_points_are_refused() -> None:
    frame = frame_of(TWO)
    with pytest.raises(RiskError, match=r"columns \['hour'\] are missing; it has .*'place'"):
        measure(frame.drop(columns="hour"))
    with pytest.raises(RiskError, match="it has no rows; a categorical `source` would say"):
        measure(frame.head(0).astype({"source": str}))
    with pytest.raises(RiskError, match="it has column 'hour' twice"):
        measure(pd.concat([frame, frame[["hour"]]], axis=1))
    many = pd.DataFrame({"person": 1, "source": list("abcdefghijklm"), "hour": 0, "place": 0})
    with pytest.raises(RiskError, match=r"sources: got .*; a lattice needs 1 to 12"):
        measure(many)


def test_only_numbers_can_be_told_by_several() -> None:
    named = frame_of(TWO).assign(place=["a", "b", "c"])
    with pytest.raises(RiskError, match="resolution: place needs whole numbers to be told by 2"):
        measure(named, how=How(resolution=Resolution(side=2, width=2)))
    measure(named, how=How(resolution=Resolution(hours=2)))


def test_links_bring_their_doubt_once() -> None:
    frame = frame_of([[("phone", 1, 1), ("phone", 2, 2), ("bank", 1, 1)]])
    frame = frame.assign(account=["n1", "n1", "b1"], probability=[0.5, 0.5, 0.25])
    columns = point_columns(frame)
    assert columns.sources == ("bank", "internet", "phone")
    assert columns.doubts.tolist() == [[doubt(0.25), 0, doubt(0.5)]]
    found = values(frame, "contaminated")
    assert found["phone"] == pytest.approx(0.5, abs=1e-6)
    assert found["bank+phone"] == pytest.approx(1 - 0.5 * 0.25, abs=1e-6)


def test_an_account_has_one_probability_unless_it_has_several_holders_in_turn() -> None:
    frame = frame_of([[("phone", 1, 1), ("phone", 2, 2)]]).assign(account="n1")
    frame["probability"] = [0.5, 0.9]
    with pytest.raises(RiskError, match="probability: account 'n1' has several; a link has one"):
        measure(frame)
    frame["start"] = [0, 9]
    assert point_columns(frame).doubts.sum() == doubt(0.5) + doubt(0.9)
    two = frame_of(TWO).assign(account="shared", probability=[0.5, 0.6, 0.9])
    measure(two)  # of two sources, and of two people, accounts of one name are several links


def test_a_link_that_was_moved_leaves_no_doubt_behind() -> None:
    """What person 1 gained goes to person 2, whose link is surer."""
    columns = ["person", "sign", "probability"]
    moved = pd.DataFrame([(1, 1, 0.5), (1, -1, 0.5), (2, 1, 0.9)], columns=columns)
    frame = moved.assign(source="phone", hour=1, place=1, account="n1")
    got = point_columns(frame)
    assert got.people.tolist() == [2] and got.doubts.tolist() == [[doubt(0.9)]]
    frame.loc[1, "probability"] = 0.6
    frame = pd.concat([frame, frame.tail(1).assign(person=1)])
    with pytest.raises(RiskError, match="account 'n1' has several"):
        point_columns(frame)


def test_links_without_points_count_if_they_are_told() -> None:
    frame = frame_of(TWO)
    links = pd.DataFrame(
        [
            (1, "phone", "n1", 0.5, "linked"),
            (1, "phone", "n2", 0.25, "linked"),
            (2, "bank", "b1", 0.5, "review"),
            (7, "phone", "n7", 0.5, "linked"),
        ],
        columns=["person", "source", "account", "probability", "status"],
    )
    got = point_columns(frame, links=links)
    assert got.doubts.tolist() == [[0, 0, doubt(0.5) + doubt(0.25)], [0, 0, 0]]
    for change, said in (
        ({"source": "metro"}, "links: source 'metro' is not in the frame: bank, internet, phone"),
        ({"probability": 2.0}, "probability: got 2.0"),
        ({"person": [1.0, None, 3.0, 4.0]}, "links: column 'person' is missing in row 1"),
        ({"person": list("abcd")}, "links: person needs whole numbers"),
        ({"account": "n1"}, "account 'n1' has several"),
    ):
        with pytest.raises(RiskError, match=said):
            point_columns(frame, links=links.assign(**change))
    with pytest.raises(RiskError, match=r"links: columns \['account'\] are missing"):
        point_columns(frame, links=links.drop(columns="account"))
    with pytest.raises(RiskError, match="links: they need a frame whose people are whole numbers"):
        point_columns(frame.assign(person=list("aab")), links=links)


def test_a_person_has_one_secret() -> None:
    frame = frame_of(TWO).assign(illness=["a", "b", "b"])
    with pytest.raises(RiskError, match="illness: person 1 has several values"):
        measure(frame, how=How(secret="illness"))
    kept = point_columns(frame.assign(illness=["b", "b", "a"]), "illness")
    assert kept.secret is not None and kept.secret.tolist() == [1, 0]
