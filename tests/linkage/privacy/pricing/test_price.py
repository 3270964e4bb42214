"""A price: exact where everybody is in the pilot, the same every time, and refused with reasons."""

import numpy as np
import pandas as pd
import pytest

from linkage.errors import RiskError
from linkage.privacy.frames import How, Resolution, measure
from linkage.privacy.how import USUAL
from linkage.privacy.metric import load_metrics
from linkage.privacy.pricing import price as price_module
from linkage.privacy.pricing.extrapolation import Dependence
from linkage.privacy.pricing.pilot import Pilot
from linkage.privacy.pricing.price import COLUMNS, price
from tests.linkage.privacy.pricing.towns import SOURCES, pilot_of, town

PEOPLE = 400
POINTS = town(5, PEOPLE)
PILOT = pilot_of(POINTS, PEOPLE, 200)
BEFORE, ADD = ("phone", "bank"), "internet"
VIEWS = (BEFORE, SOURCES)
QUICK = ("unicity", "guess", "hidden_among", "vulnerability", "bits", "prosecutor", "small_classes")


def realised(points, metric, adversary="points", how=USUAL) -> dict:
    """Return each figure before and after, if everybody were joined and attacked."""
    asked = How(how.points, how.error, how.coverage, 10**6, how.resolution, VIEWS, how.secret)
    found = measure(points, metric, adversary, 1, asked)
    value = found.set_index(["metric", "part", "view"])["value"].to_dict()
    after = {key[:2]: v for key, v in value.items() if key[2].count("+") == 2}
    return {key: (value.get((*key, "bank+phone"), 0.0), v) for key, v in after.items()}


@pytest.mark.parametrize("adversary", ["operator", "leaked_source"])
def test_where_everybody_is_in_the_pilot_nothing_is_left_to_tell(adversary) -> None:
    told = price(Pilot(POINTS, POINTS, PEOPLE, PEOPLE), BEFORE, ADD, QUICK, adversary)
    real = realised(POINTS, QUICK, adversary)
    for row in told.to_dict("records"):
        before, after = real[row["metric"], row["part"]]
        assert row["before"] == pytest.approx(before, abs=3e-4), row
        assert row["after"] == pytest.approx(after, abs=3e-4), row
        if row["metric"] != "hidden_among":
            assert row["change_high"] - row["change_low"] < 1e-3
        assert row["population"] == POINTS["person"].nunique() == row["n"]


@pytest.mark.parametrize("adversary", ["points", "acquaintance"])
def test_then_only_which_points_happen_to_be_known_is_unsure(adversary) -> None:
    how = How(points=2)
    told = price(Pilot(POINTS, POINTS, PEOPLE, PEOPLE), BEFORE, ADD, QUICK, adversary, how=how)
    real = realised(POINTS, QUICK, adversary, how)
    for row in told.to_dict("records"):
        before, after = real[row["metric"], row["part"]]
        assert row["before_low"] - 3e-4 <= before <= row["before_high"] + 3e-4
        assert row["after_low"] - 3e-4 <= after <= row["after_high"] + 3e-4
        if row["metric"] in ("unicity", "guess"):
            assert 1e-3 < row["change_high"] - row["change_low"] < 0.15


def test_every_metric_has_a_price_or_says_why_not() -> None:
    told = price(PILOT, BEFORE, ADD)
    assert list(told.columns) == list(COLUMNS)
    assert set(told["metric"]) == set(load_metrics())
    lacks = told[told["why_not"] != ""].set_index("metric")["why_not"]
    assert set(lacks.index) == {"attribute_inference", "forecast", "time_to_identification"}
    assert (
        lacks["time_to_identification"] == "needs people followed over time; a pilot has no order"
    )
    priced = told[told["why_not"] == ""]
    for what in ("before", "after", "change"):
        assert (priced[f"{what}_low"] <= priced[what]).all()
        assert (priced[what] <= priced[f"{what}_high"]).all()
    assert np.allclose(priced["change"], priced["after"] - priced["before"])
    assert set(told.loc[told["metric"] == "shapley", "part"]) == set(SOURCES)


def test_a_secret_can_be_priced_and_doubt_too() -> None:
    draw = np.random.default_rng(3)
    code, sure = draw.integers(0, 3, PEOPLE + 1), draw.uniform(0.6, 1.0, PEOPLE + 1)
    seen = POINTS.assign(
        fond=code[POINTS["person"]],
        account=POINTS["person"].astype(str) + POINTS["source"],
        probability=sure[POINTS["person"]],
    )
    pilot, how = pilot_of(seen, PEOPLE, 200), How(points=2, secret="fond")
    asked = ("attribute_inference", "misidentification", "contaminated")
    told = price(pilot, BEFORE, ADD, asked, how=how).set_index("metric")
    real = realised(seen, asked, how=how)
    for metric in asked:
        row = told.loc[metric]
        before, after = real[metric, ""]
        assert row["why_not"] == ""
        assert row["before_low"] <= before <= row["before_high"]
        assert row["after_low"] <= after <= row["after_high"]
    assert told.loc["misidentification", "before"] > 0.05


def test_without_doubt_nobody_is_named_wrongly_and_that_is_sure() -> None:
    row = price(PILOT, BEFORE, ADD, "misidentification").iloc[0]
    assert [row[what] for what in ("change", "change_low", "change_high")] == [0.0, 0.0, 0.0]


def test_the_same_call_gives_the_same_rows_in_any_order_of_points() -> None:
    asked = ("unicity", "bits")
    one = price(PILOT, BEFORE, ADD, asked, seed=3)
    mixed = Pilot(
        PILOT.joined.sample(frac=1.0, random_state=1),
        PILOT.apart.sample(frac=1.0, random_state=2),
        PILOT.drawn,
        PILOT.population,
    )
    assert price(mixed, BEFORE, ADD, asked, seed=3).equals(one)
    assert not price(PILOT, BEFORE, ADD, asked, seed=4).equals(one)


def test_numbers_of_everybody_else_mean_nothing() -> None:
    draw = np.random.default_rng(8)
    joined = set(PILOT.joined["person"])
    apart = PILOT.apart.copy()
    other = ~apart["person"].isin(joined)
    for source in SOURCES:
        rows = other & (apart["source"] == source)
        names = apart.loc[rows, "person"].unique()
        new = dict(zip(names, 10**8 + draw.permutation(len(names)), strict=True))
        apart.loc[rows, "person"] = apart.loc[rows, "person"].map(new)
    one = price(PILOT, BEFORE, ADD, QUICK)
    other_pilot = Pilot(PILOT.joined, apart, PILOT.drawn, PILOT.population)
    assert price(other_pilot, BEFORE, ADD, QUICK).equals(one)


def test_coarser_points_single_out_fewer() -> None:
    fine, coarse = (
        price(PILOT, BEFORE, ADD, "unicity", how=How(2, resolution=Resolution(hours))).iloc[0]
        for hours in (1, 8)
    )
    assert coarse["after"] < fine["after"] - 0.1


def test_of_an_adversary_who_errs_only_full_traces_are_priced() -> None:
    told = price(PILOT, BEFORE, ADD, ("unicity", "bits"), "noisy_points", how=How(error=0.5))
    why = told.set_index("metric")["why_not"]
    assert why["unicity"].startswith("the adversary errs") and why["bits"] == ""


def test_it_catches_who_takes_the_pilot_for_everybody(monkeypatch) -> None:
    def blind(self, seen, weight):
        left = np.zeros_like(seen.candidates)
        return plain(self, seen._replace(candidates=seen.among + left), weight)

    real = realised(POINTS, "unicity", how=How(points=2))["unicity", ""]
    row = price(PILOT, BEFORE, ADD, "unicity", how=How(points=2)).iloc[0]
    assert row["after_low"] <= real[1] <= row["after_high"]
    plain = Dependence.expected
    monkeypatch.setattr(Dependence, "expected", blind)
    row = price(PILOT, BEFORE, ADD, "unicity", how=How(points=2)).iloc[0]
    assert row["after_low"] > real[1]


def few(people: int) -> Pilot:
    return pilot_of(POINTS, PEOPLE, people)


BAD = [
    ((PILOT, BEFORE, "phone"), {}, "add: got 'phone', which is already one of phone, bank"),
    ((PILOT, BEFORE, "metro"), {}, "joined: got source 'metro', of which it has no point; it has"),
    ((PILOT, ("phone", "phone"), ADD), {}, "before: got 'phone' twice; name each source once"),
    ((PILOT, (), ADD), {}, "before: got (), needs one source or more"),
    ((PILOT, "phone", ADD), {}, "before: got 'phone', needs one source or more"),
    ((few(60), BEFORE, ADD), {}, "too few to extrapolate from: 100 are needed, so draw about"),
    ((PILOT, BEFORE, ADD, "fear"), {}, "metric: got 'fear'; allowed: attribute_inference"),
    ((PILOT, BEFORE, ADD, "bits", "spy"), {}, "adversary: got 'spy'; allowed: acquaintance"),
    (
        (Pilot(PILOT.joined, PILOT.apart, 200, 150), BEFORE, ADD),
        {},
        "people have points of 200 drawn out of 150",
    ),
    (
        (Pilot(PILOT.joined, PILOT.apart, 150, PEOPLE), BEFORE, ADD),
        {},
        "needs no more with points than drawn",
    ),
    (
        (Pilot(PILOT.joined, POINTS[POINTS["source"] != "bank"], 200, PEOPLE), BEFORE, ADD),
        {},
        "apart: got source 'bank', of which it has no point",
    ),
    (
        (Pilot(PILOT.joined.iloc[5:], PILOT.apart, 200, PEOPLE), BEFORE, ADD),
        {},
        "the people of the sample need the same numbers and points in both",
    ),
]


@pytest.mark.parametrize(("asked", "named", "said"), BAD, ids=[said[:30] for *_, said in BAD])
def test_what_cannot_be_priced_says_what_is_wrong_and_what_to_do(asked, named, said) -> None:
    with pytest.raises(RiskError) as refused:
        price(*asked, **named)
    assert said in str(refused.value)


def test_values_that_two_frames_would_count_off_differently_are_refused() -> None:
    words = Pilot(
        PILOT.joined.assign(place=PILOT.joined["place"].astype(str)),
        PILOT.apart.assign(place=PILOT.apart["place"].astype(str)),
        PILOT.drawn,
        PILOT.population,
    )
    with pytest.raises(RiskError, match="place needs whole numbers in both frames"):
        price(words, BEFORE, ADD)


def test_a_pilot_of_whom_nobody_has_a_point_is_refused() -> None:
    empty = Pilot(PILOT.joined.iloc[:0], PILOT.apart, 200, PEOPLE)
    with pytest.raises(RiskError, match="joined: got source 'phone', of which it has no point"):
        price(empty, BEFORE, ADD)


def test_a_frame_without_sources_is_refused() -> None:
    bare = Pilot(PILOT.joined.drop(columns="source"), PILOT.apart, 200, PEOPLE)
    with pytest.raises(RiskError, match="joined: it has no column 'source'"):
        price(bare, BEFORE, ADD)


def test_an_adversary_of_ones_own_is_priced_as_any_other() -> None:
    own = price_module.load_adversaries()["points"]
    one = price(PILOT, BEFORE, ADD, "unicity", own)
    pd.testing.assert_frame_equal(one, price(PILOT, BEFORE, ADD, "unicity", "points"))
