"""A whole pipeline over a small world, and what its cells hold when it is at rest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from linkage.privacy.budget.ledger import Entry, replay
from linkage.privacy.budget.members import unpacked
from linkage.privacy.budget.spent import Spent, unpack_column
from linkage.verdict import Answer as Says
from streams.cases import Name
from streams.clerk.docket import verdict_on
from streams.columns import unpack
from streams.delivery import Delivery
from streams.digest import digest_of
from streams.events import Codec, Event, Marker, Registration
from streams.messages import OUTCOMES, Link
from streams.runners.embedded import Embedded
from streams.runners.task import Probe, ignore
from streams.store.protocol import Outgoing, Store
from streams.store.sqlite import SqliteStore
from streams.synthetic.world import World
from streams.verdicts import ClerkVerdict, delivery_of
from tests.streams.stages.town import CODEC, SOURCES, plan

Item = Delivery | Marker
Granted = tuple[str, int, int, bool]


def world(people: int, seed: int = 7) -> list[Item]:
    return list(World(people, 1, seed, SOURCES).deliveries())


def judged(items: Sequence[Item], every: int = 20) -> list[Item]:
    """Items with clerks' verdicts among them, on each n-th tenancy, many before it is registered.

    They are about anybody, and a third of them is taken back at some other place.
    """
    answers: tuple[Says, ...] = ("link", "non-link", "link", "undo")
    said: list[ClerkVerdict] = []
    for n, name in enumerate(registered(items)[::every]):
        said.append(verdict_on(name, 7 * n % 90, answers[n % 4], "clerk-1", _when(n)))
        if n % 3 == 0:
            said.insert(n // 2, verdict_on(name, 7 * n % 90, "undo", "clerk-2", _when(n + 1)))
    first = 1 + next(i for i, item in enumerate(items) if isinstance(item, Marker))
    step = (len(items) - first) // (len(said) + 1)
    mixed = list(items)
    for n, one in reversed(list(enumerate(said))):
        mixed.insert(first + n * step, delivery_of(one))
    return mixed


def registered(items: Iterable[Item], codec: Codec = CODEC) -> list[Name]:
    """Every tenancy that a registration speaks of, in the order of the stream."""
    found: dict[Name, None] = {}
    for item in items:
        if isinstance(item, Delivery) and item.topic.startswith("events."):
            event = codec.decode(item.value)
            if isinstance(event, Event) and isinstance(event.payload, Registration):
                found[event.source, event.subject, event.payload.opened] = None
    return list(found)


def _when(n: int) -> str:
    return f"2026-11-24T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.000Z"


def events(items: Iterable[Item]) -> int:
    return sum(isinstance(i, Delivery) and i.topic.startswith("events.") for i in items)


def silent(values: list[int], sigma: float) -> list[int]:
    """Noise of nothing, so that answers can be read."""
    return values


def run_embedded(
    folder: Path,
    items: Sequence[Item],
    partitions: int,
    probe: Probe = ignore,
    chunk: int = 4096,
    said: list[Outgoing] | None = None,
) -> str:
    """Run everything in one process and return the digest; `said` takes what leaves."""
    store = SqliteStore(folder)
    sink = [].append if said is None else said.append
    Embedded(plan(partitions), store, silent, sink, probe).run(items, chunk)
    return digest(store)


def digest(store: Store) -> str:
    made = plan(1)
    return digest_of(store, tuple(SOURCES), made.joins)


def outcomes(store: Store) -> dict[str, int]:
    """How many events have each outcome, over all cells of identify."""
    found = totals(store, "identify")
    return {name: found[name] for name in OUTCOMES if found[name]}


def totals(store: Store, stage: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for task in _tasks(store, stage):
        found.update(dict(_rows(store, task, "totals", str, int)))
    return found


def links(said: Iterable[bytes]) -> dict[tuple[str, str, int], tuple[str, int | None]]:
    """Who holds what, from the newest revision of each link."""
    newest: dict[tuple[str, str, int], Link] = {}
    for value in said:
        link = msgspec.json.decode(value, type=Link)
        key = link.source, link.account, link.start
        if key not in newest or link.revision > newest[key].revision:
            newest[key] = link
    return {key: (link.status, link.person) for key, link in newest.items()}


def charges(store: Store) -> Counter[Granted]:
    """Every decision of the identifiability ledger: purpose, person, event, granted."""
    found: Counter[Granted] = Counter()
    for task in _tasks(store, "join"):
        for (purpose, _), packed in _rows(store, task, "charges", tuple[str, int], bytes):
            rows = unpack(packed)
            columns = (rows[name].tolist() for name in ("person", "ident", "granted"))
            found.update((purpose, *row) for row in zip(*columns, strict=True))
    return found


def entries(store: Store) -> list[Entry]:
    """The ledger's log, in order."""
    (task,) = _tasks(store, "release")
    return [entry for _, entry in sorted(_rows(store, task, "ledger", int, Entry))]


def answers(store: Store) -> dict[str, bytes]:
    """What was published, by request."""
    (task,) = _tasks(store, "release")
    return dict(_rows(store, task, "answers", str, bytes))


def check_release_ledger(store: Store) -> None:
    """What each person has spent is the sum of the answers that count them: none charged twice."""
    (task,) = _tasks(store, "release")
    made = entries(store)
    assert len({entry.charge for entry in made}) == len(made)
    assert [entry.number for entry in made] == list(range(len(made)))
    assert {entry.request for entry in made} == set(answers(store))
    copied = dict(_rows(store, task, "spent", tuple[str, str], bytes))
    recent = [entry for _, entry in _rows(store, task, "recent", int, Entry)]
    due, paid = Counter[tuple[str, int]](), set[tuple[str, str, int]]()
    for entry in made:
        question, counter = entry.question, entry.kind == "counter"
        for person in unpacked(entry.members).tolist():
            account = question.purpose, question.query, person
            if not counter or account not in paid:
                due[question.purpose, person] += entry.nano_rho
            if counter:
                paid.add(account)
    held = Spent()
    for key, column in copied.items():
        held.put(key, unpack_column(column))
    replay(recent, held)
    found = Counter[tuple[str, int]]()
    for (purpose, counter_name), column in held.columns.items():
        if not counter_name:
            found.update({(purpose, p): n for p, n in enumerate(column.tolist()) if n})
    assert found == due


def _tasks(store: Store, stage: str) -> list[str]:
    return [task for task in store.tasks() if task.startswith(f"{stage}/")]


def _rows(store: Store, task: str, table: str, key: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    for k, v in store.peek(task, table):
        yield msgspec.msgpack.decode(k, type=key), msgspec.msgpack.decode(v, type=value)
