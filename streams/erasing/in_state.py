"""Erasing somebody from the state of a run that is over, with the report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from linkage.privacy.budget.mechanisms import Sampler
from linkage.records import Record
from streams.budget.report import person_budget
from streams.erasing.faults import ErasureError
from streams.erasing.holdings import holdings, stated_elsewhere
from streams.erasing.report import Erased, remains, removed
from streams.erasing.stopped import Items, Stopped
from streams.manifest import Erasure, Manifest
from streams.plan import Plan
from streams.risk.cells import all_rows
from streams.stages.identify import Identify
from streams.store.protocol import Store


@dataclass(frozen=True)
class Left:
    """A run that was left: its folder and manifest, and what made it.

    `known` are the people of its registry, `stream` returns its input from the start.
    """

    of: str
    folder: Path
    manifest: Manifest
    plan: Plan
    store: Store
    known: Mapping[int, Record]
    stream: Callable[[], Items]


def erase_from(left: Left, person: int, sampler: Sampler) -> Erased:
    """Erase a person and return what went and what remains.

    Raises ErasureError, with nothing changed, for somebody the registry does not have, for who was
    erased before, and for a state that is not of the run's stream. What a crash left undone the
    next call does.
    """
    plan, store, erased = left.plan, left.store, left.manifest.erased
    again = next((one for one in erased if one.person == person), None)
    before = holdings(store, plan.joins, person)
    if again is not None and not before.any():
        raise ErasureError(f"PERSON: {person} was erased at the close of block {again.block}")
    if again is None and person not in left.known:
        raise ErasureError(_unknown(person, left))
    sealed = _sealed(store)
    run = Stopped(plan, store, sampler, left.stream(), erased)
    try:
        block = run.block if again is None else again.block
        if again is None:
            if not run.knows(person):
                raise ErasureError(_unknown(person, left))
            block += 1
            # Before it is done: what stops in between is done by the next call.
            told = replace(left.manifest, erased=(*erased, Erasure(person, block)))
            told.write(left.folder)
            run.erase(person)
    finally:
        run.close()
    if (after := holdings(store, plan.joins, person)).any():
        raise AssertionError(f"an erased person is still there: {after}")
    names = [one.name for one in plan.policy.joins] + [one.name for one in plan.policy.releases]
    return Erased(
        of=left.of,
        person=person,
        block=block,
        removed=removed(before),
        remains=remains(
            person_budget(left.of, store, plan.policy, names, person),
            _sealed(store) - sealed,
            stated_elsewhere(store, left.known.get(person)),
            _input(left.manifest),
        ),
    )


def _sealed(store: Store) -> int:
    return sum(1 for _ in all_rows(store, "identify", Identify, "sealed"))


def _unknown(person: int, left: Left) -> str:
    return (
        f"PERSON: {person} is not in the registry of the {left.of}; `joinlens explain ACCOUNT` "
        "says whose an account is, and the live page lists the last links"
    )


def _input(manifest: Manifest) -> str:
    """Return in words where the run's input is."""
    if manifest.recording is not None:
        made = f"the recording {manifest.recording}"
    else:
        made = f"the synthetic world of seed {manifest.seed}, which can be made again"
    return made if manifest.verdicts is None else f"{made}, and the verdicts {manifest.verdicts}"
