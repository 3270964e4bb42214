"""What does a charge cost, what does a release weigh, and how soon is a ledger open again?"""

import resource
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.harness import Bench, Options, Row, main
from bench.rig.calls import figure, seconds
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.mechanisms import opendp_sampler
from linkage.privacy.budget.members import packed, unpacked
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.spent import Account
from streams.columns import portions
from streams.runners.task import Inbound, Routes, Task
from streams.stage import Batch, Draft, Step
from streams.stages.activity import pack_activity
from streams.stages.book import Book
from streams.stages.release import ReleaseStage
from streams.store.protocol import Outgoing
from streams.store.protocol import Row as Stored
from streams.store.sqlite import SqliteCell

TASK, RHO, RELEASES = "release/activity/0", 1_000, 10_000
HALVES = 32
"""So many different halves of the people are counted, so that people's columns differ."""
SOURCES = ("phone", "bank", "internet")
POLICY = f"""\
version = 2
lifetime_nano_rho = {2**50}
[release.statistics]
sources = ["phone", "bank", "internet"]
delta = 1e-6
person_cap_nano_rho = {2**50}
block_cap_nano_rho = {2**50}
kept_blocks = 24
[[release.statistics.standing]]
query = "active_people"
nano_rho = {RHO}
"""
OFFER = f'[[release.statistics.offer]]\nquery = "active_people"\nnano_rho = {RHO}\n'


class Charging(ReleaseStage):
    """Charges whom a message names: how people are counted is not what is measured."""

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        draft = Draft(tables)
        book, before = Book(draft, self.spent, self.policy), draft.get("totals", "serial") or 0
        (terms,) = self.policy.releases
        outgoing = []
        for asked, data in enumerate(batch.messages, before):
            question = _question(asked)
            request = question.request(self.policy.hash)
            counted = book.admit(terms, Account(terms.name, "", RHO), unpacked(data))
            said = request.encode() * 16
            truth = np.array([len(counted)])
            book.enter("asked", question, request, counted, truth, said)
            outgoing.append(Outgoing("releases", 0, request.encode(), said))
        draft.put("totals", "serial", before + len(batch.messages))
        book.close()
        return Step(draft.changes(), outgoing)


class Weighed(SqliteCell):
    """A cell that knows how many bytes of rows it was given."""

    weight = 0

    def commit(self, rows: Iterable[Stored], *rest: Any) -> int:
        rows = list(rows)
        self.weight += sum(len(key) + len(value or b"") for _, key, value in rows)
        return super().commit(rows, *rest)


class Ledger:
    """A task over a file, whose ledger is charged by messages."""

    def __init__(self, folder: Path, kind: type[ReleaseStage] = Charging, offers: str = "") -> None:
        policy = Policy.parse(POLICY + offers)
        self.stage = kind(TASK, Domain(SOURCES, 100, 10), policy, opendp_sampler())
        folder.mkdir(exist_ok=True)
        self.cell = Weighed(folder / "cell.sqlite")
        self.task = Task(TASK, self.stage, self.cell, frozenset({"join/0"}), Routes({}))
        self._said = 0

    def take(self, *messages: bytes) -> None:
        """Take messages in one transaction."""
        self.task.offer(
            [Inbound("bench", self._said + n, m, None, False, None) for n, m in enumerate(messages)]
        )
        self._said += len(messages)
        self.task.advance()
        self.task.flushed(self.task.outbox()[1])

    def close(self) -> None:
        self.task.release()


def _question(number: int) -> Question:
    return Question(
        purpose="statistics",
        query="active_people",
        sources=SOURCES,
        first=number,
        last=number,
        nano_rho=RHO,
    )


def charges(folder: Path, options: Options) -> Iterator[Row]:
    """Measure charges of one person at a time, alone, and many together."""
    ledger, people = Ledger(folder), options.people
    ledger.take(packed(np.arange(people)))
    draw = np.random.default_rng(options.seed)
    who = [packed(np.array([person])) for person in draw.integers(0, people, 4_000)]
    single = [seconds(partial(ledger.take, one)) for one in who[:2_000]]
    yield figure("charge of one person, committed", statistics.median(single) * 1e6, "us", 100, 60)
    yield figure("the same, on average", statistics.fmean(single) * 1e6, "us")
    each = seconds(partial(ledger.take, *who[2_000:])) / 2_000
    yield figure("of 2,000 questions in a commit, each", each * 1e6, "us")
    batch = np.unique(draw.integers(0, people, 10_000))
    spans = [seconds(partial(ledger.take, packed(batch))) / len(batch) for _ in range(20)]
    each = statistics.median(spans) * 1e6
    yield figure("a person of 10,000 charged at once", each, "us", 10, 4)
    ledger.close()


def releases(folder: Path, options: Options, count: int = RELEASES) -> Iterator[Row]:
    """Measure what releases over everybody write, and how long it takes to open their ledger."""
    ledger, draw, sizes, spans = Ledger(folder), np.random.default_rng(options.seed), [], []
    halves = [np.flatnonzero(draw.random(options.people) < 0.5) for _ in range(HALVES)]
    groups = [packed(half) for half in halves]
    for _ in range(count):
        before = ledger.cell.weight
        spans.append(seconds(partial(ledger.take, groups[draw.integers(HALVES)])))
        sizes.append(ledger.cell.weight - before)
    ledger.close()
    yield figure(
        "rows of a release over half of them, on average", statistics.fmean(sizes) / 1e3, "kB", 300
    )
    yield figure("the same, the largest: columns copied", max(sizes) / 1e3, "kB")
    yield figure("charge of half of them", statistics.median(spans), "s", 1)
    yield figure("the same, the longest", max(spans), "s", 1)
    opened = list[Ledger]()
    took = seconds(lambda: opened.append(Ledger(folder)))
    yield figure(f"opening a ledger of {count:,} releases", took, "s", 5)
    assert opened[0].task.tables["head"]["privacy"].entries == count
    opened[0].close()


def whole(folder: Path, options: Options) -> Iterator[Row]:
    """Measure a block's close: everybody is active in one source or two, and is counted."""
    ledger = Ledger(folder, ReleaseStage, OFFER)
    draw, spans, kept = np.random.default_rng(options.seed), [], 0
    blocks = max(3, options.repeat)
    for block in range(blocks):
        messages = list(_activity(draw, block, options.people))
        kept += sum(map(len, messages))
        ledger.take(*messages)
        ledger.task.offer([Inbound("join/0", block, b"", block - 1, False, None)])
        ledger.task.advance()
        spans.append(seconds(lambda: ledger.task.close(np.empty(0, np.uint64))))
    yield figure("close of a block: all counted and charged", statistics.median(spans[1:]), "s", 1)
    rows = blocks * (options.people + len(range(0, options.people, 2)))
    yield figure("activity that is kept, a row", kept / rows, "bytes")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield figure("the process at its largest", peak, "MiB")
    ledger.close()


def _activity(draw: np.random.Generator, block: int, people: int) -> Iterator[bytes]:
    person = np.sort(np.concatenate((np.arange(people), np.arange(0, people, 2))))
    source = np.zeros(len(person), np.uint8)
    source[1:] = person[1:] == person[:-1]
    place, events = draw.integers(1, 100, len(person)), draw.integers(1, 5, len(person))
    rows = Contributions(person, source, np.full(len(person), block), place, events)
    for portion in portions(len(person)):
        yield pack_activity(block, rows.take(np.arange(len(person))[portion]))


def run(options: Options) -> list[Row]:
    """Measure everything, each part over a ledger of its own."""
    found: list[Row] = []
    parts: tuple[Any, ...] = (charges, whole, releases)
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            found += part(Path(folder), options)
    return found


def conditions(options: Options) -> str:
    """Return what is counted."""
    return (
        f"A ledger of {options.people:,} people in SQLite, by the wall clock. A charge is the "
        "check of both caps, the deduction, the entry with its hash, an answer of 512 bytes and "
        "the commit; counting and noise are not in it, but in the close of a block, of which half "
        "of the people have a second row. Bytes are those of all rows that a release writes; the "
        "largest is the one that copies the columns. The ledger that is opened again is made of "
        "releases that count one half of the people or another, which no fewer bits can tell."
    )


BENCH = Bench(
    name="budget",
    question="What does a charge cost, what does a release weigh, how soon is a ledger open?",
    run=run,
    conditions=conditions,
)

if __name__ == "__main__":
    sys.exit(main((BENCH,)))
