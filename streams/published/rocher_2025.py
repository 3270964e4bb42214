"""The scaling law: what identification in a small experiment says of a larger population."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from linkage.privacy.estimate import Estimate, sampled_mean
from linkage.privacy.forecast import Forecast, forecast
from streams.reproducing.classes import classes, years
from streams.reproducing.favourites import favourites
from streams.reproducing.material import Material
from streams.reproducing.plot import Curve, Plot
from streams.study import Claim, Findings, Row, Study, row
from streams.synthetic.chance import Ints

TIMES = (10, 100)
"""How many times larger than what was seen the population is that is forecast."""
LEAST = 20
"""People that a forecast needs at least."""
_STEPS = 9


class Kind(NamedTuple):
    """Something that identifies people: its name, of whom, and what bears on its forecast."""

    name: str
    of: Callable[[Material], Ints | None]
    why: str


class Series(NamedTuple):
    """The classes of people by one kind, in an order by lot."""

    name: str
    of: Ints

    def kappa(self, people: int) -> Estimate:
        """Return the correctness among so many: how often the best guess of who it is is right."""
        among = self.of[:people]
        return sampled_mean(1.0 / np.bincount(among)[among], len(self.of))

    def forecast(self, seen: int, population: int) -> Forecast:
        """Return the forecast for a population from so many people."""
        size, many = np.unique(np.unique(self.of[:seen], return_counts=True)[1], return_counts=True)
        return forecast(dict(zip(size.tolist(), many.tolist(), strict=True)), population)


def _by_birth(material: Material) -> Ints:
    people = material.census
    return classes(people.male, people.born, material.district)


def _by_cell(material: Material) -> Ints:
    people = material.census
    return classes(people.male, years(people.born), people.home)


def _by_name(material: Material) -> Ints:
    people = material.census
    return classes(people.surname, people.given)


def _by_calls(material: Material) -> Ints | None:
    calls = material.traces.get("cdr")
    return None if calls is None else classes(*favourites(calls, 2))


KINDS = (
    Kind(
        "district, sex, birth date",
        _by_birth,
        "far more combinations than people, so few doubles tell the law little: see its interval",
    ),
    Kind(
        "home cell, sex, birth year",
        _by_cell,
        "cells, sexes and years come to an end, and people look as if they did not until they do",
    ),
    Kind(
        "surname and given name",
        _by_name,
        "a power law of names, until the list of names ends",
    ),
    Kind(
        "two cells called from most",
        _by_calls,
        "pairs of favourite cells, of which the common ones are few",
    ),
)


def _series(material: Material, kind: Kind) -> Series | None:
    """Return the people by one kind; None if they are too few."""
    of = kind.of(material)
    if of is None or len(of) < LEAST * TIMES[-1]:
        return None
    order = material.draw(f"rocher_2025/{kind.name}").permutation(len(of))
    return Series(kind.name, of[order])


def _find(material: Material) -> Findings:
    found = [(kind, _series(material, kind)) for kind in KINDS]
    series = [one for _, one in found if one is not None]
    rows = tuple(_row(kind, one, times) for kind, one in found for times in TIMES)
    return Findings(rows, _plot(series) if series else None)


def _row(kind: Kind, series: Series | None, times: int) -> Row:
    what = f"{kind.name}: {times} x"
    if series is None:
        none = Claim(says="kappa(n)", value=0.0)
        return row(what, none, None, "predicts", "", f"needs {LEAST * TIMES[-1]:,} people")
    people = len(series.of)
    told = series.forecast(people // times, people)
    kappa, law = told.correctness, told.fitted
    return row(
        what, Claim(
            says=f"{kappa.value:.1%} [{kappa.low:.0%}, {kappa.high:.0%}]", value=kappa.value,
            low=kappa.low, high=kappa.high,
        ),
        series.kappa(people), "predicts",
        f"from {people // times:,} to {people:,} people, d = {law.discount:.2f}, theta = "
        f"{law.strength:.3g}; {kind.why}",
    )  # fmt: skip


def _plot(series: list[Series]) -> Plot:
    curves = []
    for one in series:
        people = len(one.of)
        few = people // TIMES[-1]
        sizes = np.geomspace(few, people, 5).astype(int).tolist()
        steps = np.geomspace(few, people, _STEPS).astype(int).tolist()
        law = [one.forecast(few, n).correctness for n in steps]
        curves += [
            Curve(one.name, sizes, [one.kappa(n) for n in sizes]),
            Curve(f"{one.name}, law", steps, law, "line"),
        ]
    return Plot(
        title="Forecast from a hundredth of the people (Rocher et al. 2025)",
        x_label="people; lines: the law, from each curve's first point, with its interval",
        y_label="identified rightly (%)",
        curves=curves,
        x_scale="log",
    )


STUDY = Study(
    name="rocher_2025",
    citation="Rocher, Hendrickx and de Montjoye 2025, Nature Communications 16:347",
    doi="10.1038/s41467-024-55296-6",
    studied="476 curves of correctness by population, of exact, sparse and robust matching",
    people=0,
    read=(
        "its abstract; the law, its likelihood and interval are linkage/privacy/forecast.py's, "
        "where theirs is fitted to kappa's curve and d is never below 0"
    ),
    not_carried="matching by faces, voices and other noisy features",
    find=_find,
)
