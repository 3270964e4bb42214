"""joinlens budget audit|save|verify|restore: proof of both ledgers, and both as a file."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from streams import settings as s
from streams.budget.audit import audit_report, audit_text
from streams.budget.ledger_file import Head
from streams.budget.ledger_file import verify as verified
from streams.budget.running import at_rest
from streams.budget.saving import restore as restored
from streams.budget.saving import save as saved
from streams.budget.words import some
from streams.commands.look import STATE
from streams.commands.spending_run import run_of
from streams.landing import LandingError
from streams.manifest import Manifest
from streams.store.open import open_store
from streams.store.protocol import Store

File = Annotated[Path, typer.Argument(help="A ledger file.")]
Expect = Annotated[
    str | None,
    typer.Option("--expect", help="The last hash, as `joinlens budget save` told it."),
]
NAME, POLICY = "run.json", "policy.toml"


def audit(
    state: s.State = STATE,
    noted: Annotated[
        str | None,
        typer.Option("--noted", help="A last hash of an earlier audit: it has to be in the chain."),
    ] = None,
    json_: s.Json = False,
) -> None:
    """Add both ledgers up again from their logs, and say what was checked and what is wrong.

    The exit status is 1 when anything is wrong. Write the last hash down: a log that was cut is
    whole in itself, and only a hash that it once had shows it.
    """
    run = run_of(state)
    with at_rest(run.cells, "audit it"):
        found = audit_report(run.of, run.store, tuple(run.choice.sources()), noted)
    print(msgspec.json.encode(found).decode() if json_ else audit_text(found))
    raise typer.Exit(0 if found.whole else 1)


def save(file: File, state: s.State = STATE, force: s.Force = False, json_: s.Json = False) -> None:
    """Save both ledgers of a finished run to a file, each entry chained to the one before.

    The file holds what the ledgers hold, true counts and who was charged among it: it is the
    operator's, not private. Keep the last hash that is printed somewhere else than the file.
    """
    if "://" in state:  # of workers on several machines, who wrote no manifest
        _say(file, _saved(open_store(state), file, Head(), force), "saved", json_)
        return
    run = run_of(state)
    manifest = msgspec.structs.replace(run.manifest, model=None, shadow=None, cutover=None)
    head = Head(manifest=msgspec.json.encode(manifest), policy=run.policy.text)
    with at_rest(run.cells, "save them"):
        head = _saved(run.store, file, head, force)
    _say(file, head, "saved", json_)


def _saved(store: Store, file: Path, head: Head, force: bool) -> Head:
    try:
        return saved(store, file, head, force)
    except LandingError as error:
        raise typer.BadParameter(str(error), param_hint="FILE") from error


def verify(file: File, expect: Expect = None, json_: s.Json = False) -> None:
    """Verify a ledger file: its chain, its counts, and with --expect that it is the one saved."""
    _say(file, verified(file, expect), "verified", json_)


def restore(
    file: File, state: s.State = STATE, expect: Expect = None, json_: s.Json = False
) -> None:
    """Bring ledgers from a file into a state that has none of its own; nothing spent is freed.

    A demo does not go on from them: it begins anew, and empties the folder that is its state.
    """
    if "://" in state:
        _say(file, restored(file, open_store(state), expect), "restored", json_)
        return
    folder = Path(state)
    cells = folder / "state"
    head = verified(file, expect)
    with at_rest(str(cells), "restore it"):
        restored(file, open_store(str(cells)), expect)
        if head.manifest and not (folder / NAME).exists():
            _manifest(head, folder)
    _say(file, head, "restored", json_)
    if not json_:
        print(
            f"a demo whose state is {folder} does not go on from it: it begins anew and empties it"
        )


def _manifest(head: Head, folder: Path) -> None:
    """Say whose ledgers these are, as the run that was saved said it."""
    (folder / POLICY).write_text(head.policy, encoding="utf-8")
    manifest = msgspec.json.decode(head.manifest, type=Manifest)
    manifest = msgspec.structs.replace(manifest, policy=str((folder / POLICY).resolve()))
    (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))


def _say(file: Path, head: Head, what: str, json_: bool) -> None:
    if json_:
        told = {"file": str(file), "entries": head.entries, "tables": head.tables}
        told |= {"version": head.version, "last": head.last.hex()}
        print(msgspec.json.encode(told).decode())
        return
    print(f"{file}: {some(head.entries, 'entry')} {what}, version {head.version}")
    print("\n".join(f"  {name}: {some(count, 'row')}" for name, count in head.tables.items()))
    print(f"last hash {head.last.hex()}")
