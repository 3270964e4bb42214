"""joinlens export: what a finished demo has linked, as files for study offline, and the truth."""

from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer

from streams import settings as s
from streams.commands.look import STATE, deciding, opened, streamed
from streams.commands.material import Material
from streams.configure import Choice
from streams.digest import digest_of
from streams.exporting.bundle import Bundle, ExportManifest, Form
from streams.exporting.linked import linked
from streams.exporting.people import people, truth_table
from streams.landing import LandingError
from streams.manifest import Manifest
from streams.resolution import cells_per_row
from streams.risk.cells import all_rows
from streams.stages.identify import Identify
from streams.store.open import open_store
from streams.store.protocol import Store
from streams.synthetic.shards import CLOSING


def export(
    out: Annotated[
        Path, typer.Option("--out", help="Folder to write to; made if missing.", file_okay=False)
    ],
    state: s.State = STATE,
    form: Annotated[
        Form, typer.Option("--format", help="Parquet, or CSV for what cannot read it.")
    ] = "parquet",
    force: s.Force = False,
) -> None:
    """Write what a finished demo has linked to files: points, links and people, and a manifest.

    `points` is a frame for `linkage.privacy.frames.measure` and gives the figures of the run.
    `truth` beside it says who really has each account and whom its registration describes, where
    that is known. The manifest has seed, configuration and its hash, the run's digest, and the rows
    and SHA-256 of each file.
    """
    manifest, choice, cells = opened(state)
    store, material = open_store(cells), streamed(manifest, choice)
    _refuse_unfinished(store, manifest, state)
    try:
        with Bundle(out, "replace" if force else "refuse") as bundle:
            tables = _tables(store, material, tuple(choice.sources()))
            written = bundle.finish(tables, form, _facts(manifest, choice, store))
    except LandingError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error
    _say(written, out)


def _tables(store: Store, material: Material, sources: tuple[str, ...]) -> dict[str, pa.Table]:
    found, truth = linked(store, sources), material.truth()
    tables = {"points": found.points, "links": found.links, "people": people(material.identities())}
    return tables if truth is None else {**tables, "truth": truth_table(truth)}


def _refuse_unfinished(store: Store, manifest: Manifest, state: str) -> None:
    """Refuse a run that still has blocks to come, or was broken off."""
    last = 24 * manifest.days + CLOSING - 1
    closed = [n for name, n in all_rows(store, "identify", Identify, "totals") if name == "block"]
    reached = min(closed, default=-2)
    if manifest.recording is None and reached < last:
        raise typer.BadParameter(
            f"{state} holds a run at block {reached} of {last}; let it end, or run it again",
            param_hint="--state",
        )


def _facts(manifest: Manifest, choice: Choice, store: Store) -> dict[str, Any]:
    plan, sources = choice.plan(), choice.sources()
    known = manifest.recording is None
    config = {
        "people": choice.people,
        "days": choice.days,
        "scenario": choice.scenario,
        "sources": list(sources),
        "recording": None if known else Path(str(manifest.recording)).name,
        "model": deciding(plan, store).version,
        "thresholds": choice.thresholds,
    }
    return {
        "people": choice.people,
        "days": choice.days,
        "seed": choice.seed,
        "scenario": choice.scenario,
        "sources": tuple(sources),
        "resolutions": {name: source.resolution for name, source in sources.items()},
        "cells_per_row": cells_per_row(choice.people) if known else None,
        "config": config,
        "digest": digest_of(store, plan.layout.sources, plan.joins),
    }


def _say(manifest: ExportManifest, folder: Path) -> None:
    for name, file in manifest.files.items():
        print(f"{file.rows:>13,} rows {folder / name}")
    print(f"seed {manifest.seed}, configuration {manifest.config_hash}, digest {manifest.digest}")
