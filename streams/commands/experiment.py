"""joinlens experiment: a sweep over worlds and ways to measure them, as one table and a figure."""

import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from streams import settings as s
from streams.commands.stopping import stoppable
from streams.experiments.design import Design, Setting
from streams.experiments.measuring import measured
from streams.experiments.outcome import ExperimentManifest, Outcome, files_of, together
from streams.experiments.parts import Parts, kept
from streams.experiments.reading import DesignError, read
from streams.hands import HandError, work
from streams.landing import LandingError

STOPPED = 130


def experiment(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="What to sweep.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Name of the files, without ending; FILE's own if not given."),
    ] = None,
    processes: Annotated[
        int,
        typer.Option("--processes", min=1, max=64, help="Worlds at a time; the same comes out."),
    ] = 2,
    force: s.Force = False,
) -> None:
    """Measure every combination of what a TOML file lists, and write a table and a figure.

    Fields, each one value or a list: people, days, seed, preset, linked, sources, resolution,
    points, adversary; then metrics, sample, error, coverage and adversary_folder. docs/research.md
    explains them. Writes .parquet, .csv, .png and .manifest.json. When it is stopped, the same
    command goes on from the worlds that were finished.
    """
    design, name = _design(file), out or file.with_suffix("")
    folder = name.with_name(name.name + ".work")
    try:
        with (
            Outcome(name, "replace" if force else "refuse") as outcome,
            stoppable(),
            kept(folder, design) as parts,
        ):
            _work(design, parts, processes)
            manifest = outcome.finish(design, parts, _drawn(design, parts, name))
    except (LandingError, HandError) as error:
        hint = "--out" if isinstance(error, LandingError) else None
        raise typer.BadParameter(str(error), param_hint=hint) from error
    except KeyboardInterrupt:
        done = f"{folder} keeps the worlds that are finished; the same command goes on from there"
        print(f"\nstopped: {done}", file=sys.stderr)
        raise typer.Exit(STOPPED) from None
    _say(manifest, name)


def _design(file: Path) -> Design:
    try:
        return read(file.read_text(encoding="utf-8"), file.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"cannot read {file}: {error}", param_hint="FILE.toml") from error
    except DesignError as error:
        raise typer.BadParameter(f"{file}, {error}", param_hint="FILE.toml") from error


def _work(design: Design, parts: Parts, processes: int) -> None:
    """Measure the worlds that are not finished yet, and keep each at once."""
    settings, cells = design.settings(), len(design.cells())
    left = [setting for setting in settings if not parts.path(setting).exists()]
    print(
        f"{len(settings):,} worlds, {cells:,} ways to measure each, {len(design.metrics)} metrics"
        + (
            f"; {len(settings) - len(left):,} worlds are there" if len(left) < len(settings) else ""
        ),
        file=sys.stderr,
        flush=True,
    )
    start, done = time.monotonic(), len(settings) - len(left)
    for setting, figures in work(measured, design, left, processes):
        parts.put(setting, figures)
        done += 1
        print(
            f"{time.monotonic() - start:7.1f} s  {done:>4} of {len(settings)}  {_told(setting)}",
            file=sys.stderr,
            flush=True,
        )


def _told(setting: Setting) -> str:
    days = "1 day" if setting.days == 1 else f"{setting.days} days"
    return f"{setting.people:,} people, {days}, seed {setting.seed}, preset {setting.preset}"


def _drawn(design: Design, parts: Parts, name: Path) -> bytes | None:
    """Return the figure as PNG; None, with a word about it, where nothing can be drawn."""
    try:
        figures = import_module("streams.experiments.figures")
    except ModuleNotFoundError:
        print("no figure: pip install 'joinlens[figures]'", file=sys.stderr)
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figure.png"
        figures.draw(together(design, parts), name.name, path)
        return path.read_bytes()


def _say(manifest: ExperimentManifest, name: Path) -> None:
    for path in files_of(name):
        if path.exists():
            print(path)
    print(
        f"{manifest.rows:,} figures of {manifest.worlds:,} worlds, configuration "
        f"{manifest.config_hash}"
    )
