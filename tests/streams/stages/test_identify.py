"""identify is a function of the set of events and the registry's block, however they arrive."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.privacy.view import mix_points, salt_of
from linkage.records import Record
from streams.events import HOUR, Event, Registration, Usage
from streams.messages import OUTCOMES, Link, Pulse
from streams.stage import Batch
from streams.stages.identify import Identify
from tests.streams.stages.rig import Rig, net_moves
from tests.streams.stages.town import (
    ACCOUNTS,
    CODEC,
    PEOPLE,
    Desk,
    at,
    registration,
    retraction,
    usage,
    wire,
)

A = ACCOUNTS[0]


@dataclass
class Town:
    """One identify task before an empty stream: people of the registry, no events."""

    people: Sequence[int] = tuple(PEOPLE)
    horizon: int = 24
    partitions: int = 3
    desk: Desk = field(default_factory=Desk)
    rig: Rig = field(init=False)
    read: int = 0

    def __post_init__(self) -> None:
        self.rig = Rig(self._stage())
        self.close(self.people)

    def _stage(self) -> Identify:
        task, registry = "identify/events.phone/0", self.desk.registry
        return Identify(task, "phone", self.partitions, CODEC, registry, self.horizon)

    def open_again(self) -> None:
        self.rig.reopen(self._stage())

    def close(self, people: Sequence[int] = (), erased: Sequence[int] = ()) -> None:
        affected = self.desk.close(people, erased)
        self.rig.step(Batch(close=self.desk.registry.block, affected=affected))
        self._check_counts()

    def feed(self, *events: Event) -> None:
        self.feed_bytes(wire(events))

    def feed_bytes(self, messages: Sequence[bytes]) -> None:
        self.rig.feed(messages)
        self.read += len(messages)
        self._check_counts()

    def count(self, outcome: str) -> int:
        return self.rig.tables["totals"].get(outcome, 0)

    def counts(self) -> dict[str, int]:
        return {name: self.count(name) for name in OUTCOMES if self.count(name)}

    def tenancies(self) -> dict[tuple[str, int], tuple[object, ...]]:
        return {
            (subject, t.start): (t.status, t.person, t.weight, t.runner_up, t.margin)
            for subject, account in self.rig.tables["accounts"].items()
            for t in account.tenancies
            if t.status != "retracted"
        }

    def state(self) -> tuple[object, ...]:
        counts = {name: n for name, n in self.counts().items() if name != "duplicate"}
        return self.tenancies(), counts, net_moves(self.rig.said), self.said_links()

    def said_links(self) -> dict[str, tuple[object, ...]]:
        """What a reader of the compacted topic holds: the highest revision of each tenancy."""
        newest: dict[str, Link] = {}
        for out in self.rig.topic("links"):
            link = msgspec.json.decode(out.value, type=Link)
            assert out.key is not None
            old = newest.get(out.key.decode())
            assert old is None or link.revision > old.revision
            newest[out.key.decode()] = link
        return {
            key: (link.status, link.person, link.weight)
            for key, link in newest.items()
            if link.status != "retracted"
        }

    def holders(self) -> dict[int, int]:
        """How many usages each person has now."""
        held: Counter[int] = Counter()
        for (person, *_), n in net_moves(self.rig.said).items():
            assert n == 1
            held[person] += n
        return dict(held)

    def _check_counts(self) -> None:
        counts = self.counts()
        assert sum(counts.values()) == self.read
        assert min(counts.values(), default=0) >= 0
        pulse = msgspec.json.decode(self.rig.topic("pulse")[-1].value, type=Pulse)
        assert {name: n for name, n in pulse.outcomes.items() if n} == counts
        assert pulse.events == self.read


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


def one_batch(history: Sequence[Event], **town: Any) -> Town:
    made = Town(**town)
    made.feed(*history)
    return made


@given(arrivals())
@settings(max_examples=150, deadline=None)
def test_any_order_repeats_and_split_give_what_one_batch_gives(
    arrival: tuple[list[Event], list[list[Event]]],
) -> None:
    history, batches = arrival
    town = Town()
    for batch in batches:
        town.feed(*batch)
    assert town.state() == one_batch(history).state()
    assert town.count("duplicate") == sum(map(len, batches)) - len(history)


@given(arrivals())
@settings(max_examples=150, deadline=None)
def test_any_arrival_gives_the_batch_answer(
    arrival: tuple[list[Event], list[list[Event]]],
) -> None:
    history, batches = arrival
    town = Town()
    for batch in batches:
        town.feed(*batch)
    wanted = batch_answer(history, town)
    assert town.tenancies() == wanted.tenancies
    counts = Counter(town.counts())
    del counts["duplicate"]
    assert counts == wanted.counts
    points: Counter[tuple[int, int, int]] = Counter()
    for (person, point, time, _), n in net_moves(town.rig.said).items():
        points[person, time, point] += n
    assert points == Counter(
        {(p, t, _point(t, place)): n for (p, t, place), n in wanted.moves.items()}
    )


def _point(time: int, place: int) -> int:
    hours, places = np.array([time // HOUR]), np.array([place])
    return int(mix_points(salt_of("phone"), hours, places)[0])


@given(arrivals(), st.data())
@settings(max_examples=100, deadline=None)
def test_whoever_enters_late_the_links_after_a_close_are_the_batch_answer(
    arrival: tuple[list[Event], list[list[Event]]], data: st.DataObject
) -> None:
    _, batches = arrival
    first = data.draw(st.sets(st.sampled_from(tuple(PEOPLE))))
    town, seen = Town(people=sorted(first)), list[Event]()
    for batch in batches:
        town.feed(*batch)
        seen += batch
        entering = data.draw(st.sets(st.sampled_from(tuple(PEOPLE)), max_size=2))
        leaving = data.draw(st.sets(st.sampled_from(tuple(PEOPLE)), max_size=1)) - entering
        town.close(sorted(entering), sorted(leaving))
        wanted = batch_answer(seen, town)
        assert town.tenancies() == wanted.tenancies
        assert {n: c for n, c in town.counts().items() if n != "duplicate"} == wanted.counts
        assert sum(net_moves(town.rig.said).values()) == wanted.moves.total()


@given(arrivals(), st.data())
@settings(max_examples=100, deadline=None)
def test_what_expires_does_not_depend_on_the_order_within_a_block(
    arrival: tuple[list[Event], list[list[Event]]], data: st.DataObject
) -> None:
    _, blocks = arrival
    straight, shuffled = Town(horizon=2), Town(horizon=2)
    for block in blocks:
        straight.feed(*block)
        for one in data.draw(st.permutations(block)):
            shuffled.feed(one)
        straight.close()
        shuffled.close()
        assert straight.state() == shuffled.state()


@given(arrivals())
@settings(max_examples=40, deadline=None)
def test_how_many_partitions_follow_changes_no_move(
    arrival: tuple[list[Event], list[list[Event]]],
) -> None:
    history, _ = arrival
    one, many = one_batch(history, partitions=1), one_batch(history, partitions=4)
    assert one.state() == many.state()
    for out in many.rig.topic("moves"):
        assert {person % 4 for person, *_ in net_moves([out])} <= {out.partition}


def test_simple_usage_and_settling_the_account_agree() -> None:
    history = [
        registration(A, 0, at(1), PEOPLE[1]),
        usage(A, 1, at(0.5)),
        usage(A, 2, at(2), 1),
        registration(A, 3, at(3), PEOPLE[4]),
        usage(A, 4, at(3), 2),
    ]
    fast = Town()
    for one in history:
        fast.feed(one)
    assert fast.state() == one_batch(history).state()
    assert fast.holders() == {1: 1, 4: 1}
    assert fast.counts() == {"linked": 4, "waiting": 1}


def test_a_correction_may_come_before_its_original() -> None:
    town = Town()
    town.feed(registration(A, 0, at(1), PEOPLE[1]))
    town.feed(registration(A, 2, at(1), PEOPLE[4], ref=0))
    assert town.tenancies()[A, at(1)][:2] == ("linked", 4)
    late = Town()
    late.feed(registration(A, 2, at(1), PEOPLE[4], ref=0))
    late.feed(registration(A, 0, at(1), PEOPLE[1]))
    assert late.tenancies()[A, at(1)][:2] == ("linked", 4)
    assert late.counts() == {"linked": 1, "superseded": 1}


def test_a_retraction_that_comes_first_leaves_a_tombstone() -> None:
    town = Town()
    town.feed(registration(A, 0, at(1), PEOPLE[1]))
    town.feed(retraction(A, 2, 1, at(2)))
    assert town.counts() == {"linked": 1, "waiting": 1}
    town.feed(usage(A, 1, at(2)))
    assert town.counts() == {"linked": 1, "superseded": 2}
    assert town.holders() == {}


def test_a_retracted_registration_takes_its_points_back() -> None:
    town = Town()
    town.feed(registration(A, 0, at(1), PEOPLE[1]), usage(A, 1, at(2)), usage(A, 2, at(3)))
    assert town.holders() == {1: 2}
    town.feed(retraction(A, 3, 0, at(1), "sim_registered"))
    assert town.holders() == {}
    assert town.counts() == {"waiting": 2, "superseded": 2}
    revisions = [msgspec.json.decode(o.value, type=Link) for o in town.rig.topic("links")]
    assert [link.status for link in revisions] == ["linked", "retracted"]


def test_a_recycled_number_leaves_old_usage_with_the_old_holder() -> None:
    town = Town()
    town.feed(registration(A, 0, at(1), PEOPLE[1]), usage(A, 1, at(1.5)))
    town.feed(usage(A, 2, at(5)))  # before the newer registration is heard of
    assert town.holders() == {1: 2}
    town.feed(registration(A, 3, at(4), PEOPLE[4]))
    assert town.holders() == {1: 1, 4: 1}
    town.feed(usage(A, 4, at(2)))  # late, of the old holder
    assert town.holders() == {1: 2, 4: 1}


def test_usage_before_its_registration_waits_and_then_moves() -> None:
    town = Town()
    town.feed(usage(A, 0, at(2)), usage(A, 2, at(3)))
    assert town.counts() == {"waiting": 2} and town.holders() == {}
    town.feed(registration(A, 1, at(2), PEOPLE[3]))
    assert town.counts() == {"linked": 3} and town.holders() == {3: 2}


def test_usage_without_a_registration_expires_after_the_horizon_and_not_before() -> None:
    town = Town(horizon=2)
    town.feed(usage(A, 0, at(0)), usage(A, 1, at(1)))
    town.close()
    assert town.counts() == {"waiting": 2}
    town.close()
    assert town.counts() == {"waiting": 2}
    town.close()
    assert town.counts() == {"waiting": 1, "expired": 1}
    town.feed(registration(A, 2, at(0), PEOPLE[1]))
    assert town.counts() == {"linked": 2, "expired": 1}
    assert town.holders() == {1: 1}
    town.feed(usage(A, 0, at(0)))
    assert town.counts() == {"linked": 2, "expired": 1, "duplicate": 1}


def test_an_expired_correction_does_not_bring_its_original_back() -> None:
    town = Town(horizon=1)
    town.feed(usage(A, 0, at(0), 1), usage(A, 1, at(0), 2, ref=0))
    town.close()
    town.close()
    assert town.counts() == {"superseded": 1, "expired": 1}
    town.feed(registration(A, 2, at(0), PEOPLE[1]))
    assert town.counts() == {"superseded": 1, "expired": 1, "linked": 1}
    assert town.holders() == {}


def test_a_tombstone_outlives_the_horizon() -> None:
    town = Town(horizon=1)
    town.feed(registration(A, 0, at(0), PEOPLE[1]), retraction(A, 2, 1, at(0)))
    town.close()
    town.close()
    town.close()
    town.feed(usage(A, 1, at(0)))
    assert town.holders() == {}


def test_a_late_registry_entry_finds_who_waits_for_it_at_the_close() -> None:
    town = Town(people=())
    town.feed(registration(A, 0, at(0), PEOPLE[4]), usage(A, 1, at(0.5)))
    assert town.counts() == {"unlinked": 2}
    town.close([1, 2])  # nobody they know
    assert town.counts() == {"unlinked": 2}
    town.close([4])
    assert town.counts() == {"linked": 2} and town.holders() == {4: 1}
    town.close([], erased=[4])
    assert town.counts() == {"unlinked": 2} and town.holders() == {}


def test_one_who_could_be_two_people_goes_to_review() -> None:
    town = Town()
    bare = msgspec.structs.replace(PEOPLE[4], id_number=None, phone=None)
    town.feed(registration(A, 0, at(0), bare), usage(A, 1, at(1)))
    assert town.counts() == {"review": 2} and town.holders() == {}
    assert len(town.rig.topic("reviews")) == 1
    town.close([], erased=[5])
    assert town.tenancies()[A, 0][:2] == ("linked", 4)
    assert town.holders() == {4: 1}


@pytest.mark.parametrize(
    ("poison", "reason"),
    [
        (b"", "undecodable"),
        (b"\xff\xfe", "undecodable"),
        (b'{"v":1}', "missing_field"),
        (b"x" * 900_000, "too_large"),
        (b'{"marker":"7"}', "wrong_type"),
        (wire([usage(A, 0, at(0))])[0].replace(b"+999", b"+861"), "not_synthetic"),
    ],
)
def test_poison_is_rejected_with_its_reason_and_the_rest_goes_on(
    poison: bytes, reason: str
) -> None:
    town = Town()
    town.feed_bytes([*wire([registration(A, 0, at(0), PEOPLE[1])]), poison])
    town.feed_bytes([poison, *wire([usage(A, 1, at(1))])])
    assert town.counts() == {"linked": 2, "rejected": 2}
    rejects = [msgspec.json.decode(out.value) for out in town.rig.topic("rejects")]
    assert [reject["reason"] for reject in rejects] == [reason, reason]
    assert all(reject["topic"] == "events.phone" for reject in rejects)
    assert town.holders() == {1: 1}


def test_a_task_that_is_opened_again_knows_who_waits_and_who_shares_a_key() -> None:
    """Both are derived from the tables, and only from them."""
    town = Town(people=(), horizon=3)
    town.feed(registration(A, 0, at(0), PEOPLE[4]), usage(ACCOUNTS[1], 0, at(0)))
    town.open_again()
    town.close([4])
    for _ in range(4):
        town.close()
    assert town.counts() == {"linked": 1, "expired": 1}
