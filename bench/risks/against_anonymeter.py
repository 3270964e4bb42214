"""Our Article 29 three beside anonymeter's attacks and an exhaustive count of each."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from bench.harness import Row
from bench.risks.beside import Beside
from bench.risks.exhaustive import (
    alone,
    alone_elsewhere,
    better_half,
    class_sizes,
    fitting,
    guessed,
    linked,
    nearest,
)
from bench.risks.people import COARSE, FINE, SECRET, as_points
from bench.risks.second_opinions import Attack, conditions_of
from linkage.privacy.frames import How, measure

ATTACKS = 500
"""What anonymeter does by default."""
KNOWN = 3
"""Attributes that are known of who is to be singled out; anonymeter's default as well."""
SMALL = 2_000
"""People whose halves are linked once more: that is easier among fewer."""
HALVES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "birth to the rest": (("year", "month"), ("sex", "home", "surname")),
    "name and sex to the rest": (("sex", "surname"), ("year", "month", "home")),
}


class Figure(NamedTuple):
    """A share of ours with its interval and its control."""

    value: float
    low: float
    high: float
    control: float


class Frames(NamedTuple):
    """The people who are released and those held out."""

    released: pd.DataFrame
    held_out: pd.DataFrame


def attacks(people: int) -> dict[str, dict[str, object]]:
    """Return the attacks that anonymeter is asked for, by name; `people` are released."""
    everybody: dict[str, object] = {"n": min(ATTACKS, people), "people": people}
    many: dict[str, object] = {**everybody, "kind": "multivariate", "known": KNOWN}
    guess: dict[str, object] = {**everybody, "kind": "inference"}
    found: dict[str, dict[str, object]] = {
        "one value": {**everybody, "kind": "univariate", "columns": FINE},
    }
    sets: tuple[tuple[str, ...], ...] = FINE, COARSE
    for columns in sets:
        found[f"out of {len(columns)}"] = {**many, "columns": columns}
        found[f"guess by {len(columns)}"] = {**guess, "columns": columns}
    for name, halves, number in _links(people):
        job: dict[str, object] = {"kind": "linkability", "halves": halves}
        found[name] = {**job, "n": min(ATTACKS, number), "people": number}
    return found


def rows(frames: Frames, said: tuple[str, Mapping[str, Attack]], seed: int) -> Iterator[Row]:
    """Yield our figures, anonymeter's and the exhaustive counts."""
    peer, found = said
    released = frames.released
    beside = Beside(peer, seed, len(released))
    yield from _one_value(released, found["one value"], beside)
    for columns in (FINE, COARSE):
        yield from _singled_out(frames, found[f"out of {len(columns)}"], columns, beside)
    for name, halves, number in _links(len(released)):
        some = Beside(peer, seed, number)
        yield from _linked(name, released.head(number), halves, found[name], some)
    for columns in (FINE, COARSE):
        yield from _guessed(frames, found[f"guess by {len(columns)}"], columns, beside)


def _links(people: int) -> Iterator[tuple[str, tuple[tuple[str, ...], tuple[str, ...]], int]]:
    """Yield by name which halves are linked, among how many people."""
    for number in dict.fromkeys((min(SMALL, people), people)):
        for name, columns in HALVES.items():
            yield f"linking {name}, {number:,} people", columns, number


def _one_value(released: pd.DataFrame, its: Attack, beside: Beside) -> Iterator[Row]:
    how = How(views=tuple((column,) for column in FINE))
    shares = measure(as_points(released, FINE), "identified_share", how=how)["value"]
    ours = float(shares.sum()) * len(released)
    true = sum(class_sizes(released, (column,)).count(1) for column in FINE)
    name = "singling out, values that one person alone has"
    yield beside.row(name, ours, its.successes, "values")
    yield beside.true(name, ours, true, "values")


def _singled_out(
    frames: Frames, its: Attack, columns: tuple[str, ...], beside: Beside
) -> Iterator[Row]:
    released, held_out = frames
    ours = _ours("singling_out", released, columns, "points", beside.seed)
    name = f"singling out by {KNOWN} of {len(columns)}"
    yield from _main(name, ours, its, alone(released, columns, KNOWN), beside)
    distinct = alone(released[list(columns)].drop_duplicates(), columns, KNOWN)
    yield beside.row(f"{name}: exhaustive, equal rows taken as one", distinct, its.rate)
    one = sum(fitting(released, conditions_of(query)) == 1 for query in its.queries)
    share = one / max(len(its.queries), 1)
    yield beside.row(f"{name}: exhaustive, of its successes fit one person", share, 1.0)
    elsewhere = alone_elsewhere(released, held_out, columns, KNOWN)
    yield from _control(name, ours, its, elsewhere, beside)


def _linked(
    name: str,
    released: pd.DataFrame,
    halves: tuple[tuple[str, ...], tuple[str, ...]],
    its: Attack,
    beside: Beside,
) -> Iterator[Row]:
    ours = _ours("linkability", released, halves[0] + halves[1], "operator", beside.seed)
    true = linked(released, halves)
    yield from _main(name, ours, its, true.named, beside)
    yield beside.row(f"{name}: exhaustive, told from another's", true.told_apart, its.rate)
    yield beside.row(f"{name}: exhaustive, found among all", true.found, its.rate)
    yield beside.row(f"{name}: exhaustive, by coin", true.coin, its.rate)
    half = better_half(released, halves[0] + halves[1])
    yield from _control(name, ours, its, half, beside)


def _guessed(
    frames: Frames, its: Attack, columns: tuple[str, ...], beside: Beside
) -> Iterator[Row]:
    released, held_out = frames
    ours = _ours("attribute_inference", released, columns, "operator", beside.seed)
    true = guessed(released, columns, SECRET)
    name = f"inference of {SECRET} by {len(columns)}"
    yield from _main(name, ours, its, true.majority, beside)
    yield beside.row(f"{name}: exhaustive, that of one of the class", true.member, its.rate)
    yield from _control(name, ours, its, true.anybody, beside)
    near = nearest(released, held_out, columns, SECRET)
    yield beside.row(f"{name}: exhaustive, control, that of the nearest", near, its.control)
    yield beside.row(f"{name}: exhaustive, control, by others", true.others, its.control)


def _ours(
    metric: str, released: pd.DataFrame, columns: tuple[str, ...], adversary: str, seed: int
) -> Figure:
    """Return our figure of the view of all columns, as many attacked as by anonymeter."""
    how = How(points=KNOWN, sample=ATTACKS, views=(columns,), secret=SECRET)
    found = measure(as_points(released, columns), metric, adversary, seed, how).iloc[0]
    return Figure(*(float(found[name]) for name in Figure._fields))


def _main(name: str, ours: Figure, its: Attack, true: float, beside: Beside) -> Iterator[Row]:
    """Yield value and interval beside anonymeter's, and whether ours holds the exhaustive count."""
    tried = replace(beside, n=its.tried)
    yield tried.row(name, ours.value, its.rate)
    yield tried.row(f"{name}: 95 % from", ours.low, its.low)
    yield tried.row(f"{name}: 95 % to", ours.high, its.high)
    yield beside.true(name, ours.value, true)
    held = float(ours.low - 1e-12 <= true <= ours.high + 1e-12)
    what = f"{name}: our interval holds the exhaustive count"
    yield Row(name=what, value=held, unit="1 if so", at_least=1.0, seed=beside.seed, n=beside.n)


def _control(name: str, ours: Figure, its: Attack, true: float, beside: Beside) -> Iterator[Row]:
    """Yield the controls, and what is left over them as anonymeter reckons it."""
    tried = replace(beside, n=its.tried)
    yield tried.row(f"{name}: control", ours.control, its.control)
    yield beside.true(f"{name}: control", ours.control, true)
    if ours.control < 1.0:
        over = (ours.value - ours.control) / (1.0 - ours.control)
        yield tried.row(f"{name}: over the control", over, its.excess[0])
