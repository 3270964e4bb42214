"""What a run realised of its parameters: against other ways to count, and against the rates."""

import numpy as np
import pytest

from streams.events import HOUR
from streams.source import load_sources
from streams.synthetic.calibration.realised import (
    Rate,
    later,
    realised_channels,
    realised_claims,
    realised_disagreement,
    realised_disorder,
)
from streams.synthetic.disorder import Disorder
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World

NAMES = ("phone", "bank", "internet")
SOURCES = {name: source for name, source in load_sources().items() if name in NAMES}


@pytest.fixture(scope="module")
def hard() -> World:
    return World(20_000, 2, 7, SOURCES, PRESETS["hard"])


@pytest.fixture(scope="module")
def disorder() -> dict[str, Rate]:
    world = World(20_000, 2, 7, SOURCES)
    return {rate.name: rate for rate in realised_disorder(world)}


def test_names_go_wrong_on_the_hard_preset_as_often_as_published(hard: World) -> None:
    errors = realised_disagreement(hard)
    share = errors[errors["channel"] == "any"].set_index("field")["share"]
    assert share["surname"] == pytest.approx(0.18, abs=0.02)
    assert share["given"] == pytest.approx(0.12, abs=0.01)
    assert share["id_number"] == 0  # which ID was claimed is counted apart


def test_each_channel_hits_as_often_as_its_rate_says(hard: World) -> None:
    rates = realised_channels(hard)
    assert {rate.name for rate in rates} == set(PRESETS["hard"].errors.rates)
    for rate in rates:
        assert rate.realised.value == pytest.approx(rate.implied, rel=0.1), rate.name


def test_claimed_ids_are_as_often_right_missing_mistyped_or_borrowed(hard: World) -> None:
    claims = {rate.name: rate for rate in realised_claims(hard)}
    assert sum(rate.realised.value for rate in claims.values()) == pytest.approx(1)
    assert claims["ID missing"].implied == PRESETS["hard"].errors.claimed[1]
    for rate in claims.values():
        assert rate.realised.value == pytest.approx(rate.implied, rel=0.1), rate.name


def test_without_errors_nothing_is_wrong() -> None:
    world = World(500, 1, 7, SOURCES, PRESETS["clean"])
    errors = realised_disagreement(world)
    assert not errors[["count", "hit", "missing"]].to_numpy().any()
    assert all(rate.realised.value == 0 for rate in realised_disorder(world))
    assert all(rate.implied == 0 for rate in realised_channels(world))


def test_the_stream_is_as_disordered_as_its_parameters_say(disorder: dict[str, Rate]) -> None:
    for rate in disorder.values():
        assert rate.realised.low < rate.implied < rate.realised.high, rate.name
    assert disorder["corrected"].realised.n > 250_000


@pytest.mark.parametrize("wait", [HOUR // 4, 2 * HOUR])
def test_the_implied_lateness_is_that_of_exponential_waits(wait: int) -> None:
    d, draw = Disorder(), np.random.default_rng(1)
    short = draw.exponential(d.late_mean, 2_000_000)
    both = short + draw.exponential(d.by_hours_mean, len(short))
    share = (d.late - d.by_hours) * (short > wait).mean() + d.by_hours * (both > wait).mean()
    assert later(d, wait) == pytest.approx(share, rel=0.01)
