"""joinlens generate and train: what comes before a stream."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
import typer

from streams import settings as s
from streams.configure import named, preset_named
from streams.events import Marker, encode_marker
from streams.recording import (
    STANDARD_OUTPUT,
    Contents,
    Overwrite,
    Recorder,
    RecordingManifest,
)
from streams.scenario import default_sources, load_scenarios
from streams.source import Source, load_sources
from streams.synthetic.world import World
from streams.tabular import SUFFIX, Tabulator


def generate(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="File to write: .jsonl, .jsonl.gz, .jsonl.zst, .parquet; - is standard output.",
        ),
    ],
    people: s.People = s.PEOPLE,
    days: s.Days = s.DAYS,
    seed: s.Seed = s.SEED,
    scenario: s.ScenarioName = s.SCENARIO,
    sources: s.Sources = "",
    preset: s.PresetName = s.PRESET,
    processes: s.Processes = 1,
    force: s.Force = False,
) -> None:
    """Write a synthetic world to a file: one JSON line a message, in the order of arrival.

    Beside it come its manifest (seed, configuration and its hash, counts, SHA-256) and its truth,
    which no stage reads. `joinlens demo --play FILE` and `joinlens feed --play FILE` stream it.
    Parquet is for analysis: a row a message, with all fields as columns.
    """
    chosen, errors = _chosen(scenario, sources), preset_named(preset)

    def make() -> World:
        return World(people, days, seed, chosen, errors)

    overwrite: Overwrite = "replace" if force else "refuse"
    write = _tabulated if out.name.endswith(SUFFIX) else _recorded
    manifest = write(make, out, overwrite, processes)
    if str(out) not in STANDARD_OUTPUT:
        for name, count in manifest.counts.items():
            print(f"{count:>13,} {name}")
        print(f"{manifest.bytes:>13,} bytes, sha256 {manifest.sha256}")


def train(
    out: Annotated[Path, typer.Option("--out", help="File to write the model to (JSON).")],
    people: s.People = 10_000,
    days: s.Days = 1,
    seed: s.Seed = s.SEED,
    from_run: Annotated[
        str, typer.Option("--from-run", help="Train on the run in this state folder instead.")
    ] = "",
    play: Annotated[
        Path | None, typer.Option("--play", help="Train on this recording instead of a world.")
    ] = None,
) -> None:
    """Train a linkage model without labels, on registrations and the registry they claim.

    These are those of a synthetic world (the defaults make the model that ships with the package
    again, byte for byte), of a finished or running demo, or of a recording of `joinlens generate`
    or `joinlens import`. `joinlens shadow` shows what the model would change.
    """
    if from_run and play is not None:
        what = "a model is trained on a run or on a recording, not on both"
        raise typer.BadParameter(what, param_hint="--from-run, --play")
    if not out.parent.is_dir():  # said before the work
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    # Imported here: recordlinkage brings much that no other command needs.
    from streams.commands.claims import of_recording, of_run
    from streams.training import train_on, train_on_world

    if from_run:
        model = train_on(of_run(from_run), seed)
    elif play is not None:
        model = train_on(of_recording(play), seed)
    else:
        model = train_on_world(people, days, seed, default_sources())
    out.write_bytes(model.encode())
    for warning in model.report.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(f"model {model.version}: {out}")


def _recorded(
    make: Callable[[], World], out: Path, overwrite: Overwrite, processes: int
) -> RecordingManifest:
    counts: Counter[str] = Counter()
    with Recorder(out, overwrite) as recorder:  # a path that will not do is refused before the work
        world = make()
        for portion in _with_progress(world, processes):
            if isinstance(portion, Marker):
                recorder.write(encode_marker(portion) + b"\n")
                counts["markers"] += 1
            elif portion.num_rows:
                recorder.write(_lines(portion))
                counts += _counted(portion, world)
        return recorder.finish(_contents(world, counts))


def _tabulated(
    make: Callable[[], World], out: Path, overwrite: Overwrite, processes: int
) -> RecordingManifest:
    counts: Counter[str] = Counter()
    block = -1
    with Tabulator(out, overwrite) as tabulator:
        world = make()
        for portion in _with_progress(world, processes):
            if isinstance(portion, Marker):
                block = portion.marker + 1
            elif portion.num_rows:
                tabulator.write(portion, block, world.sources)
                counts += _counted(portion, world)
        return tabulator.finish(_contents(world, counts))


def _with_progress(world: World, processes: int) -> Iterator[pa.Table | Marker]:
    stream = world.stream(processes=processes)
    if not sys.stderr.isatty():
        yield from stream
        return
    with typer.progressbar(
        length=world.blocks + 1, label="hours of the world", file=sys.stderr
    ) as bar:
        for portion in stream:
            yield portion
            if isinstance(portion, Marker):
                bar.update(1)


def _lines(portion: pa.Table) -> bytes:
    values = portion["value"].combine_chunks()
    together = pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)
    text: pa.StringScalar = pc.binary_join(together, "\n")[0]
    return bytes(text.as_buffer()) + b"\n"


def _counted(portion: pa.Table, world: World) -> Counter[str]:
    """Return messages by topic and, of events, by 'source/kind'."""
    topics = portion["topic"].value_counts()
    found = Counter({pair["values"]: pair["counts"] for pair in topics.to_pylist()})
    if "registry" in found:
        return found
    for source in world.sources.values():
        for kind in source.kinds:
            head = pc.starts_with(portion["value"], f'{{"v":1,"kind":"{kind}"')
            found[f"{source.name}/{kind}"] = pc.sum(head).as_py() or 0
    return found


def _contents(world: World, counts: Counter[str]) -> Contents:
    config: dict[str, Any] = {
        "sources": sorted(world.sources),
        "preset": world.preset.name,
        "errors": dict(world.preset.errors.rates),
        "claimed": list(world.preset.errors.claimed),
        "disorder": asdict(world.preset.disorder),
        "life": asdict(world.preset.life),
    }
    people, days, seed = len(world.population), world.days, world.seed
    return Contents(people, days, seed, config, counts, world.ground_truth())


def _chosen(scenario: str, names: str) -> dict[str, Source]:
    catalogue = load_sources()
    if not names:
        return named(scenario, load_scenarios(), "--scenario").pick(catalogue)
    wanted = [name.strip() for name in names.split(",")]
    return {name: named(name, catalogue, "--sources") for name in wanted}
