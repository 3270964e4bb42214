"""Whatever may happen to a few accounts, in any order of arrival, and what should come of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec
from hypothesis import strategies as st

from linkage.decision import Decision, Thresholds, decide
from linkage.records import Record
from streams.events import Event, Registration, Usage
from streams.stages.work import News
from streams.verdicts import ClerkVerdict, filed
from tests.streams.stages.identified import Town
from tests.streams.stages.town import ACCOUNTS, PEOPLE, at, registration, retraction, usage, verdict

TIMES = [at(0.5), at(1), at(1.5), at(2.5), at(3)]
NOBODY_THERE = 9


@st.composite
def histories(draw: st.DrawFn) -> list[News]:
    """Everything that ever happened to one to three accounts: events by seq, and verdicts."""
    events: list[News] = []
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
        events += draw(st.lists(_verdicts(account), max_size=5, unique=True))
    return events


def _verdicts(account: str) -> st.SearchStrategy[ClerkVerdict]:
    """What clerks say; few people and minutes, so that they contradict and undo each other."""
    return st.builds(
        verdict,
        account=st.just(account),
        start=st.sampled_from(TIMES[:4]),
        person=st.sampled_from([1, 4, 5, NOBODY_THERE]),
        answer=st.sampled_from(["link", "non-link", "undo"]),
        minute=st.integers(0, 2),
        clerk=st.integers(1, 2),
    )


def _created(
    draw: st.DrawFn, account: str, seq: int, registers: bool, ref: int | None, time: int = -1
) -> Event:
    time = draw(st.sampled_from(TIMES)) if time < 0 else time
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
def arrivals(draw: st.DrawFn) -> tuple[list[News], list[list[News]]]:
    """A history, and one way for it to arrive: shuffled, with repeats, cut into batches."""
    history = draw(histories())
    repeats = draw(st.lists(st.sampled_from(history), max_size=4))
    again = [_sent_again(one, i) for i, one in enumerate(repeats)]
    order = draw(st.permutations([*history, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=6)))
    bounds = [0, *cuts, len(order)]
    return history, [order[low:high] for low, high in pairwise(bounds)]


def _sent_again(one: News, i: int) -> News:
    if isinstance(one, ClerkVerdict):
        return one
    return msgspec.structs.replace(one, id=f"d{i + 1000:016x}")


@dataclass
class Batchwise:
    """What should come of a set of events under one registry, worked out from the rules."""

    tenancies: dict[tuple[str, int], tuple[object, ...]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    heard: int = 0


def batch_answer(news: Sequence[News], town: Town) -> Batchwise:
    answer = Batchwise()
    said = {v for v in news if isinstance(v, ClerkVerdict)}
    events = [e for e in news if isinstance(e, Event)]
    for subject in {one.subject for one in news}:
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
        _answer_account(subject, standing, {v for v in said if v.subject == subject}, town, answer)
    answer.counts = +answer.counts
    return answer


def _answer_account(
    subject: str, standing: list[Event], said: set[ClerkVerdict], town: Town, answer: Batchwise
) -> None:
    forms: dict[int, list[Record]] = {}
    for e in standing:
        if isinstance(e.payload, Registration):
            forms.setdefault(e.payload.opened, []).append(e.payload.record())
    decided = {}
    for start, records in forms.items():
        about = {v for v in said if v.start == start}
        d = _overruled(records, _heard(about, answer, known=True), town)
        status = {"link": "linked", "review": "review", "non-link": "unlinked"}[d.status]
        decided[start] = status, d.person
        answer.tenancies[subject, start] = (status, *msgspec.structs.astuple(d)[1:])
        answer.counts[status] += len(records) + answer.heard
        said = said - about
    _heard(said, answer, known=False)
    for e in standing:
        if isinstance(e.payload, Usage):
            before = [start for start in forms if start <= e.time]
            status, person = decided[max(before)] if before else ("waiting", None)
            answer.counts[status] += 1
            if status == "linked" and person is not None:
                answer.moves[person, e.time, e.payload.place()] += 1


def _heard(said: set[ClerkVerdict], answer: Batchwise, *, known: bool) -> list[ClerkVerdict]:
    """Count verdicts and return those in force, the newest first."""
    force = []
    for pair in {(v.start, v.person) for v in said}:
        *older, newest = sorted(
            (v for v in said if (v.start, v.person) == pair), key=lambda v: (v.time, filed(v).id)
        )
        answer.counts["superseded"] += len(older)
        if newest.verdict == "undo":
            answer.counts["superseded" if older else "waiting"] += 1
        elif known:
            force.append(newest)
        else:
            answer.counts["waiting"] += 1
    answer.heard = len(force)
    return sorted(force, key=lambda v: (v.time, filed(v).id), reverse=True)


def _overruled(records: list[Record], force: list[ClerkVerdict], town: Town) -> Decision:
    """What the linker would say if the registry held nobody whom a verdict excludes, or the one
    whom a verdict links, whose weight is that of the best registration."""
    registry, rule = town.desk.registry.registry, Thresholds()
    linker = town.desk.registry.linker
    links = [v.person for v in force if v.verdict == "link" and v.person in registry]
    others = {v.person: filed(v).id for v in force if v.verdict == "non-link"}
    scored = linker.score([records], [[v.person for v in force if v.verdict == "link"]])
    ranked = sorted(zip(-scored.weight, scored.person.tolist(), strict=True))
    left = [(p, float(-w)) for w, p in ranked if p not in others]
    taken = tuple(sorted(others[p] for _, p in ranked if p in others))
    if not links:
        return msgspec.structs.replace(decide(rule, left), verdicts=taken)
    weight = dict(left)[links[0]]
    rivals = [one for one in left if one[0] != links[0]]
    who = rivals[0][0] if rivals else None
    margin = weight - (rivals[0][1] if rivals else rule.review)
    (ident,) = (filed(v).id for v in force if (v.verdict, v.person) == ("link", links[0]))
    return Decision("link", links[0], weight, who, margin, (ident,))
