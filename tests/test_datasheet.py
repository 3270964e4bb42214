"""The datasheet says what the code does: every table of numbers in it, read and compared."""

import ast
import importlib
import inspect
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import msgspec
import numpy as np
import pytest

from streams.events import HOUR, Registration
from streams.source import Source, load_sources
from streams.synthetic import disorder, life
from streams.synthetic.corruption import errors
from streams.synthetic.corruption.channels import CHANNELS, STRATA
from streams.synthetic.population import make_population
from streams.synthetic.world import World
from tests.reading import ROOT

PAGE = (ROOT / "docs" / "datasheet.md").read_text(encoding="utf-8")
SOURCES = load_sources()
SEED, WEEK = 7, 7
MODELS = (
    *("population", "names", "businesses", "registration", "accounts", "branch", "life", "places"),
    *("mobility", "emission", *(f"sources.{name}" for name in SOURCES)),
)
TECHNICAL = {"NEVER", "EPOCH", "HOUR", "DAY", "BORROWED", "NO_PLACE"}
"""Names that stand for no choice about the world."""


def table(*head: str) -> list[list[str]]:
    """The cells of the table that begins with these columns."""
    for block in re.findall(r"(?:^\|.*\|\n)+", PAGE, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.split("\n")]
        if tuple(rows[0][: len(head)]) == head:
            return rows[2:-1]
    raise AssertionError(f"the datasheet has no table {head}")


def bare(cell: str) -> str:
    return cell.strip("`")


def written(value: object) -> str:
    """A constant as the datasheet writes it; of long ones, enough to see that they changed."""
    if isinstance(value, range):
        value = (value.start, value.stop)
    numbers = np.asarray(value, dtype=float).ravel()
    if len(numbers) > 8:
        return f"{len(numbers)} numbers, {numbers[0]:.4g} first, {numbers.std():.4g} deviation"
    return str(value)


def is_number(value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(isinstance(v, (int, float)) for v in value)
    return isinstance(value, (int, float, range, np.ndarray)) and not isinstance(value, bool)


def module(name: str) -> Any:
    return importlib.import_module(
        f"streams.{name}" if name.startswith("sources.") else f"streams.synthetic.{name}"
    )


def own_constants(name: str) -> Iterable[str]:
    """The public numbers that a module defines itself, in their order."""
    found = module(name)
    for statement in ast.parse(inspect.getsource(found)).body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            for target in ast.walk(statement):
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                    constant, public = target.id, re.match("[A-Z]", target.id)
                    if public and constant not in TECHNICAL and is_number(getattr(found, constant)):
                        yield f"{name}.{constant}"


def test_every_constant_is_there_with_its_value() -> None:
    said = {bare(name): value for name, value, *_ in table("constant", "value")}
    there = [constant for name in MODELS for constant in own_constants(name)]
    assert list(said) == there
    for name, value in said.items():
        place, _, constant = name.rpartition(".")
        assert value == written(getattr(module(place), constant)), name


@pytest.mark.parametrize(
    ("head", "rates"),
    [("rate of life", life.TYPICAL_RATES), ("disorder", disorder.TYPICAL_DISORDER)],
)
def test_every_rate_is_there_with_its_value(head: str, rates: Any) -> None:
    said = {bare(name): float(value) for name, value, *_ in table(head, "value")}
    assert said == asdict(rates)


def test_every_channel_is_there_with_its_rates() -> None:
    rows = table("channel", "fields", "typical", "hard")
    assert [bare(row[0]) for row in rows] == [channel.name for channel in CHANNELS]
    for row, channel in zip(rows, CHANNELS, strict=True):
        assert row[1] == ", ".join(channel.fields)
        for cell, preset in zip(row[2:], (errors.TYPICAL, errors.HARD), strict=True):
            assert float(cell) == preset.rates.get(channel.name, 0.0), channel.name
    assert not errors.CLEAN.rates


def test_claimed_numbers_are_right_as_often_as_it_says() -> None:
    rows = table("claimed ID number", "clean", "typical", "hard")
    assert [row[0] for row in rows] == list(STRATA)
    presets = (errors.CLEAN, errors.TYPICAL, errors.HARD)
    for place, preset in enumerate(presets, 1):
        assert tuple(float(row[place]) for row in rows) == preset.claimed


def test_every_source_is_there_with_how_its_accounts_come_and_go() -> None:
    columns = ("carelessness", "relative", "shared", "anonymous", "churn", "reopens", "recycled")
    rows = table("source", "asks", "holdings", *columns)
    assert {row[0] for row in rows} == SOURCES.keys()
    for name, asks, holdings, *cells in rows:
        emit = SOURCES[name].emit
        assert asks == ", ".join(emit.asks)
        assert holdings == str(emit.holdings)
        assert [float(cell) for cell in cells] == [getattr(emit, c) for c in columns], name


@pytest.fixture(scope="module")
def week() -> Counter[str]:
    """Events by kind of a quarter of the people that the datasheet speaks of."""
    world = World(5_000, WEEK, SEED, SOURCES)
    counts: Counter[str] = Counter()
    for shard in world.shards():
        for block in range(world.hours):
            for said in (one for source in shard.hour(block) for one in source):
                counts[said.rows.kind] += len(said.rows) if said.rows.op == "create" else 0
    return counts


def fields(source: Source, kind: str) -> list[str]:
    payload = source.kinds[kind]
    form = msgspec.structs.fields(Registration) if issubclass(payload, Registration) else ()
    common = {field.encode_name for field in form}
    every = msgspec.structs.fields(payload)
    return [field.encode_name for field in every if field.encode_name not in common]


def test_every_kind_is_there_with_its_fields_and_about_as_often(week: Counter[str]) -> None:
    rows = table("kind", "source", "own fields, with units", "place")
    kinds = {(kind, source.name) for source in SOURCES.values() for kind in source.kinds}
    assert {(bare(row[0]), row[1]) for row in rows} == kinds
    for name, source, own, place, often in rows:
        kind = bare(name)
        assert re.findall(r"`(\w+)`", own) == fields(SOURCES[source], kind)
        assert place == getattr(SOURCES[source].kinds[kind], "places", "")
        expected = 50 * float(often)
        assert abs(week[kind] - expected) < 0.03 * expected + 4 * expected**0.5, kind


def test_the_counts_of_the_default_size_are_those_of_its_seed() -> None:
    people = make_population(20_000, SEED)
    counts = [
        *(len(people), int(people.holds().sum()), int(people.household[-1]) + 1),
        *(len(people.businesses), people.cells),
    ]
    rows = table("of the default size: 20,000 people, seed 7", "count")
    assert [int(row[1].replace(",", "")) for row in rows] == counts


def test_a_table_that_is_not_there_and_a_constant_that_changed_are_seen() -> None:
    with pytest.raises(AssertionError, match="no table"):
        table("nothing", "of the kind")
    assert written(0.25) != written(0.26)
    before = np.arange(24.0)
    assert written(before) != written(np.where(before == 9, 9.5, before))
    assert written(range(8, 18)) == "(8, 18)"
    assert HOUR == module("accounts").REOPENED
