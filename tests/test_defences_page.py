"""docs/defences.md says of every defence and attack what its file says, and figures that hold."""

import re
from functools import cache
from itertools import chain

import pytest

from bench import defences as bench
from linkage.privacy.attack import load_attacks, publisher
from linkage.privacy.defence import Material, load_defences
from tests.reading import ROOT

PAGE = (ROOT / "docs" / "defences.md").read_text(encoding="utf-8")
DEFENCES, ATTACKS = load_defences(), load_attacks()
FIGURE = re.compile(r"(\S+) \((\S+) to (\S+)\), control (\S+)")
MEASURED = re.findall(r"^\| defence \| strength \|(.*)\|\n\|[-:| ]+\n((?:\|.*\n)+)", PAGE, re.M)


def table(first: str) -> list[str]:
    """The rows of the table whose first two columns have these heads."""
    (rows,) = re.findall(
        rf"^\| {re.escape(first)} \|.*\n\|[-:| ]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE
    )
    return str(rows).splitlines()


def row(name: str, *cells: str) -> str:
    return f"| {' | '.join((f'`{name}`', *cells))} |"


def figures(number: int) -> dict[tuple[str, int, str], str]:
    """The figures of one table of measurements by defence, strength and attack."""
    head, rows = MEASURED[number]
    attacks = re.findall(r"`(\w+)`", head)
    found = {}
    for line in rows.splitlines():
        name, strength, *cells = (cell.strip().strip("`") for cell in line.strip("| ").split(" | "))
        found |= {(name, int(strength), a): c for a, c in zip(attacks, cells, strict=True)}
    return found


@cache
def world() -> Material:
    return bench.world(bench.SMALL)


def test_every_defence_is_there_as_its_file_says() -> None:
    expected = [
        row(
            *(d.name, d.publishes, ", ".join(map(str, d.strengths))),
            *(d.promise, d.must_not_be_read_as),
        )
        for d in DEFENCES.values()
    ]
    assert table("defence | publishes") == expected


def test_every_attack_is_there_as_its_file_says() -> None:
    expected = [
        row(a.name, a.against, a.question, a.unit, a.paper, a.must_not_be_read_as)
        for a in ATTACKS.values()
    ]
    assert table("attack | on") == expected


def test_a_row_that_changed_would_be_seen() -> None:
    d = DEFENCES["suppress"]
    assert row(d.name, d.publishes, "1, 2", d.promise, "safety") not in table("defence | publishes")


def test_every_attack_was_measured_against_every_defence_of_its_form() -> None:
    expected = {
        (d.name, strength, a.name)
        for d in DEFENCES.values()
        for strength in d.strengths
        for a in ATTACKS.values()
        if a.against == d.publishes
    }
    first = dict(chain.from_iterable(figures(n).items() for n in range(len(MEASURED) - 1)))
    assert first.keys() == expected
    assert figures(-1).keys() == {key for key in expected if ATTACKS[key[2]].against == "traces"}


def test_every_figure_has_its_interval_and_its_control() -> None:
    for number in range(len(MEASURED)):
        for cell in figures(number).values():
            (found,) = FIGURE.findall(cell)
            value, low, high, control = map(float, found)
            assert 0 <= low <= value <= high <= 1
            assert 0 <= control <= 1


@pytest.mark.parametrize(("defence", "strength"), [("generalise", 2), ("budget", 8), ("sample", 4)])
def test_the_figures_are_still_what_comes_out(defence: str, strength: int) -> None:
    told = dict(chain.from_iterable(figures(n).items() for n in range(len(MEASURED) - 1)))
    for attack in ATTACKS.values():
        if attack.against == "traces":
            found = attack.run(publisher(DEFENCES[defence], strength), world(), bench.SMALL.seed)
            assert told[defence, strength, attack.name] == bench.told(found)


def test_the_conditions_are_those_of_the_bench() -> None:
    people, days, seed = bench.SMALL.people, bench.SMALL.days, bench.SMALL.seed
    assert f"{people:,} people, {days} days, seed {seed}, `phone` and `bank`" in PAGE
    assert bench.SOURCES == ("phone", "bank")
    cells = world().traces.place.max() + 1
    assert f"The plane has {cells} cells" in PAGE
