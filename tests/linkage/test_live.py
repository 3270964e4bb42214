"""Laws of the live linker: what is linked depends on what there is, never on how it came."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from random import Random

import msgspec
import pytest

from linkage.linker import Linker
from linkage.live import Change, Claimed, LiveLinker, Registered
from linkage.model import Model
from linkage.records import Record
from linkage.registry import Registry

MODEL = Model.default()
CAP = 2
Event = Registered | Claimed


def house(surname: str, address: str, phone: str, givens: Sequence[str]) -> list[Record]:
    """Relatives: one surname, one address, one phone."""
    return [
        Record(
            id_number=f"0900{phone[-2:]}{1960 + n}021{n}00{len(given)}X",
            surname=surname,
            given=given,
            birth=f"{1960 + n}-02-1{n}",
            sex="FM"[n % 2],
            address=address,
            phone=phone,
            mail=f"{surname}.{given}@example.com",
        )
        for n, given in enumerate(givens)
    ]


PEOPLE = [
    *house("li", "a1-s2-h3", "+999000000001", ["wei", "na", "fang"]),
    *house("li", "a7-s1-h9", "+999000000002", ["wei", "bo"]),
    *house("wu", "a1-s2-h3", "+999000000003", ["na"]),
]
"""Namesakes and relatives; three at one address, two called Li Wei: enough to cross a cap of 2."""


def spoiled(rng: Random) -> Record:
    record = rng.choice(PEOPLE)
    other = rng.choice(PEOPLE)
    changes = {
        field: rng.choice([None, getattr(other, field)])
        for field in rng.sample(record.__struct_fields__, rng.randint(0, 4))
    }
    return msgspec.structs.replace(record, **changes)


def history(rng: Random) -> list[Event]:
    """Return versions of a few identities and registrations, some of them erased or retracted."""
    events: list[Event] = []
    for person in range(5):
        for version in range(rng.randint(0, 3)):
            record = None if rng.random() < 0.3 else rng.choice([PEOPLE[person], spoiled(rng)])
            events.append(Registered(person, version, record))
    for account in range(4):
        for registration in "ab"[: rng.randint(0, 2)]:
            for version in range(rng.randint(1, 3)):
                record = None if rng.random() < 0.2 else spoiled(rng)
                events.append(Claimed(account, registration, version, record))
    return events


def live(pairs: int | None = None) -> LiveLinker:
    return LiveLinker(Linker(MODEL, Registry(MODEL.schema, cap=CAP)), pairs)


def play(linker: LiveLinker, events: Iterable[Event], rng: Random) -> list[Change]:
    """Apply events in batches of any size; return the feed."""
    feed: list[Change] = []
    for (kind, _), run in groupby(events, lambda e: (type(e), rng.random() < 0.5)):
        take = linker.registry_changed if kind is Registered else linker.accounts_changed
        feed += take(list(run))
    feed += linker.drain()
    assert not linker.deferred
    return feed


def replayed(feed: Iterable[Change]) -> dict[int, int]:
    sums: dict[tuple[int, int], int] = {}
    for change in feed:
        key = change.account, change.person
        sums[key] = sums.get(key, 0) + change.sign
    assert set(sums.values()) <= {0, 1}
    return {account: person for (account, person), total in sums.items() if total}


def in_one_batch(events: Iterable[Event]) -> LiveLinker:
    """Return the batch answer: the newest versions only, the registry first."""
    oldest_first = sorted(events, key=lambda e: e.version)
    newest = {(type(event), *event[:-2]): event for event in oldest_first}
    linker = live()
    linker.registry_changed([e for e in newest.values() if isinstance(e, Registered)])
    linker.accounts_changed([e for e in newest.values() if isinstance(e, Claimed)])
    return linker


def laws(seed: int) -> bool:
    """Check every law on one history; return whether a link was ever taken back."""
    rng = Random(seed)
    events = history(rng)
    batch = in_one_batch(events)
    for pairs in (None, 1):
        mixed = rng.sample(events, len(events)) + rng.choices(events, k=4)
        linker = live(pairs)
        feed = play(linker, mixed, rng)
        assert linker.links() == batch.links() == replayed(feed)
        assert linker.state_hash() == batch.state_hash()
        assert play(linker, rng.sample(events, len(events)), rng) == []
    return any(change.sign < 0 for change in feed)


def test_any_order_gives_the_batch_answer() -> None:
    revised = [laws(seed) for seed in range(200)]
    assert sum(revised) > 50


class _Blind(LiveLinker):
    """Does not look again at accounts when the registry changes."""

    def registry_changed(self, changes):
        super().registry_changed(changes)
        return ()

    def _owners(self, keys):
        return []


class _LastOneWins(LiveLinker):
    """Takes what comes last for the newest."""

    def accounts_changed(self, changes):
        later = [c._replace(version=self.count + n) for n, c in enumerate(changes)]
        self.count += len(changes)
        return super().accounts_changed(later)

    count = 0


@pytest.mark.parametrize("mutant", [_Blind, _LastOneWins])
def test_the_laws_kill_mutants(mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "LiveLinker", mutant)
    with pytest.raises(AssertionError):
        for seed in range(20):
            laws(seed)


@pytest.mark.prove
def test_any_order_gives_the_batch_answer_at_length() -> None:
    for seed in range(1_000, 11_000):
        laws(seed)


@pytest.mark.parametrize("seed", range(20))
def test_insert_and_erase_leave_no_trace(seed: int) -> None:
    rng = Random(seed)
    linker = live()
    play(linker, history(rng), rng)
    before, links = linker.state_hash(), dict(linker.links())
    feed = [*linker.register(9, 0, spoiled(rng)), *linker.identify(9, "a", 0, spoiled(rng))]
    assert linker.state_hash() != before
    feed += [*linker.erase(9, 1), *linker.retract(9, "a", 1)]
    assert linker.state_hash() == before
    assert linker.links() == links
    assert replayed([Change(a, p, 1) for a, p in links.items()] + feed) == links


def test_a_late_identity_finds_who_waits() -> None:
    linker = live()
    assert linker.identify(0, "a", 0, PEOPLE[0]) == ()
    assert linker.links() == {}
    assert linker.register(4, 0, PEOPLE[0]) == (Change(0, 4, 1),)


def test_a_better_informed_link_replaces_the_old_one() -> None:
    linker = live()
    linker.registry_changed([Registered(n, 0, record) for n, record in enumerate(PEOPLE[3:5])])
    poor = Record(surname="li", given="wei", phone=PEOPLE[3].phone)
    assert linker.identify(0, "a", 0, poor) == (Change(0, 0, 1),)
    assert linker.identify(0, "b", 0, PEOPLE[4]) == (Change(0, 0, -1), Change(0, 1, 1))
    assert linker.retract(0, "b", 1) == (Change(0, 1, -1), Change(0, 0, 1))
    assert linker.correct(0, "a", 1, PEOPLE[4]) == (Change(0, 0, -1), Change(0, 1, 1))


def test_a_link_that_stood_on_a_key_is_looked_at_when_it_is_demoted() -> None:
    linker = live()
    phone = Record(surname="li", given="wei", phone="+999000000001")
    bare = Record(phone="+999000000001", given="wei")
    linker.register(0, 0, phone)
    linker.identify(0, "a", 0, bare)
    found = linker.decision(0)
    assert found is not None
    assert found.person == 0
    for other in (1, 2):
        linker.register(other, 0, Record(phone="+999000000001", surname="wu"))
    assert linker.decision(0).person is None
    linker.erase(2, 1)
    assert linker.decision(0) is not None
    assert linker.decision(0).person == 0


def test_what_is_deferred_is_counted_and_its_best_candidates_come_first() -> None:
    linker = LiveLinker(Linker(MODEL, Registry(MODEL.schema)), pairs=2)
    linker.registry_changed([Registered(n, 0, record) for n, record in enumerate(PEOPLE)])
    linker.accounts_changed([Claimed(n, "a", 0, PEOPLE[n]) for n in range(2)])
    assert linker.links() == {0: 0, 1: 1}  # who shares most was compared
    assert linker.deferred == {0, 1}
    assert linker.decision(0).runner_up is None
    assert linker.drain() == ()
    assert not linker.deferred
    assert linker.decision(0).runner_up is not None


@pytest.mark.parametrize("account", [-1, 2**31])
def test_an_account_that_has_no_place_is_refused(account: int) -> None:
    linker = live()
    before = linker.state_hash()
    with pytest.raises(ValueError, match=rf"account {account}: number accounts from 0 to 2\*\*31"):
        linker.accounts_changed(
            [Claimed(0, "a", 0, PEOPLE[0]), Claimed(account, "a", 0, PEOPLE[0])]
        )
    assert linker.state_hash() == before


def test_no_candidates_at_all_may_be_compared_before_the_drain() -> None:
    linker = live(pairs=0)
    assert linker.register(0, 0, PEOPLE[0]) == linker.identify(0, "a", 0, PEOPLE[0]) == ()
    assert linker.deferred == {0}
    assert linker.drain() == (Change(0, 0, 1),)
    assert not linker.deferred
