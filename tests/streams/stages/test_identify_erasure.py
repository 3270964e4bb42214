"""Who is erased leaves identify as if their accounts had never been told of, but for numbers."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.events import Event, Registration
from streams.ids import link_id
from streams.messages import Link, Review
from streams.stage import Batch
from streams.stages.erasure import seal
from streams.stages.moves import parse
from streams.stages.work import News
from streams.verdicts import ClerkVerdict
from tests.streams.stages.histories import arrivals
from tests.streams.stages.identified import Town
from tests.streams.stages.rig import net_doubts
from tests.streams.stages.town import ACCOUNTS, PEOPLE, at, registration, retraction, usage, verdict

A = ACCOUNTS[0]


def erasing(town: Town, *people: int) -> None:
    town.close(erased=people)


def numbers(news: Sequence[News]) -> dict[tuple[str, int], Event]:
    return {(one.subject, one.seq): one for one in news if isinstance(one, Event)}


def lost_by_hand(news: Sequence[News], town: Town, person: int) -> set[tuple[str, int]]:
    """The events that should go, by the tenancies as they stood before the erasure."""
    gone = set()
    held = town.tenancies()
    for subject in {one.subject for one in news}:
        starts = sorted(start for s, start in held if s == subject)
        doomed = {
            start
            for start in starts
            if held[subject, start][0] in ("linked", "review") and held[subject, start][1] == person
        }
        mine = {seq: e for (s, seq), e in numbers(news).items() if s == subject}
        for root in {seq if e.ref is None else e.ref for seq, e in mine.items()}:
            of_root = {n: e for n, e in mine.items() if root in (n, e.ref)}
            told = [of_root[n] for n in sorted(of_root) if of_root[n].op != "retract"]
            newest = told[-1] if told else of_root[max(of_root)]
            if isinstance(newest.payload, Registration):
                home = newest.payload.opened
            else:
                home = max((s for s in starts if s <= newest.time), default=min([*starts, -1]))
                home = starts[0] if home == -1 and starts else home
            gone |= {(subject, n) for n in of_root} if home in doomed else set()
    return gone


def comparable(town: Town) -> tuple[object, ...]:
    tenancies, counts, *rest = town.state()
    assert isinstance(counts, dict)
    return tenancies, {name: n for name, n in counts.items() if name != "erased"}, *rest


@given(arrivals(), st.data())
@settings(max_examples=150, deadline=None)
def test_after_an_erasure_all_is_as_if_it_had_never_been_told(
    arrival: tuple[list[News], list[list[News]]], data: st.DataObject
) -> None:
    _, batches = arrival
    person = data.draw(st.sampled_from(tuple(PEOPLE)))
    cut = data.draw(st.integers(0, len(batches)))
    town, early = Town(), list(chain(*batches[:cut]))
    for batch in batches[:cut]:
        town.feed(*batch)
    gone = lost_by_hand(early, town, person)
    before = town.tenancies()
    starts: dict[str, int] = {}
    for (subject, start), (status, who, *_) in before.items():
        if who == person and status in ("linked", "review"):
            starts[subject] = min(start, starts.get(subject, start))
    doomed = {n for n, t in before.items() if t[1] == person and t[0] in ("linked", "review")}
    erasing(town, person)
    kept = [one for one in early if not is_gone(one, gone, doomed, person)]
    other = Town(people=[p for p in PEOPLE if p != person])
    other.feed(*kept)
    assert comparable(town) == comparable(other)
    assert not told_of(town, other, person)
    for batch in batches[cut:]:
        rest = [one for one in batch if not in_span(one, starts) and not about(one, person)]
        town.feed(*rest)
        other.feed(*(one for one in rest if (one.subject, seq_of(one)) not in gone))
        if data.draw(st.booleans()):
            town.open_again()
    town.close()
    other.close()
    assert comparable(town) == comparable(other)


def is_gone(one: News, gone: set[tuple[str, int]], doomed: set[tuple[str, int]], p: int) -> bool:
    if isinstance(one, ClerkVerdict):
        return one.person == p or (one.subject, one.start) in doomed
    return (one.subject, one.seq) in gone


def seq_of(one: News) -> int:
    return one.seq if isinstance(one, Event) else -1


def about(one: News, person: int) -> bool:
    return isinstance(one, ClerkVerdict) and one.person == person


def in_span(one: News, starts: dict[str, int]) -> bool:
    """Usage of the time of an erased tenancy: it waits, see below, and is nobody's."""
    return isinstance(one, Event) and one.kind == "cdr" and one.time >= starts.get(one.subject, 9e9)


def told_of(town: Town, other: Town, person: int) -> list[str]:
    """What the tables still say of a person: words of their record that the other's do not."""
    ours, theirs = (msgspec.msgpack.encode(list(t.rig.tables.items())) for t in (town, other))
    said = [t for t in town.tenancies().values() if person in (t[1], t[3])]
    filed = [v for one in town.rig.tables["verdicts"].values() for _, v in one]
    words = [w for w in msgspec.structs.astuple(PEOPLE[person]) if w and len(w) > 3]
    found = [w for w in words if w.encode() in ours and w.encode() not in theirs]
    return found + [str(v) for v in filed if v.person == person] + [str(t) for t in said]


def told(town: Town) -> Town:
    """Two holders, one after the other, with a verdict, a correction and usage before both."""
    town.feed(
        usage(A, 0, at(0.1)),
        registration(A, 1, at(0.5), PEOPLE[4]),
        usage(A, 2, at(1)),
        usage(A, 3, at(1.2), 1, ref=2),
        registration(A, 4, at(2), PEOPLE[3]),
        usage(A, 5, at(2.5)),
        verdict(A, at(2), 4, "non-link"),
    )
    return town


def test_what_is_dropped_and_what_stays_of_a_number_that_was_handed_on() -> None:
    town = told(Town())
    assert town.counts() == {"linked": 6 - 1, "waiting": 1, "superseded": 1}
    erasing(town, 4)
    assert town.counts() == {"linked": 2, "erased": 5}
    assert town.holders() == {3: 1}
    assert sorted(seq for _, seq in town.rig.tables["entries"]) == [4, 5]
    assert A in town.rig.tables["accounts"] and not town.rig.tables["sealed"]


def test_a_late_usage_of_an_erased_holder_is_not_taken_for_the_holder_before() -> None:
    town = told(Town())
    erasing(town, 3)
    town.feed(usage(A, 6, at(2.7)))  # by the simple path
    town.feed(usage(A, 7, at(2.8), 1, ref=6))  # by settling
    assert town.holders() == {4: 1}
    assert town.counts() == {"linked": 2, "waiting": 2, "superseded": 2, "erased": 3}
    town.feed(registration(A, 8, at(2), PEOPLE[5]))
    assert town.holders() == {4: 1, 5: 1}


def test_an_account_that_has_lost_all_is_sealed_and_knows_its_duplicates() -> None:
    town = Town()
    events = [registration(A, 0, at(0), PEOPLE[1]), usage(A, 1, at(0.5))]
    town.feed(*events)
    erasing(town, 1)
    assert list(town.rig.tables["sealed"]) == [seal(A)]
    assert not any(town.rig.tables[t] for t in ("accounts", "entries", "verdicts"))
    town.open_again()
    town.feed(*events)
    assert town.counts() == {"erased": 2, "duplicate": 2}
    assert not town.rig.tables["accounts"]
    town.feed(verdict(A, at(0), 2))
    assert not town.rig.tables["sealed"]
    town.feed(registration(A, 2, at(0.7), PEOPLE[2]))
    assert town.tenancies()[A, at(0.7)][:2] == ("linked", 2)
    town.close(people=[1])
    assert town.holders() == {}


def test_readers_are_told_without_a_word_of_who_it_was() -> None:
    town = Town()
    lost = msgspec.structs.replace(PEOPLE[4], id_number=None, phone=None)
    town.feed(registration(A, 0, at(0), lost), usage(A, 1, at(0.5)))
    assert town.counts() == {"review": 2}
    erasing(town, 4)
    (link,) = [msgspec.json.decode(o.value, type=Link) for o in town.rig.topic("links")[-1:]]
    (review,) = [msgspec.json.decode(o.value, type=Review) for o in town.rig.topic("reviews")[-1:]]
    assert review == Review(link=link, registrations=(), verdicts=())
    assert (link.status, link.person, link.revision) == ("retracted", None, 1)
    assert link.id == link_id("phone", A, 0, None)


def test_join_is_told_whom_to_forget_whether_or_not_anything_was_known() -> None:
    town = Town(partitions=2)
    step = town.rig.step(Batch(close=1, affected=town.desk.close(erased=[2, 4, 5, 77])))
    said = [o for o in step.outputs if o.topic == "moves"]
    assert {o.partition: parse(o.value, ("phone",))["person"].tolist() for o in said} == {
        0: [2, 4],
        1: [5, 77],
    }
    assert set(step.wiped) == {"accounts", "entries", "verdicts", "deferred", "shadows"}
    assert not town.rig.step(Batch(close=2, affected=town.desk.close())).wiped
    assert net_doubts(town.rig.said) == {}


def test_the_newest_word_of_a_block_counts_as_in_the_registry() -> None:
    town = Town()
    town.feed(registration(A, 0, at(0), PEOPLE[4]))
    town.desk.log.take(0, b'{"person":4,"record":null}')
    town.close(people=[4])
    assert town.counts() == {"linked": 1}


def test_what_was_retracted_or_given_up_of_the_tenancy_goes_too() -> None:
    town = Town(horizon=2)
    town.feed(usage(A, 0, at(0)), usage(A, 3, at(1.1)))
    for _ in range(3):
        town.close()
    town.feed(usage(A, 1, at(2.5)), retraction(A, 2, 1, at(2.5)), retraction(A, 5, 4, at(2.6)))
    town.feed(registration(A, 6, at(1), PEOPLE[4]))
    counts = Counter(town.counts())
    erasing(town, 4)
    assert not town.rig.tables["entries"]
    lost = counts["linked"] + counts["waiting"] + counts["superseded"]
    assert town.counts() == {"erased": lost, "expired": counts["expired"]}
