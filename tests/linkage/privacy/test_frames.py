"""Figures of a frame: those of the stream, and those that anybody can count, however written."""

from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.adversary import load_adversaries
from linkage.privacy.frames import COLUMNS, How, Resolution, measure
from linkage.privacy.lattice import lattice
from linkage.privacy.live import LiveLattice
from linkage.privacy.metric import load_metrics
from linkage.privacy.view import mix_points, salt_of
from tests.linkage.privacy.frame_worlds import SOURCES, WORLDS, World, classes, frame_of

EVERYTHING = How(points=99)
FULL = ("vulnerability", "bits", "classes", "identified_share", "prosecutor", "small_classes")


def by_view(frame: pd.DataFrame) -> dict[str, float]:
    return dict(zip(frame["view"], frame["value"], strict=True))


@given(WORLDS)
def test_vulnerability_and_bits_are_those_that_anybody_can_count(people: World) -> None:
    frame, n = frame_of(people), len(people)
    v, bits = (by_view(measure(frame, name)) for name in ("vulnerability", "bits"))
    for view in lattice(SOURCES):
        crowds = classes(people, view.sources)
        assert v[view.name] == len(crowds) / n
        mean = log2(n) - sum(size * log2(size) for size in crowds.values()) / n
        assert bits[view.name] == pytest.approx(mean, abs=1e-9)


@given(WORLDS)
def test_who_knows_everything_singles_out_whom_nobody_covers(people: World) -> None:
    found = by_view(measure(frame_of(people), "unicity", how=EVERYTHING))
    for view in lattice(SOURCES):
        sets = [{p for p in person if p[0] in view.sources} for person in people]
        alone = [bool(mine) and sum(mine <= other for other in sets) == 1 for mine in sets]
        assert found[view.name] == sum(alone) / len(people)


@given(WORLDS)
def test_classes_are_those_of_the_stream(people: World) -> None:
    """The live lattice takes the same points one by one."""
    live = LiveLattice(SOURCES)
    for n, person in enumerate(people, 1):
        for source, hour, place in person:
            one = np.array([hour]), np.array([place])
            live.add(n, source, int(mix_points(salt_of(source), *one)[0]))
    found = measure(frame_of(people), "classes").set_index("view")["value"]
    for number, view in enumerate(live.views):
        absent = len(people) > live.histogram.people(number)
        assert found[view.name] == live.histogram.kept(number) + absent


def shapes(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The same frame in other clothes."""
    return {
        "backwards": frame.iloc[::-1],
        "other index": frame.set_index(pd.Index([f"row {n % 2}" for n in range(len(frame))])),
        "narrow": frame.astype({"person": "int32", "hour": "int8", "place": "uint16"}),
        "nullable": frame.astype({"person": "Int64", "hour": "Int32"}),
        "objects": frame.astype({"person": object, "place": object, "source": str}),
        "categories": frame.astype({"person": "category", "hour": "category"}),
        "arrow": frame.convert_dtypes(dtype_backend="pyarrow").astype({"source": "category"}),
        "more columns": frame.assign(seconds=1.5, note=None),
    }


@given(WORLDS)
@settings(max_examples=10)
def test_how_a_frame_is_written_changes_nothing(people: World) -> None:
    frame = frame_of(people, account="a", probability=0.9)
    frame["source"] = pd.Categorical(frame["source"].astype(str))
    how = How(points=2, sample=3)
    usual = measure(frame, seed=4, how=how)
    for name, other in shapes(frame).items():
        pd.testing.assert_frame_equal(measure(other, seed=4, how=how), usual, obj=name)


@given(WORLDS)
@settings(max_examples=25)
def test_names_in_place_of_numbers_have_the_same_classes(people: World) -> None:
    frame = frame_of(people)
    named = frame.assign(
        person=frame["person"].map("person {:03}".format),
        place=frame["place"].map("shop {}".format),
        hour=pd.Timestamp("2026-01-05") + pd.to_timedelta(frame["hour"], unit="h"),
    )
    pd.testing.assert_frame_equal(measure(named, FULL), measure(frame, FULL))
    known = by_view(measure(named, "unicity", how=EVERYTHING))
    assert known == by_view(measure(frame, "unicity", how=EVERYTHING))


def test_a_row_says_all_of_a_figure() -> None:
    people: World = [[("phone", n, 0), ("bank", n // 2, 1)] for n in range(6)]
    found = measure(frame_of(people), seed=3, how=How(points=1, sample=4))
    assert tuple(found.columns) == COLUMNS
    assert (found["low"] <= found["value"]).all() and (found["value"] <= found["high"]).all()
    assert set(found["seed"]) == {3} and set(found["config"]) == {How(points=1, sample=4).hash}
    assert set(found["population"]) == {6}
    missing = {"time_to_identification", "attribute_inference"}
    assert set(found["metric"]) == set(load_metrics()) - missing
    shares = found[found["metric"] == "shapley"].set_index(["view", "part"])["value"]
    assert shares["bank+phone", "phone"] > shares["bank+phone", "bank"]
    held = found[found["part"] == ""].set_index(["metric", "view"])["adversary"]
    assert held["unicity", "phone"] == "any 1 points of a person's trace"
    assert held["bits", "phone"] == "full trace"
    linked = found[found["metric"] == "linkability"]
    assert linked["control"].notna().all() and (linked["n"] == 4).all()


@given(WORLDS, st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
@settings(max_examples=50)
def test_coarser_points_never_reveal_more(
    people: World, hours: int, side: int, times: int, wider: int
) -> None:
    frame = frame_of(people)
    fine = How(resolution=Resolution(hours, side, width=3))
    coarse = How(resolution=Resolution(hours * times, side * wider, width=3))
    for metric in ("vulnerability", "bits", "identified_share"):
        before, after = (by_view(measure(frame, metric, how=how)) for how in (fine, coarse))
        assert all(after[view] <= before[view] + 1e-12 for view in before), metric


def test_sources_apart_keep_their_places() -> None:
    people: World = [[("phone", 0, 1)], [("phone", 0, 2)], [("internet", 0, 1)]]
    people += [[("internet", 0, 2)]]
    square = Resolution(side=2, width=2, first=1, apart=("internet",))
    found = by_view(measure(frame_of(people), "classes", how=How(resolution=square)))
    assert (found["phone"], found["internet"]) == (2.0, 3.0)  # one of them is to have no point


def test_every_field_has_its_part_in_the_hash() -> None:
    others = [
        How(points=3),
        How(error=0.1),
        How(coverage=0.5),
        How(sample=999),
        How(views=(("phone",),)),
        How(secret="sex"),
        *(How(resolution=Resolution(**{f: 2})) for f in ("hours", "side", "width", "first")),
        How(resolution=Resolution(apart=("internet",))),
    ]
    hashes = {how.hash for how in (How(), *others)}
    assert len(hashes) == len(others) + 1
    assert How().hash == How(points=4).hash == How(resolution=Resolution(1)).hash


MINE = """
from linkage.privacy.adversary import Adversary, Known, Target, first

def _draw(target: Target) -> Known:
    rows, p = target.rows(), target.profiles
    early = rows[p.point[rows].argsort(kind="stable")]
    early = early[p.owner[early].argsort(kind="stable")]
    return first(target, early, p.owner[early])

ADVERSARY = Adversary("mine", "the {points} points with the smallest keys", "a real one", _draw)
"""


def test_an_adversary_of_ones_own_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    mine = load_adversaries(tmp_path, "mine")["mine"]
    people: World = [[("phone", h, n % 2) for h in range(3)] for n in range(4)]
    found = measure(frame_of(people), "unicity", mine)
    assert set(found["adversary"]) == {"the 4 points with the smallest keys"}
    named = measure(frame_of(people), "unicity", "points")
    assert list(found["value"]) == list(named["value"])  # four points are all there are


def test_a_view_can_be_asked_for_alone() -> None:
    people: World = [[("phone", n, 0), ("bank", n // 2, 1)] for n in range(6)]
    every = measure(frame_of(people), "bits").set_index("view")
    asked = measure(frame_of(people), "bits", how=How(views=(("phone", "bank"), ("bank",))))
    assert set(asked["view"]) == {"bank", "bank+phone"}
    assert dict(zip(asked["view"], asked["value"], strict=True)) == {
        view: every.loc[view, "value"] for view in asked["view"]
    }


def test_a_secret_is_guessed_from_the_crowd() -> None:
    frame = frame_of([[("phone", 0, 0)]] * 3 + [[("phone", 1, 0)]] * 2)
    frame["illness"] = frame["person"].map({1: "a", 2: "a", 3: "b", 4: "b", 5: "b"})
    how = How(secret="illness", views=(("phone",),))
    (got,) = measure(frame, "attribute_inference", how=how).itertuples()
    # In the first crowd most are a, so two of three are guessed; the second is all b.
    assert got.value == pytest.approx(4 / 5) and got.control == pytest.approx(3 / 5)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"metric": "unicty"}, r"metric: got 'unicty'; allowed: .*unicity"),
    ({"metric": ("bits", "x")}, r"metric: got 'x'; allowed"),
    ({"metric": "time_to_identification"}, r"metric: time_to_identification needs people followed"),
    ({"metric": "attribute_inference"}, r"needs a column to be guessed: How\(secret="),
    ({"adversary": "spy"}, r"adversary: got 'spy'; allowed: .*phone_book"),
    ({"how": How(views=(("phone", "metro"),))}, r"views: the frame has no source 'metro'"),
    ({"how": How(secret="sex")}, r"columns \['sex'\] are missing"),
]


@pytest.mark.parametrize(("asked", "said"), REFUSED)
def test_what_there_is_not_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(RiskError, match=said):
        measure(frame_of([[("phone", 0, 0)]]), **asked)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Resolution(hours=0), "hours: got 0, needs .*cannot be finer than the data"),
        (lambda: Resolution(side=0.5), "side: got 0.5"),
        (lambda: How(points=0), "points: got 0"),
        (lambda: How(sample=0), "sample: got 0"),
        (lambda: How(error=1.1), "error: got 1.1"),
        (lambda: How(coverage=float("nan")), "coverage: got nan"),
        (lambda: How(views=("phone",)), r"views: got 'phone', needs a tuple of sources"),
        (lambda: How(views=((),)), r"views: got \(\), needs a tuple of sources"),
    ],
)
def test_a_way_to_measure_that_means_nothing_is_refused(make: Any, said: str) -> None:
    with pytest.raises(RiskError, match=said):
        make()
