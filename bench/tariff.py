"""What does it cost to charge a joined point by public tariff, and to prove it all again?"""

import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.harness import Bench, Options, Row, main
from bench.rig.calls import figure, seconds
from linkage.privacy.budget.policy import Policy
from streams.budget.exposure_audit import audit_exposure
from streams.columns import Columns, pack, unpack
from streams.commands.collector import spare_the_collector
from streams.runners.task import Inbound, Routes, Task
from streams.stage import Batch, Draft, Step
from streams.stages.charged import Terms
from streams.stages.join import Join
from streams.store.protocol import Outgoing
from streams.store.sqlite import SqliteStore

TASK, SOURCES = "join/moves/0", ("phone", "bank", "internet")
MANY, SINGLE = 10_000, 1_000
# Nobody comes to the cap: to grant is more work than to refuse.
POLICY = f"""\
version = 2
[join.security]
cap_millibits = {2**50}
[join.security.tariff_millibits]
phone = 12000
bank = 12000
internet = 9000
"""


class Charging(Join):
    """Decides the points of each message as those of a block: moves are not what is measured."""

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        draft, outputs = Draft(tables), list[Outgoing]()
        block = draft.get("totals", "block") or 0
        for n, data in enumerate(batch.messages):
            (purpose,) = self._purposes
            outputs += self._grant(draft, 0, purpose, block + n, unpack(data))
        draft.put("totals", "block", block + len(batch.messages))
        return Step(draft.changes(), outputs)


class Ledger:
    """A task over a file, whose ledger is charged by messages."""

    def __init__(self, folder: Path) -> None:
        policy = Policy.parse(POLICY)
        stage = Charging(TASK, SOURCES, policy.joins, 1, Terms(policy.hash, policy.text))
        self.store = SqliteStore(folder)
        cell = self.store.open(TASK)
        self.task = Task(TASK, stage, cell, frozenset({"identify/0"}), Routes({}))
        self._said = 0

    def take(self, message: bytes) -> None:
        """Charge a message's points in one transaction."""
        self.task.offer([Inbound("bench", self._said, message, None, False, None)])
        self._said += 1
        self.task.advance()
        self.task.flushed(self.task.outbox()[1])


def charges(folder: Path, options: Options) -> Iterator[Row]:
    """Measure charges of one point, and of many together, where everybody has an account."""
    ledger, draw = Ledger(folder), np.random.default_rng(options.seed)
    everybody = np.arange(options.people)
    for start in range(0, options.people, 100_000):
        ledger.take(_asked(draw, everybody[start : start + 100_000]))
    spare_the_collector()
    alone = [_asked(draw, draw.integers(0, options.people, 1)) for _ in range(SINGLE)]
    single = [seconds(partial(ledger.take, one)) * 1e6 for one in alone]
    yield figure("charge of one point, committed", statistics.median(single), "us", 100, 60)
    yield figure("the same, of the fastest tenth", sorted(single)[SINGLE // 10], "us")
    batches = [_asked(draw, draw.integers(0, options.people, MANY)) for _ in range(10)]
    each = [seconds(partial(ledger.take, one)) / MANY * 1e6 for one in batches]
    yield figure(f"a point of {MANY:,} charged at once", statistics.median(each), "us", 10, 4)
    ledger.task.release()
    took = seconds(partial(_audited, ledger.store))
    decisions = options.people + SINGLE + 10 * MANY
    yield figure("the audit, a decision", took / decisions * 1e6, "us")
    again = list[Ledger]()
    yield figure("opening the ledger", seconds(lambda: again.append(Ledger(folder))), "s")
    again[0].task.release()


def _audited(store: SqliteStore) -> None:
    found = audit_exposure(store, SOURCES)
    assert not found.wrong, found.wrong[0]


def _asked(draw: np.random.Generator, person: np.ndarray[Any, Any]) -> bytes:
    n = len(person)
    rows: Columns = {
        "person": person.astype(np.int64),
        "source": draw.integers(0, len(SOURCES), n).astype(np.uint8),
        "point": draw.integers(1, 2**63, n).astype(np.uint64),
        "ident": draw.integers(0, 2**62, n),
    }
    return pack(rows)


def run(options: Options) -> list[Row]:
    """Measure everything over one ledger."""
    with tempfile.TemporaryDirectory() as folder:
        return list(charges(Path(folder), options))


def conditions(options: Options) -> str:
    """Return what is counted."""
    return (
        f"A ledger of {options.people:,} people in SQLite, by the wall clock. A charge is the "
        "check of every pair, the deduction, the point in the purpose's view and what measure is "
        "told, the entry of the chain and the commit. The audit replays every decision by its "
        "policy."
    )


BENCH = Bench(
    name="tariff",
    question="What does a joined point cost to charge, and what does its proof?",
    run=run,
    conditions=conditions,
)

if __name__ == "__main__":
    sys.exit(main((BENCH,)))
