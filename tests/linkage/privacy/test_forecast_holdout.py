"""Forecasts against what came: 20,000 of a synthetic town forecast 200,000 and 2,000,000 of it.

The model is not true of these attributes; how wrong it is where is said in `forecast`, and here.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from linkage.privacy import pitman_yor
from linkage.privacy.forecast import forecast
from streams.synthetic.population import make_population

PEOPLE = 20_000
Column = np.ndarray


@dataclass(frozen=True)
class Miss:
    """The largest errors that are owned up to, of kappa and of uniqueness."""

    kappa: float
    unique: float


# At 10 x, then at 100 x: the largest of some samples of two towns, and a little more. The aim is
# .02 of kappa at 10 x; below the line it is missed.
OWNED = {
    "birth": (Miss(0.015, 0.01), Miss(0.01, 0.01)),
    "birth county": (Miss(0.01, 0.02), Miss(0.03, 0.05)),
    "birth home male": (Miss(0.005, 0.01), Miss(0.01, 0.02)),
    "county year male": (Miss(0.02, 0.03), Miss(0.01, 0.01)),
    "year home male": (Miss(0.02, 0.03), Miss(0.15, 0.25)),
    "surname given year": (Miss(0.02, 0.04), Miss(0.09, 0.14)),
    "given": (Miss(0.02, 0.02), Miss(0.01, 0.01)),
    "surname": (Miss(0.001, 0.001), Miss(0.001, 0.001)),
    "home": (Miss(0.001, 0.001), Miss(0.001, 0.001)),
    "zipf 1.2": (Miss(0.01, 0.01), Miss(0.01, 0.01)),
    "zipf 2": (Miss(0.001, 0.001), Miss(0.001, 0.001)),
    # ---
    "given home": (Miss(0.04, 0.07), Miss(0.12, 0.19)),
    "lognormal 3": (Miss(0.025, 0.04), Miss(0.05, 0.06)),
    "lognormal 1.5": (Miss(0.05, 0.09), Miss(0.08, 0.07)),
    "birth male": (Miss(0.045, 0.05), Miss(0.02, 0.01)),
    "surname year": (Miss(0.05, 0.07), Miss(0.05, 0.04)),
    "surname given": (Miss(0.05, 0.09), Miss(0.14, 0.17)),
    "employer": (Miss(0.17, 0.3), Miss(0.36, 0.37)),
}


def town(people: int) -> dict[str, Column]:
    """Return what is known of everybody, in an order that has nothing to do with households."""
    population, rng = make_population(people, 7), np.random.default_rng(7)
    columns = {name: getattr(population, name) for name in ("male", "county", "home", "employer")}
    columns |= {"surname": population.surname, "given": population.given}
    columns |= {"birth": population.born, "year": population.born // 365}
    order = rng.permutation(people)
    known = {
        "zipf 1.2": np.minimum(rng.zipf(1.2, people), 10**15),
        "zipf 2": rng.zipf(2.0, people),
        "lognormal 3": np.floor(np.exp(rng.normal(8, 3, people))).astype(np.int64),
        "lognormal 1.5": np.floor(np.exp(rng.normal(10, 1.5, people))).astype(np.int64),
    }
    for name in OWNED.keys() - known.keys():
        known[name] = combined(*(columns[part] for part in name.split()))[order]
    return known


def combined(*columns: Column) -> Column:
    """Return one number for each combination of values."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        values = column.astype(np.int64) - int(column.min())
        code = code * (int(values.max()) + 1) + values
    return code


def sizes_of(known: Column) -> dict[int, int]:
    sizes, counts = np.unique(np.unique(known, return_counts=True)[1], return_counts=True)
    return dict(zip(sizes.tolist(), counts.tolist(), strict=True))


def missed(known: Column, population: int) -> Miss:
    """Return by how much the forecast from the first people misses."""
    f = forecast(sizes_of(known[:PEOPLE]), population)
    then = sizes_of(known[:population])
    kappa, unique = sum(then.values()) / population, then.get(1, 0) / population
    return Miss(abs(f.correctness.value - kappa), abs(f.uniqueness.value - unique))


def assert_owned(name: str, known: Column, population: int, owned: Miss) -> None:
    found = missed(known, population)
    assert found.kappa <= owned.kappa, (name, found)
    assert found.unique <= owned.unique, (name, found)


@pytest.fixture(scope="module")
def small_town() -> dict[str, Column]:
    return town(10 * PEOPLE)


@pytest.mark.parametrize("name", OWNED)
def test_ten_times_the_people_are_forecast_as_well_as_is_said(name, small_town) -> None:
    assert_owned(name, small_town[name], 10 * PEOPLE, OWNED[name][0])


def test_it_catches_who_knows_no_finite_domains(small_town, monkeypatch) -> None:
    """With a discount from 0 on, as the published scaling law has it, birth dates never end."""
    monkeypatch.setattr(pitman_yor, "INSISTS", np.inf)
    assert missed(small_town["birth"], 10 * PEOPLE).kappa > 0.08
    assert missed(small_town["county year male"], 10 * PEOPLE).kappa > 0.08


@pytest.mark.prove
def test_ten_and_a_hundred_times_the_people_are_forecast_as_well_as_is_said() -> None:
    everybody = town(100 * PEOPLE)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(100 * PEOPLE)
        for name, (ten, hundred) in OWNED.items():
            assert_owned(name, everybody[name][order], 10 * PEOPLE, ten)
            assert_owned(name, everybody[name][order], 100 * PEOPLE, hundred)
