"""Laws that every source of the catalogue keeps, also one that is dropped in as a single file."""

from collections import defaultdict
from pathlib import Path

import pytest

from streams.delivery import Delivery
from streams.events import Codec, Event, Registration, Usage
from streams.source import Source, kinds_of, load_sources
from streams.synthetic.world import World

CATALOGUE = load_sources()
EVERY = pytest.mark.parametrize("source", CATALOGUE.values(), ids=list(CATALOGUE))


def world(source: Source, seed: int = 1, people: int = 400) -> World:
    return World(people=people, days=1, seed=seed, sources={source.name: source})


def values(made: World) -> list[bytes]:
    return [d.value for d in made.deliveries() if isinstance(d, Delivery) and d.topic != "registry"]


def events(source: Source, people: int = 400) -> list[Event]:
    codec = Codec(kinds_of({source.name: source}), key=b"")
    decoded = [codec.decode(value) for value in values(world(source, people=people))]
    return [e for e in decoded if isinstance(e, Event)]


@EVERY
def test_all_its_kinds_occur_and_pass_the_gate(source: Source) -> None:
    found = events(source)
    assert {e.kind for e in found} == set(source.kinds)
    assert {e.source for e in found} == {source.name}


@EVERY
def test_registrations_register_and_usage_states_a_place(source: Source) -> None:
    assert issubclass(source.kinds[source.emit.registers], Registration)
    usage = [e.payload for e in events(source, people=4_000) if isinstance(e.payload, Usage)]
    places = {payload.place() for payload in usage}
    assert len(places) > 1
    assert all(0 <= place < 2**31 for place in places)
    assert source.resolution.startswith("hour x ")


@EVERY
def test_the_form_asks_what_it_says(source: Source) -> None:
    asked = set(source.emit.asks)
    given = set()
    for e in events(source):
        if isinstance(e.payload, Registration):
            record = e.payload.record()
            given |= {f for f in record.__struct_fields__ if getattr(record, f) is not None}
    assert given == asked


@EVERY
def test_a_seed_repeats_and_another_differs(source: Source) -> None:
    made = world(source)
    once = values(made)
    assert values(made) == once
    assert values(world(source)) == once
    assert values(world(source, seed=2)) != once


@EVERY
def test_seq_is_dense_for_each_account(source: Source) -> None:
    seqs = defaultdict(set)
    for e in events(source):
        seqs[e.subject].add(e.seq)
    assert all(seq == set(range(len(seq))) for seq in seqs.values())


@EVERY
def test_every_tenancy_has_a_truth_and_every_truth_a_registration(source: Source) -> None:
    truth = {(t.account, t.start) for t in world(source).ground_truth().tenancies}
    registered = {
        (e.subject, e.payload.opened) for e in events(source) if isinstance(e.payload, Registration)
    }
    assert registered == truth


@EVERY
def test_usage_is_of_registered_accounts_or_of_those_that_never_are(source: Source) -> None:
    made = world(source)
    registered = {t.account for t in made.ground_truth().tenancies}
    (branch,) = made.branches
    nameless = set(branch.subjects.filter(~branch.accounts.named).to_pylist())
    assert bool(nameless) == (source.emit.anonymous > 0)
    assert not registered & nameless
    used = {e.subject for e in events(source) if isinstance(e.payload, Usage)}
    assert used <= registered | nameless


PARKING = '''
"""Parking: a permit, and where the car stands."""

from streams.events import Registration, Usage
from streams.source import Source
from streams.synthetic.identifiers import columns
from streams.synthetic import identifiers as ids
from streams.synthetic.emission import Batch, Emit
from streams.synthetic.localities import cell_names


class Permit(Registration, frozen=True, kw_only=True):
    pass


class Parked(Usage, frozen=True, kw_only=True):
    cell: ids.Cell

    def place(self):
        return int(self.cell[13:])


def _usage(hour):
    uses = hour.happen(1.0)
    yield Batch("parked", uses, {"cell": cell_names(hour.cell_of(uses), hour.population.cells)})


SOURCE = Source(
    name="parking",
    describes="permits and where cars stand",
    account=ids.Login,
    kinds={"permit": Permit, "parked": Parked},
    resolution="hour x cell",
    emit=Emit(
        registers="permit",
        holdings=(0.5, 0.5),
        asks=("surname", "given", "address"),
        subjects=columns.logins,
        usage=_usage,
    ),
)
'''


def test_a_new_source_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "parking.py").write_text(PARKING)
    catalogue = load_sources(tmp_path, "dropped_sources")
    assert list(catalogue) == ["parking"]
    source = catalogue["parking"]
    found = events(source)
    assert {e.kind for e in found} == {"permit", "parked"}
    together = World(200, 1, 1, {**CATALOGUE, **catalogue})
    topics = {d.topic for d in together.deliveries() if isinstance(d, Delivery)}
    assert topics == {"registry", "events.parking", *(s.topic for s in CATALOGUE.values())}
