"""joinlens reproduce: published results beside what a synthetic world says to them."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from streams import settings as s
from streams.commands.drawing import paths, prepare
from streams.configure import named
from streams.reproducing.material import Material
from streams.reproducing.table import lines, record
from streams.study import Findings, Study, load_studies

DAYS = 30
TOGETHER = 2
"""Processes that work on the studies; each makes the worlds that its studies ask for."""
SMALL = 2_000
"""People up to whom another process takes longer to start than it saves."""

Task = tuple[str, int, int, int]


def reproduce(
    people: s.People = s.PEOPLE,
    days: s.Days = DAYS,
    seed: s.Seed = s.SEED,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="A study, by name; may be given again. All if not given."),
    ] = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", help="Folder to draw to (PNG); made if missing.")
    ] = None,
    force: s.Force = False,
    json_: s.Json = False,
) -> None:
    """Recompute published results, and say where a synthetic world agrees and where it differs.

    Two worlds are made: one of --people with their calls and payments, and 50 times as many people
    (a million at most) of whom only a census is taken.
    """
    studies = load_studies()
    chosen = {name: named(name, studies, "--only") for name in only or studies}
    if figures is not None:
        prepare(figures, tuple(chosen), force)
    found = dict(_found([(name, people, days, seed) for name in chosen]))
    if json_:
        told = {"people": people, "days": days, "seed": seed, "studies": record(found, studies)}
        print(msgspec.json.encode(told).decode())
    else:
        heading = f"{people:,} synthetic people over {days} days, seed {seed}"
        print("\n".join(lines(found, studies, heading)))
    if figures is not None:
        drawn = _draw(
            found, studies, figures, f"{people:,} synthetic people, {days} days, seed {seed}."
        )
        if not json_:
            print("\n".join(["", *map(str, drawn)]))


def _found(tasks: list[Task]) -> Iterator[tuple[str, Findings]]:
    """Yield what the studies found, in their order; the same by one process or several."""
    begin = time.monotonic()
    hands = min(TOGETHER, os.cpu_count() or 1, len(tasks))
    with ExitStack() as stack:
        if hands < 2 or tasks[0][1] <= SMALL:
            results: Iterator[Findings] = map(_find, tasks)
        else:
            spawn = multiprocessing.get_context("spawn")  # threads do not survive a fork
            results = stack.enter_context(spawn.Pool(hands, _to_the_owner)).imap(_find, tasks)
        for place, task in enumerate(tasks):
            _progress(f"{task[0]}, {place + 1} of {len(tasks)}", begin)
            yield task[0], next(results)
    _progress("", begin)


def _find(task: Task) -> Findings:
    name, people, days, seed = task
    return load_studies()[name].find(_material(people, days, seed))


@lru_cache(maxsize=1)
def _material(people: int, days: int, seed: int) -> Material:
    """Return the worlds of a run, which studies in one process share."""
    return Material(people, days, seed)


def _to_the_owner() -> None:
    """Leave it to who started this process to end it, and to say why."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _progress(now: str, begin: float) -> None:
    """Say on a terminal what is being worked on; nothing leaves an empty line."""
    if sys.stderr.isatty():
        line = f"{time.monotonic() - begin:5.0f} s  {now}" if now else ""
        print(f"\r{line:<60}", end="" if now else "\r", file=sys.stderr, flush=True)


def _draw(
    found: Mapping[str, Findings], studies: Mapping[str, Study], folder: Path, caption: str
) -> list[Path]:
    """Draw each study, and return the files."""
    # Imported here: it brings matplotlib, an extra that few commands need.
    from streams.reproducing import figures

    files = paths(folder, list(found))
    for path, (name, findings) in zip(files, found.items(), strict=True):
        figures.draw(path, findings, studies[name].citation.partition(",")[0], caption)
    return files
