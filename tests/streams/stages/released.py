"""A release stage over made-up activity: a policy, noise that never repeats, what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.ledger import Entry, replay
from linkage.privacy.budget.members import unpacked
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.spent import Spent, unpack_column
from streams.columns import Columns
from streams.messages import Refused, Release, Said, Spending
from streams.stage import Batch
from streams.stages.activity import activity, asked
from streams.stages.release import ReleaseStage
from streams.store.sqlite import SqliteStore
from tests.streams.stages.rig import Rig

TASK = "release/activity/0"
SOURCES = ("phone", "bank")
DOMAIN = Domain(SOURCES, 9, 3)
COST = 10
Block = Mapping[str, Sequence[int]]
STANDING = f'[[release.statistics.standing]]\nquery = "active_people"\nnano_rho = {COST}\n'
OFFER = (
    f'[[release.statistics.offer]]\nquery = "active_people"\nnano_rho = {COST}\n'
    "longest_blocks = {longest}\n"
)
COUNTER = """\
[[release.statistics.counter]]
name = "people_seen"
nano_rho = {cost}
horizon_blocks = {horizon}
most = {most}
"""


def policy(
    person: int = 10**6,
    block: int = 10**6,
    kept: int = 4,
    lifetime: int = 10**6,
    parts: Sequence[str] = (STANDING,),
) -> Policy:
    """A policy of one purpose; parts are its questions. Caps count answers of COST."""
    head = f"version = 2\nlifetime_nano_rho = {lifetime * COST}\ngrace_blocks = 0\n"
    terms = (
        '[release.statistics]\nsources = ["phone", "bank"]\ndelta = 1e-6\n'
        f"person_cap_nano_rho = {min(person, lifetime) * COST}\n"
        f"block_cap_nano_rho = {block * COST}\nkept_blocks = {kept}\n"
    )
    return Policy.parse(head + terms + "".join(parts))


def offer(longest: int = 2) -> str:
    return OFFER.format(longest=longest)


def counter(horizon: int = 5, most: int = 1, cost: int = 3 * COST) -> str:
    return COUNTER.format(horizon=horizon, most=most, cost=cost)


class Dice:
    """Noise that is different each time, and remembers what it was asked."""

    def __init__(self) -> None:
        self._noise = count(1000)
        self.asked: list[list[int]] = []

    def __call__(self, values: list[int], sigma: float) -> list[int]:
        self.asked.append(values)
        return [value + next(self._noise) for value in values]


def said(block: int, people: Block) -> bytes:
    """Who was active in a block, by source, as join says it."""
    pairs = [(SOURCES.index(s), p) for s, found in people.items() for p in found]
    sources, persons = zip(*pairs, strict=True) if pairs else ((), ())
    rows: Columns = {
        "person": np.array(persons, np.int64),
        "source": np.array(sources, np.uint8),
        "place": np.ones(len(persons), np.int32),
    }
    (message,) = activity(block, rows)
    return message.value


def question(first: int = 0, last: int = 0, **terms: Any) -> Question:
    usual = {"purpose": "statistics", "query": "active_people", "sources": SOURCES}
    return Question(**{**usual, "nano_rho": COST, "first": first, "last": last, **terms})


class Released:
    """One release task."""

    def __init__(self, rules: Policy, dice: Dice | None = None) -> None:
        self.policy, self.dice = rules, Dice() if dice is None else dice
        self.rig = Rig(self._stage())

    def _stage(self) -> ReleaseStage:
        return ReleaseStage(TASK, DOMAIN, self.policy, self.dice)

    def reopen(self, rules: Policy | None = None) -> None:
        """End the process, and start another one that may have another policy."""
        self.policy = rules or self.policy
        self.rig.reopen(self._stage())

    def feed(self, *messages: bytes) -> None:
        self.rig.feed(messages)

    def ask(self, *questions: Question) -> None:
        self.rig.feed([asked(one) for one in questions])

    def close(self, block: int, last: bool = False) -> None:
        self.rig.step(Batch(close=block, last=last))

    def run(self, *blocks: Block, first: int = 0) -> None:
        for block, people in enumerate(blocks, first):
            self.feed(said(block, people))
            self.close(block)

    def entries(self) -> list[Entry]:
        return [entry for _, entry in sorted(self.rig.logs["ledger"].items())]

    def truths(self, kind: str = "standing") -> list[list[int]]:
        return [list(entry.truth) for entry in self.entries() if entry.kind == kind]

    def published(self) -> list[Release | Refused]:
        return [msgspec.json.decode(o.value, type=Said) for o in self.rig.topic("releases")]

    def refusals(self) -> list[str]:
        return [one.code for one in self.published() if isinstance(one, Refused)]

    def spending(self) -> Spending:
        return msgspec.json.decode(self.rig.topic("charges")[-1].value, type=Spending)

    def spent(self) -> dict[int, int]:
        """What the purpose spent on each person, from the copy and the entries since."""
        return held(self.rig.logs["spent"].items(), self.rig.logs["recent"].values())


def stored(run: Released, folder: Path) -> SqliteStore:
    """The run's tables in a store, as a task would have committed them."""
    store = SqliteStore(folder)
    cell = store.open(TASK)
    for table in run.rig.stage.tables:
        rows = run.rig.logs.get(table.name, run.rig.tables[table.name])
        cell.commit([table.row(key, value) for key, value in rows.items()], {}, [], 0)
    cell.close()
    return store


def held(
    copied: Iterable[tuple[tuple[str, str], bytes]], recent: Iterable[Entry]
) -> dict[int, int]:
    """What the purpose spent on each person, if a ledger with these rows is opened."""
    spent = Spent()
    for key, data in copied:
        spent.put(key, unpack_column(data))
    column = replay(recent, spent).columns.get(("statistics", ""), np.empty(0, np.int64))
    return {person: amount for person, amount in enumerate(column.tolist()) if amount}


def by_hand(entries: Sequence[Entry]) -> dict[int, int]:
    """The same, added up entry by entry and person by person."""
    spent, counted = dict[int, int](), set[tuple[str, int]]()
    for entry in entries:
        for person in unpacked(entry.members).tolist():
            again = (entry.question.query, person) in counted
            if entry.kind != "counter" or not again:
                spent[person] = spent.get(person, 0) + entry.nano_rho
            if entry.kind == "counter":
                counted.add((entry.question.query, person))
    return spent
