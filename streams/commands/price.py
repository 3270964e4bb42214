"""joinlens price: what joining one more source would reveal, before it is joined."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from linkage.errors import RiskError
from linkage.privacy.adversary import load_adversaries
from linkage.privacy.frames import How, measure
from linkage.privacy.metric import load_metrics
from linkage.privacy.pricing.price import price as priced
from streams import settings as s
from streams.configure import named, preset_named
from streams.pilot import Drawn, drawn
from streams.points import points_of
from streams.resolution import FINEST, cells_per_row, off_grid, parse_resolution
from streams.risk.words import grid
from streams.source import Source, load_sources
from streams.synthetic.world import World

PILOT = 2000
HEADLINE = "unicity"


def price(
    sources: Annotated[
        str, typer.Option("--sources", help="Sources that are joined already, with commas.")
    ] = "phone,bank",
    add: Annotated[
        str, typer.Option("--add", help="The source to be joined to them.")
    ] = "internet",
    resolution: Annotated[
        str,
        typer.Option("--resolution", help="How finely points are known, as '4 hours,2 cells'."),
    ] = FINEST,
    people: s.People = s.PEOPLE,
    pilot: Annotated[
        int, typer.Option("--pilot", help="How many people are joined to tell of all.")
    ] = PILOT,
    days: s.Days = 1,
    seed: s.Seed = s.SEED,
    preset: s.PresetName = s.PRESET,
    metric: Annotated[
        list[str] | None,
        typer.Option("--metric", help="Only this metric; may be given several times."),
    ] = None,
    adversary: Annotated[
        str, typer.Option("--adversary", help="Who attacks; see docs/risk.md for those there are.")
    ] = "points",
    points: s.Points = 4,
    check: Annotated[
        bool, typer.Option("--check", help="Join everybody after all, and show what comes of it.")
    ] = False,
    json_: s.Json = False,
) -> None:
    """Tell how each risk figure would change by joining one more source, before it is joined.

    Only a pilot is joined: --pilot people, drawn at random. Of everybody else each source is looked
    at by itself, and nothing is joined. What the pilot shows is extrapolated to all, with a 95 %
    interval for the error of sampling and of extrapolation. Below stands how many fewer people
    would be singled out if points were known more coarsely.
    """
    before = tuple(name.strip() for name in sources.split(",") if name.strip())
    chosen = {name: named(name, load_sources(), "--sources, --add") for name in (*before, add)}
    known = load_metrics()
    asked = [named(name, known, "--metric").name for name in metric or ()] or "all"
    who = named(adversary, load_adversaries(), "--adversary")
    if not 0 < pilot <= people:
        what = f"got {pilot} of {people} people; allowed: 1 to --people"
        raise typer.BadParameter(what, param_hint="--pilot")
    how = _how(resolution, people, points, chosen)
    world = World(people, days, seed, chosen, preset_named(preset))
    found = drawn(points_of(world), (*before, add), pilot, people, seed)
    try:
        table = priced(found.pilot, before, add, asked, who, seed, how)
    except RiskError as error:
        raise typer.BadParameter(str(error), param_hint="--sources, --add, --pilot") from error
    if check:
        table = _checked(table, found, (before, (*before, add)), who.name, seed, how)
    if json_:
        print(table.to_json(orient="records"))
        return
    print("\n".join(_lines(table, before, add, f"{people:,} synthetic people, seed {seed}")))
    if HEADLINE in set(table["metric"][table["why_not"] == ""]):
        coarser = {
            str(one.resolution): priced(found.pilot, before, add, HEADLINE, who, seed, one)
            for one in _coarser(how, 24 * days)
        }
        print("\n".join(_coarser_lines(coarser)))


def _how(resolution: str, people: int, points: int, sources: dict[str, Source]) -> How:
    try:
        finely = parse_resolution(resolution, cells_per_row(people), off_grid(sources))
    except RiskError as error:
        raise typer.BadParameter(str(error), param_hint="--resolution") from error
    return How(points=points, resolution=finely)


def _coarser(how: How, hours: int) -> list[How]:
    """Return the same with points told more coarsely in time, place and both, of so many hours."""
    was = how.resolution
    steps = ((4, 1), (1, 2), (4, 2), (24, 4))
    found = {
        replace(was, hours=max(was.hours, min(was.hours * more, hours)), side=was.side * side)
        for more, side in steps
    }
    ordered = sorted(found - {was}, key=lambda one: (one.hours * one.side**2, one.side))
    return [replace(how, resolution=one) for one in ordered]


def _coarser_lines(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    yield f"\n{HEADLINE}, if points were known more coarsely"
    cells = [
        [name, *(_interval(row, what) for what in ("before", "after", "change"))]
        for name, table in tables.items()
        for row in _records(table)
    ]
    yield from grid(["a point is one of", "before", "after", "change"], cells)


def _checked(
    table: pd.DataFrame,
    found: Drawn,
    views: tuple[tuple[str, ...], tuple[str, ...]],
    adversary: str,
    seed: int,
    how: How,
) -> pd.DataFrame:
    """Return the table with what joining everybody really changes."""
    told = sorted({row["metric"] for row in _records(table) if not row["why_not"]})
    everybody = How(points=how.points, resolution=how.resolution, sample=found.pilot.population)
    real = measure(found.everybody, told, adversary, seed, everybody)
    value = {(row["metric"], row["part"], row["view"]): row["value"] for row in _records(real)}
    old, new = ("+".join(sorted(view)) for view in views)
    changes = [
        value.get((row["metric"], row["part"], new), float("nan"))
        - value.get((row["metric"], row["part"], old), 0.0)
        for row in _records(table)
    ]
    return table.assign(realised=np.array(changes))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _lines(table: pd.DataFrame, before: tuple[str, ...], add: str, of: str) -> Iterator[str]:
    rows = _records(table)
    told = [row for row in rows if not row["why_not"]]
    yield f"{of}; {rows[0]['n']:,} people of a pilot are joined and have a point, nobody else is"
    yield (
        f"{' + '.join(before)}, and what adding {add} is expected to change; brackets hold 95 % "
        "intervals"
    )
    checked = ["realised"] if "realised" in table.columns else []
    cells = [
        [
            f"{row['metric']}/{row['part']}".rstrip("/"),
            *(_interval(row, name) for name in ("before", "after", "change")),
            *(f"{row[name]:+.4f}" for name in checked),
        ]
        for row in told
    ]
    yield from ["", *grid(["metric", "before", "after", "change", *checked], cells)]
    for row in told:
        if row["metric"] == HEADLINE:
            yield (
                f"\nof 100 people, {100 * row['after']:.0f} instead of {100 * row['before']:.0f} "
                f"would be singled out by {row['adversary']}"
            )
    yield from (f"{row['metric']} is not told: {row['why_not']}" for row in rows if row["why_not"])


def _interval(row: Mapping[str, Any], name: str) -> str:
    sign = "+" if name == "change" else ""
    value, low, high = (row[f"{name}{end}"] for end in ("", "_low", "_high"))
    return f"{value:{sign}.4f} [{low:{sign}.4f}, {high:{sign}.4f}]"
