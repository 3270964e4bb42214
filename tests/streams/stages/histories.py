"""Whatever may happen to a few accounts, in any order of arrival, and what should come of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec
from hypothesis import strategies as st

from linkage.records import Record
from streams.events import Event, Registration, Usage
from tests.streams.stages.identified import Town
from tests.streams.stages.town import ACCOUNTS, PEOPLE, at, registration, retraction, usage


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Everything that ever happened to one to three accounts, in order of seq."""
    events: list[Event] = []
    for account in ACCOUNTS[: draw(st.integers(1, 3))]:
        created: list[Event] = []
        for seq in range(draw(st.integers(1, 7))):
            kinds = ("usage", "usage", "register", "fix", "retract")
            kind = draw(st.sampled_from(kinds if created else kinds[:3]))
            if kind in ("fix", "retract"):
                made = _amended(draw, account, seq, draw(st.sampled_from(created)), kind)
            else:
                made = _created(draw, account, seq, kind == "register", None)
                created.append(made)
            events.append(made)
    return events


def _created(
    draw: st.DrawFn, account: str, seq: int, registers: bool, ref: int | None, time: int = -1
) -> Event:
    time = draw(st.sampled_from([at(0.5), at(1), at(1.5), at(2.5), at(3)])) if time < 0 else time
    if not registers:
        return usage(account, seq, time, draw(st.integers(0, 3)), ref)
    record = PEOPLE[draw(st.sampled_from(tuple(PEOPLE)))]
    if draw(st.booleans()):
        record = msgspec.structs.replace(record, id_number=None, phone=None)
    return registration(account, seq, time, record, ref)


def _amended(draw: st.DrawFn, account: str, seq: int, of: Event, kind: str) -> Event:
    if kind == "retract":
        return retraction(account, seq, of.seq, of.time, of.kind)
    return _created(draw, account, seq, of.kind == "sim_registered", of.seq, of.time)


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Event], list[list[Event]]]:
    """A history, and one way for it to arrive: shuffled, with repeats, cut into batches."""
    history = draw(histories())
    repeats = draw(st.lists(st.sampled_from(history), max_size=4))
    again = [msgspec.structs.replace(e, id=f"d{i + 1000:016x}") for i, e in enumerate(repeats)]
    order = draw(st.permutations([*history, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=6)))
    bounds = [0, *cuts, len(order)]
    return history, [order[low:high] for low, high in pairwise(bounds)]


@dataclass
class Batchwise:
    """What should come of a set of events under one registry, worked out from the rules."""

    tenancies: dict[tuple[str, int], tuple[object, ...]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[int, int, int]] = field(default_factory=Counter)


def batch_answer(events: Sequence[Event], town: Town) -> Batchwise:
    answer = Batchwise()
    for subject in {e.subject for e in events}:
        mine = {e.seq: e for e in events if e.subject == subject}
        newest: dict[int, Event] = {}
        alone: set[int] = set()
        for seq in sorted(mine):
            ref = mine[seq].ref
            root = seq if ref is None else ref
            answer.counts["superseded"] += root in newest
            alone = alone - {root} if root in newest else alone | {root}
            newest[root] = mine[seq]
        standing = [e for e in newest.values() if e.op != "retract"]
        for root, e in newest.items():
            if e.op == "retract":
                answer.counts["waiting" if root in alone else "superseded"] += 1
        _answer_account(subject, standing, town, answer)
    answer.counts = +answer.counts
    return answer


def _answer_account(subject: str, standing: list[Event], town: Town, answer: Batchwise) -> None:
    forms: dict[int, list[Record]] = {}
    for e in standing:
        if isinstance(e.payload, Registration):
            forms.setdefault(e.payload.opened, []).append(e.payload.record())
    decided = {}
    for start, records in forms.items():
        (d,) = town.desk.registry.linker.identify([records])
        status = {"link": "linked", "review": "review", "non-link": "unlinked"}[d.status]
        decided[start] = status, d.person
        answer.tenancies[subject, start] = (status, d.person, d.weight, d.runner_up, d.margin)
        answer.counts[status] += len(records)
    for e in standing:
        if isinstance(e.payload, Usage):
            before = [start for start in forms if start <= e.time]
            status, person = decided[max(before)] if before else ("waiting", None)
            answer.counts[status] += 1
            if status == "linked" and person is not None:
                answer.moves[person, e.time, e.payload.place()] += 1
