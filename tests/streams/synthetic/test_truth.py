"""The truth of accounts: who has them from when on, and whose name and number they go by."""

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from streams.events import HOUR, Codec, Event, Marker, Registration
from streams.source import kinds_of, load_sources
from streams.synthetic.life import Rates
from streams.synthetic.preset import PRESETS
from streams.synthetic.truth import Tenancy, load_truth
from streams.synthetic.world import World

SOURCES = load_sources()
CODEC = Codec(kinds_of(SOURCES), key=b"")
QUICK = replace(PRESETS["typical"], life=Rates(pace=200, renewals=0))
"""Many numbers change hands; nobody's ID number changes."""
WORLD = World(800, 2, 7, SOURCES, QUICK)
TRUTH = WORLD.ground_truth()
PEOPLE = WORLD.people()
END = WORLD.hours * HOUR
SKEW = {branch.source.name: branch.skew for branch in WORLD.branches}
"""By how much each source's clock is wrong (ms)."""


@pytest.fixture(scope="module")
def messages() -> list[tuple[Event, int]]:
    """Return the events and who was behind each."""
    found = []
    for portion in WORLD.stream():
        if not isinstance(portion, Marker):
            columns = (portion[name].to_pylist() for name in ("value", "person"))
            for value, person in zip(*columns, strict=True):
                if person:
                    event = CODEC.decode(value.encode())
                    assert isinstance(event, Event)
                    found.append((event, person))
    return found


def recycled() -> list[tuple[Tenancy, Tenancy]]:
    by = defaultdict(list)
    for t in TRUTH.tenancies:
        by[t.source, t.account].append(t)
    assert max(map(len, by.values())) == 2
    return [(old, new) for old, new in (sorted(ts, key=_start) for ts in by.values() if ts[1:])]


def _start(tenancy: Tenancy) -> int:
    return tenancy.start


def test_a_recycled_number_has_another_holder_of_another_household() -> None:
    pairs = recycled()
    assert len(pairs) > 20
    for old, new in pairs:
        assert old.holder != new.holder
        assert old.until is not None
        assert old.until + QUICK.life.quarantine <= new.start - SKEW[new.source]
    assert sum(old.household != new.household for old, new in pairs) > 0.9 * len(pairs)
    assert sum(old.described != new.described for old, new in pairs) > 0.9 * len(pairs)


def test_a_recycled_number_is_used_by_whoever_has_it_then(
    messages: list[tuple[Event, int]],
) -> None:
    tenancies = {(old.source, old.account): (old, new) for old, new in recycled()}
    before = after = 0
    for event, person in messages:
        pair = tenancies.get((event.source, event.subject))
        if pair is not None and not isinstance(event.payload, Registration) and event.payload:
            tenancy = pair[event.time >= pair[1].start]
            assert person in {tenancy.holder, tenancy.mate}
            before += tenancy is pair[0]
            after += tenancy is pair[1]
    assert before > 50
    assert after > 50


def test_households_are_those_of_the_people() -> None:
    for t in TRUTH.tenancies:
        assert t.household == PEOPLE["household"][t.holder]
        assert t.mate != t.holder
        assert t.mate is None or PEOPLE["household"][t.mate] == t.household
    mates = Counter(t.source for t in TRUTH.tenancies if t.mate is not None)
    assert mates.keys() == {name for name, one in SOURCES.items() if one.emit.shared > 0}


def test_a_registration_claims_the_number_of_whom_the_truth_says(
    messages: list[tuple[Event, int]],
) -> None:
    numbers = dict(zip(PEOPLE["id_number"], PEOPLE.index, strict=True))
    by, strata = TRUTH.by_tenancy(), Counter[str]()
    for event, person in messages:
        if isinstance(event.payload, Registration):
            t = by[event.source, event.subject, event.payload.opened]
            assert person == t.holder
            if "id_number" in SOURCES[event.source].emit.asks:
                assert numbers.get(event.payload.id_number or "") == t.claimed
                strata[t.stratum] += 1
    assert strata.keys() == {"ok", "missing", "mistyped", "borrowed"}


def test_a_borrowed_number_is_somebody_elses_with_or_without_the_card() -> None:
    borrowed = [t for t in TRUTH.tenancies if t.stratum == "borrowed"]
    assert all(t.claimed not in {None, t.holder} for t in borrowed)
    assert any(t.described == t.claimed for t in borrowed), "the lender's whole card"
    assert any(t.described != t.claimed for t in borrowed), "a bare number"


def test_who_has_died_has_no_account_any_more() -> None:
    died = PEOPLE["died"].dropna().to_dict()
    ended = [t for t in TRUTH.tenancies if t.holder in died]
    assert len(ended) > 10
    for t in ended:
        assert t.until is not None
        assert t.until <= died[t.holder]


def test_a_longer_run_has_the_same_accounts_and_later_ones() -> None:
    longer = World(800, 3, 7, SOURCES, QUICK).ground_truth()
    later = set(longer.tenancies) - set(TRUTH.tenancies)
    assert set(TRUTH.tenancies) < set(longer.tenancies)
    assert min(t.start - SKEW[t.source] for t in later) >= END
    assert longer.unregistered == TRUTH.unregistered


def test_a_damaged_file_is_no_truth(tmp_path: Path) -> None:
    path = tmp_path / "truth"
    TRUTH.save(path)
    assert load_truth(path) == TRUTH
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(msgspec.DecodeError):
        load_truth(path)
