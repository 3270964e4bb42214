"""joinlens import: a researcher's own table as a recorded stream."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from streams import settings as s
from streams.importing.frame import Unfit, import_frame
from streams.recording import STANDARD_OUTPUT, Overwrite

_LETTERS = (
    "warning: names = 'letters' keeps how often each letter occurs, so whoever knows the language "
    "can read the names; keep the recording as safe as the table"
)
_SECOND = "got a second choice and may be replaced differently in another table"


def import_(
    frame: Annotated[
        Path,
        typer.Argument(
            metavar="FRAME", help="The table: .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet."
        ),
    ],
    map_: Annotated[
        Path, typer.Option("--map", help="Which column is which field (TOML); docs/import.md.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="File to write: .jsonl, .jsonl.gz or .jsonl.zst; - is standard output.",
        ),
    ],
    key: s.Key,
    force: s.Force = False,
    skip_bad: Annotated[
        Unfit,
        typer.Option(
            "--skip-bad",
            help="What becomes of values that cannot be replaced: 'stop' at them, leave out their "
            "'rows', or take the 'values' for missing.",
        ),
    ] = "stop",
) -> None:
    """Turn a table of people into a recorded stream, every identifier replaced by a synthetic one.

    The same --key and value give the same replacement in every table. Verified rows become
    registry entries, the others registrations; `joinlens demo --play` runs the pipeline on them.
    """
    overwrite: Overwrite = "replace" if force else "refuse"
    done = import_frame(frame, map_, out, key, skip_bad, overwrite)
    told = sys.stderr if str(out) in STANDARD_OUTPUT else sys.stdout
    events = sum(count for name, count in done.counts.items() if name.startswith("events."))
    entries = done.counts.get("registry", 0)
    print(f"{entries:,} registry entries, {events:,} registrations: {out}", file=told)
    for name, count in done.counts.items():
        kind, _, what = name.partition("/")
        if kind in ("unfit", "left out"):
            print(f"{count:,} {what} {kind}", file=sys.stderr)
        elif kind == "second choice":
            print(f"{count:,} of {what} {_SECOND}", file=sys.stderr)
    if done.config["names"] == "letters":
        print(_LETTERS, file=sys.stderr)
