"""joinlens frontier: what each defence leaves of every risk, and keeps of every use."""

import sys
import tempfile
import time
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
import numpy as np
import typer

from linkage.privacy.attack import load_attacks
from linkage.privacy.defence import Form, Material, load_defences
from linkage.privacy.frontier import Figure, Task, tasks
from streams import settings as s
from streams.commands.stopping import stoppable
from streams.configure import named
from streams.frontier.asked import Asked, design_of, part_of
from streams.frontier.found import OVERVIEW, Found, World, found, plane
from streams.frontier.material import material_of
from streams.frontier.table import parquet
from streams.frontier.words import choice_name, lines
from streams.hands import HandError, work
from streams.landing import LandingError, claim
from streams.scenario import load_scenarios
from streams.source import load_sources
from streams.synthetic.world import World as Synthetic

PEOPLE, DAYS, PUBLICATIONS = 5_000, 3, 4
TABLE, PARQUET = "table.md", "frontier.parquet"
STOPPED, STRONGEST = 130, 1000


def frontier(
    people: s.People = PEOPLE,
    days: s.Days = DAYS,
    seed: s.Seed = s.SEED,
    scenario: s.ScenarioName = s.SCENARIO,
    defence: Annotated[
        list[str] | None,
        typer.Option("--defence", help="Only this defence; may be given several times."),
    ] = None,
    attack: Annotated[
        list[str] | None,
        typer.Option("--attack", help="Only this attack; may be given several times."),
    ] = None,
    strengths: Annotated[
        str,
        typer.Option("--strengths", help="Strengths of all, as 1,2,4; each has its own if not."),
    ] = "",
    publications: Annotated[
        int,
        typer.Option(
            "--publications", min=1, max=100, help="How often each is published, to tell chance."
        ),
    ] = PUBLICATIONS,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for table.md, frontier.parquet and, with matplotlib, figures."
        ),
    ] = None,
    processes: Annotated[
        int,
        typer.Option("--processes", min=1, max=64, help="Parts at a time; the same comes out."),
    ] = 2,
    force: s.Force = False,
    json_: s.Json = False,
) -> None:
    """Tell what each defence leaves of every risk and keeps of every use, and what is on the front.

    A synthetic world is published under each defence at each strength, several times. Every
    publication is attacked, measured by the risk metrics, and asked what it is still good for; the
    same people are attacked each time. On the front is what nothing else beats in both. See
    docs/frontier.md for how to read it, and for what it does not say.
    """
    asked = _asked(defence, attack, strengths, range(seed, seed + publications))
    if out is not None:
        _prepare(out, asked, force)
    sources = named(scenario, load_scenarios(), "--scenario").pick(load_sources())
    material = material_of(Synthetic(people, days, seed, sources))
    world = World(
        people=people,
        days=days,
        seed=seed,
        scenario=scenario,
        sources=tuple(sources),
        points=len(material.traces),
        people_seen=len(np.unique(material.traces.person)),
        cells=plane(material),
        seeds=asked.seeds,
    )
    try:
        with stoppable():
            told = found(world, _figures(asked, material, processes))
        written = [] if out is None else _write(told, out, force)
    except (LandingError, HandError) as error:
        hint = "--out" if isinstance(error, LandingError) else None
        raise typer.BadParameter(str(error), param_hint=hint) from error
    except KeyboardInterrupt:
        print("\nstopped; nothing was written", file=sys.stderr)
        raise typer.Exit(STOPPED) from None
    print(msgspec.json.encode(told).decode() if json_ else "\n".join(lines(told)))
    if not json_ and written:
        print("\n" + "\n".join(map(str, written)))


def _asked(
    defence: list[str] | None, attack: list[str] | None, strengths: str, seeds: range
) -> Asked:
    """Return what is asked for; BadParameter for names and strengths that there are not."""
    defences, attacks = load_defences(), load_attacks()
    some = [named(name, defences, "--defence") for name in defence or defences]
    against = [named(name, attacks, "--attack") for name in attack or attacks]
    forms = {one.publishes for one in some}
    if idle := [one.name for one in against if attack and one.against not in forms]:
        what = f"no chosen defence publishes what {idle[0]} reads; leave it out, or choose another"
        raise typer.BadParameter(what, param_hint="--attack, --defence")
    read = {"traces", *(one.against for one in against)}
    if bare := [one.name for one in some if one.publishes not in read]:
        what = f"no chosen attack reads what {bare[0]} publishes; leave it out, or choose another"
        raise typer.BadParameter(what, param_hint="--attack, --defence")
    names = tuple(dict.fromkeys(one.name for one in some))
    return Asked(names, tuple(dict.fromkeys(a.name for a in against)), _whole(strengths), (*seeds,))


def _whole(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if strange := [one for one in parts if not one.isdecimal() or not 1 <= int(one) <= STRONGEST]:
        what = f"got {strange[0]!r}; allowed: whole numbers from 1 to {STRONGEST}, as 1,2,4"
        raise typer.BadParameter(what, param_hint="--strengths")
    return tuple(sorted({int(one) for one in parts}))


def _figures(asked: Asked, material: Material, processes: int) -> list[Figure]:
    """Work everything out, saying how far it is, and return it in the order of the work."""
    every = tasks(design_of(asked))
    done: dict[Task, list[Figure]] = {}
    start, last = time.monotonic(), 0.0
    with closing(work(part_of, (asked, material), every, processes)) as parts:
        for task, figures in parts:
            done[task] = figures
            now = time.monotonic() - start
            if now - last >= 1 or len(done) == len(every):
                last = now
                _say(now, f"{len(done):>4} of {len(every)}", task)
    return [figure for task in every for figure in done[task]]


def _say(seconds: float, far: str, task: Task) -> None:
    name, what = choice_name((task.defence, task.strength)), task.attack or "metrics and uses"
    print(f"{seconds:7.1f} s  {far}  {name}, {what}", file=sys.stderr, flush=True)


def _prepare(folder: Path, asked: Asked, force: bool) -> None:
    """Refuse, before the long run, a folder that may not be written to."""
    if folder.exists() and not folder.is_dir():
        raise typer.BadParameter(f"{folder} is a file; allowed: a folder", param_hint="--out")
    drawn = [f"{name}.png" for name in (*asked.attacks, *get_args(Form), OVERVIEW)]
    for path in (folder / name for name in (TABLE, PARQUET, *drawn)):
        if path.exists() and not force:
            raise typer.BadParameter(f"{path} exists; --force replaces it", param_hint="--out")
    folder.mkdir(parents=True, exist_ok=True)


def _write(told: Found, folder: Path, force: bool) -> list[Path]:
    """Write table, Parquet and figures together, or nothing; return the files."""
    contents = {folder / PARQUET: parquet(told), **_drawn(told, folder)}
    landing = claim([folder / TABLE, *contents], "replace" if force else "refuse")
    try:
        landing.stream.write("\n".join((*lines(told), "")).encode())
        landing.land(contents)
    finally:
        landing.abandon()
    return [folder / TABLE, *contents]


def _drawn(told: Found, folder: Path) -> dict[Path, bytes]:
    """Return the figures as PNG by file; none, with a word about it, where nothing can be drawn."""
    try:
        figures: Any = import_module("streams.frontier.figures")
    except ModuleNotFoundError:
        print("no figures: pip install 'joinlens[figures]'", file=sys.stderr)
        return {}
    drawn = {}
    with tempfile.TemporaryDirectory() as beside:
        for name in figures.names(told):
            path = Path(beside) / f"{name}.png"
            figures.draw(told, name, path)
            drawn[folder / path.name] = path.read_bytes()
    return drawn
