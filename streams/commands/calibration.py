"""joinlens world: what is in a synthetic world, beside what it is calibrated to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import typer

from linkage.privacy.estimate import Estimate
from streams import settings as s
from streams.commands.drawing import paths, prepare
from streams.configure import Choice, preset_named
from streams.synthetic.calibration.report import (
    AIMS,
    DISAGREE,
    KNOWN,
    PUBLISHED,
    ROAMS,
    SEEN,
    Measured,
    Report,
    measure,
)
from streams.synthetic.world import World

NAMES = ("circadian", "gyration", "visits", "disagreement", "unicity")
"""The figures, each in a PNG of its name."""
DAYS = 30


def world(
    people: s.People = s.PEOPLE,
    days: s.Days = DAYS,
    seed: s.Seed = s.SEED,
    preset: s.PresetName = s.PRESET,
    scenario: s.ScenarioName = s.SCENARIO,
    figures: Annotated[
        Path | None, typer.Option("--figures", help="Folder to draw to (PNG); made if missing.")
    ] = None,
    force: s.Force = False,
    json_: s.Json = False,
) -> None:
    """Measure a synthetic world: accounts, events, unicity, movement, errors and disorder.

    Beside each figure stands what it is calibrated to. No result carries over to real people.
    """
    chosen = preset_named(preset)
    if figures is not None:
        prepare(figures, NAMES, force)
    sources = Choice(people, days, seed, scenario, 1, s.POINTS, None).sources()
    measured = measure(World(people, days, seed, sources, chosen))
    if json_:
        print(msgspec.json.encode(measured.report).decode())
    else:
        print("\n".join(_lines(measured.report)))
    if figures is not None:
        drawn = _draw(measured, figures)
        if not json_:
            print("\n".join(["", *map(str, drawn)]))
            for path in paths(figures, NAMES):
                if path not in drawn:
                    print(f"{path}: not drawn, for want of people with calls enough")


def _draw(measured: Measured, folder: Path) -> list[Path]:
    """Draw what there is to draw, and return the files."""
    # Imported here: it brings matplotlib, an extra that no other command needs.
    from streams.synthetic.calibration import figures as f

    r = measured.report
    of = f"{r.people:,} synthetic people, {r.days} days, seed {r.seed}, preset {r.preset}."
    same = f"{of} Kinds of the same rhythm lie on each other."
    move = r.movement
    drawings = {
        "circadian": ("Events by hour of the day", same, f.circadian(measured.by_hour)),
        "disagreement": (
            "Wrong values in registrations",
            f"{of} Lines are 95 % intervals.",
            f.disagreement(r.wrong, DISAGREE.get(r.preset, {})),
        ),
    }
    if r.unicity:
        title = "People singled out by a few known points"
        drawings["unicity"] = (
            title,
            f"{of} Bands are 95 % intervals.",
            f.unicity(r.unicity, PUBLISHED),
        )
    if move:
        few = f"{of} {move.people:,} of them with {SEEN} calls or more."
        roam = f.gyration(measured.radius)
        drawings["gyration"] = "How far people roam, by their calls", few, roam
    if move and move.slope:
        many = f"{of} {move.roaming:,} of them seen at {ROAMS} places or more."
        favourites = f.visits(np.array(move.visit_shares), move.slope)
        drawings["visits"] = "Visits to favourite places, by calls", many, favourites
    for name, drawing in drawings.items():
        f.save(folder / f"{name}.png", *drawing)
    return [path for path in paths(folder, NAMES) if path.stem in drawings]


def _lines(r: Report) -> Iterator[str]:
    yield f"{r.people:,} people in {r.households:,} households, {r.cells:,} cells, {r.days} days,"
    yield f"seed {r.seed}, preset {r.preset}"
    yield "\naccounts registered"
    yield from (f"  {name:<32}{count:>12,}" for name, count in r.accounts.items())
    yield "\nevents issued                               count    a person and day"
    for e in r.events:
        name = e.kind if e.op == "create" else f"{e.kind}, {e.op}ed"
        yield f"  {e.source:<11}{name:<23}{e.count:>12,}{e.per_person_day:>14.4f}"
    yield from _unicity(r)
    yield from _movement(r)
    yield "\nregistrations by field               wrong                         missing"
    targets = DISAGREE.get(r.preset, {})
    for field, share in r.wrong.items():
        aim = f"   aim: {targets[field]:.0%} wrong" if field in targets else ""
        yield f"  {field:<32}{_interval(share)}  {r.missing[field]:>10.2%}{aim}"
    for title, rates in (
        ("errors in registrations, each kind", r.channels),
        ("claimed ID numbers", r.claims),
        ("disorder of the stream", r.disorder),
    ):
        yield f"\n{title:<37}realised                      implied"
        for rate in rates:
            yield f"  {rate.name:<32}{_interval(rate.realised)}  {rate.implied:>10.2%}"


def _unicity(r: Report) -> Iterator[str]:
    if r.unicity:
        yield "\nsingled out by known points          people                        published"
    for name, curve in r.unicity.items():
        for known in range(1, KNOWN + 1):
            mark = AIMS.get((name, known), "")
            share = _interval(curve[known - 1])
            yield f"  {f'{name}, {known}':<32}{share}    {mark}".rstrip()


def _movement(r: Report) -> Iterator[str]:
    if r.movement is None:
        return
    m = r.movement
    yield "\nmovement by calls"
    slope = f"nobody was seen at {ROAMS} places"
    if m.slope:
        slope = f"{m.slope.value:.2f} [{m.slope.low:.2f}, {m.slope.high:.2f}]    -1.2 (Song 2010)"
    seen = f"{m.distinct_places[0]:.1f} and {m.distinct_places[-1]:.1f}"
    for name, value in (
        ("radius of gyration", f"median {m.median_km:.2f} km, 90 % {m.ninety_km:.2f} km"),
        ("visits by rank, slope", slope),
        ("places seen, first day and all", seen),
    ):
        yield f"  {name:<32}{value:>8}"


def _interval(e: Estimate) -> str:
    return f"{e.value:>7.2%} [{e.low:>7.2%}, {e.high:>7.2%}]"
