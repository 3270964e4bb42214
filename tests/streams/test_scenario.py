"""Scenarios pick sources that exist; a new one is one file."""

from pathlib import Path

import pytest

from linkage.privacy.budget.policy import Policy
from streams.scenario import DEFAULT, load_scenarios
from streams.source import load_sources

DROPPED = """
from linkage.privacy.budget.policy import Policy
from streams.scenario import Scenario

SCENARIO = Scenario(
    name="phone_only", describes="one source", sources=("phone",), stages="none", shows="a floor"
)
"""


def test_every_scenario_picks_its_sources_in_its_order() -> None:
    for scenario in load_scenarios().values():
        assert tuple(scenario.pick(load_sources())) == scenario.sources


def test_the_default_is_the_real_name_requirement() -> None:
    assert load_scenarios()[DEFAULT].sources == ("phone", "bank", "internet")


def test_many_more_adds_to_the_default() -> None:
    default, many = load_scenarios()[DEFAULT].sources, load_scenarios()["many_more"].sources
    assert many[: len(default)] == default
    assert set(many[len(default) :]) == {"utility", "payroll", "camera", "enterprise"}


def test_the_default_policy_prices_and_counts_every_source() -> None:
    policy, catalogue = Policy.default(tuple(load_sources())), set(load_sources())
    (join,), (release,) = policy.joins, policy.releases
    assert set(join.sources) == set(release.sources) == catalogue
    assert all(0 < tariff <= join.cap for tariff in join.tariffs)


def test_an_unknown_source_is_named_with_what_is_known() -> None:
    scenario = load_scenarios()[DEFAULT]
    with pytest.raises(KeyError, match="no source bank, internet; known: phone"):
        scenario.pick({"phone": load_sources()["phone"]})


def test_a_new_scenario_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "phone_only.py").write_text(DROPPED)
    catalogue = load_scenarios(tmp_path, "dropped_scenarios")
    assert list(catalogue["phone_only"].pick(load_sources())) == ["phone"]
