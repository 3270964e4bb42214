"""Where does each defence's promise end: how often does each attack still succeed?

`python -m bench.defences --markdown` prints the tables of docs/defences.md, `--form traces` those
of one form.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, get_args

from bench.harness import Bench, Options, Row, main
from linkage.privacy.attack import Attack, load_attacks, publisher
from linkage.privacy.defence import Defence, Form, Material, load_defences
from linkage.privacy.estimate import Estimate
from streams.frontier.material import material_of
from streams.source import load_sources
from streams.synthetic.world import World

SOURCES = ("phone", "bank")
"""Sources whose points say a cell; a source of regions would blur every home."""
FORMS: tuple[Form, ...] = get_args(Form)
SMALL = Options(people=2_000, days=3, seed=7, repeat=1)
"""What `python -m bench.defences` asks for unless told otherwise, and docs/defences.md has."""


class Cell(NamedTuple):
    """One attack against one defence at one strength."""

    attack: Attack
    defence: Defence
    strength: int
    found: Estimate


def run(options: Options) -> list[Row]:
    """Run every attack against every defence of its form, at every strength of its own."""
    return [
        Row(
            name=f"{cell.attack.name}: {cell.defence.name} {cell.strength}",
            value=cell.found.value,
            unit=f"share, {_figure(cell.found.low)} to {_figure(cell.found.high)}",
            peer="control",
            peer_value=cell.found.control,
            seed=options.seed,
            n=cell.found.n,
        )
        for cell in cells(world(options), options.seed)
    ]


def world(options: Options) -> Material:
    """Return the material of a synthetic world, as the truth has it."""
    known = load_sources()
    sources = {name: known[name] for name in SOURCES}
    return material_of(World(options.people, options.days, options.seed, sources))


def cells(material: Material, seed: int, forms: Sequence[Form] = FORMS) -> Iterator[Cell]:
    """Yield all that there is to measure of some forms, defence by defence."""
    attacks = load_attacks()
    for defence in (d for d in load_defences().values() if d.publishes in forms):
        for strength in defence.strengths:
            for attack in attacks.values():
                if attack.against == defence.publishes:
                    found = attack.run(publisher(defence, strength), material, seed)
                    yield Cell(attack, defence, strength, found)


def markdown(some: Sequence[Cell]) -> str:
    """Return a table for each form of what is published: a row for each defence and strength."""
    forms: list[Form] = list(dict.fromkeys(cell.defence.publishes for cell in some))
    return "\n".join(
        _table([cell for cell in some if cell.defence.publishes == form]) for form in forms
    )


def _table(some: Sequence[Cell]) -> str:
    names = list(dict.fromkeys(cell.attack.name for cell in some))
    lines = [f"| defence | strength | {' | '.join(f'`{name}`' for name in names)} |"]
    lines.append(f"| --- | --: | {' | '.join('---' for _ in names)} |")
    rows: dict[tuple[str, int], list[str]] = {}
    for cell in some:
        rows.setdefault((cell.defence.name, cell.strength), []).append(told(cell.found))
    lines += [f"| `{name}` | {s} | {' | '.join(row)} |" for (name, s), row in rows.items()]
    return "\n".join(lines) + "\n"


def told(found: Estimate) -> str:
    """Return a figure with its interval and its control.

    >>> from linkage.privacy.attack import scored
    >>> import numpy as np
    >>> told(scored(np.array([1.0] * 8 + [0.0] * 2), 0.0005))
    '.800 (.427 to .955), control .0005'
    """
    ends = f"{_figure(found.low)} to {_figure(found.high)}"
    return f"{_figure(found.value)} ({ends}), control {_figure(found.control or 0.0)}"


def _figure(value: float) -> str:
    """Return a share with three digits after the point, or what tells a small one from none."""
    said = f"{value:.3f}" if value >= 0.001 or not value else f"{value:.1g}"
    return said.removeprefix("0") if value else "0"


def conditions(options: Options) -> str:
    """Return what is attacked, without which no figure means anything."""
    return (
        f"{options.people:,} people, {options.days} days, sources {' and '.join(SOURCES)}, "
        f"seed {options.seed}: a publication, and who is attacked, for each. A row is attack, "
        "defence, strength; strength 1 is without defence. The interval is in the unit, 95 %; the "
        "control is what the same guess comes to where nothing can be learnt."
    )


BENCH = Bench(
    name="defences",
    question="Where does each defence's promise end?",
    run=run,
    conditions=conditions,
)


def _main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--form", nargs="+", choices=FORMS, default=FORMS)
    for name in ("people", "days", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(SMALL, name))
    asked, rest = parser.parse_known_args(arguments)
    options = replace(SMALL, people=asked.people, days=asked.days, seed=asked.seed)
    if asked.markdown:
        print(markdown(list(cells(world(options), options.seed, asked.form))))
        return 0
    given = (f"--{name}={getattr(options, name)}" for name in ("people", "days", "seed", "repeat"))
    return main((BENCH,), [*given, *rest])


if __name__ == "__main__":
    sys.exit(_main())
