"""What does a link cost, what does an identity weigh, and how many links are right?"""

import gc
import sys
import tracemalloc
from collections.abc import Hashable, Iterator, Mapping, Sequence
from statistics import median

import msgspec

from bench.harness import Bench, Options, Row, main
from bench.rig.stopwatch import Stopwatch
from bench.rig.world import plan, quiet_world
from linkage.linker import Linker
from linkage.quality import quality
from linkage.records import Identity, Record, interned
from linkage.registry import Registry
from streams.messages import RegistryEntry
from streams.synthetic.world import World
from streams.training import Tenancy, registrations

BATCH, SINGLES = 500, 1000
Groups = Mapping[Tenancy, Sequence[Record]]


def run(options: Options) -> list[Row]:
    """Link every tenancy of the demo's world against its whole registry."""
    return list(_rows(options))


def _rows(options: Options) -> Iterator[Row]:
    world, chosen = quiet_world(options), plan(options)
    registry, size = _registry(world)
    seed, people = options.seed, len(registry)
    yield Row(name="memory of an identity", value=size, unit="bytes", seed=seed, n=people)
    linker = Linker(chosen.model, registry, chosen.thresholds)
    groups = registrations(world)
    tenancies = list(groups.values())
    few = tenancies[:SINGLES]
    for name, some, batch in (
        (f"a tenancy, {BATCH} at a time", tenancies, BATCH),
        ("a tenancy, one at a time", few, 1),
    ):
        cost = median(_cost(linker, some, batch) for _ in range(options.repeat))
        yield Row(name=name, value=cost, unit="us", seed=seed, n=len(some))
    yield from _quality_rows(world, linker, groups, seed)


def _registry(world: World) -> tuple[Registry, float]:
    """Return the registry, filled from the wire, and the bytes it keeps alive for each person."""
    entries = [
        msgspec.json.encode(RegistryEntry(person=one.person, record=one.record))
        for one in world.identities()
    ]
    decode = msgspec.json.Decoder(RegistryEntry).decode
    registry = Registry()
    tracemalloc.start()
    try:
        for entry in map(decode, entries):
            if entry.record is not None:
                registry.upsert(Identity(entry.person, interned(entry.record)))
        del entry
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return registry, size / len(registry)


def _cost(linker: Linker, groups: Sequence[Sequence[Record]], batch: int) -> float:
    """Return the microseconds of processor time that a group costs, this many at a time."""
    watch = Stopwatch()
    for start in range(0, len(groups), batch):
        linker.identify(groups[start : start + batch])
    return 1e6 * watch.taken().cpu / len(groups)


def _quality_rows(world: World, linker: Linker, groups: Groups, seed: int) -> Iterator[Row]:
    truth = world.ground_truth()
    missing = set(truth.unregistered)
    described: dict[Hashable, int | None] = {}
    claimed: dict[Hashable, int | None] = {}
    for key, one in truth.by_tenancy().items():
        described[key] = None if one.described in missing else one.described
        claimed[key] = None if one.claimed in missing else one.claimed
    decisions = linker.identify(list(groups.values()))
    linked = [d.person if d.status == "link" else None for d in decisions]
    ours = quality(described, dict(zip(groups, linked, strict=True)))
    base = quality(described, claimed)
    for name, bound in (("precision", 0.995), ("recall", 0.95)):
        yield Row(
            name=name,
            value=getattr(ours, name),
            unit="share",
            at_least=bound,
            peer="claimed ID number alone",
            peer_value=getattr(base, name),
            seed=seed,
            n=ours.accounts,
        )


BENCH = Bench(
    name="linkage",
    question="What does a link cost, what does an identity weigh, and how many links are right?",
    run=run,
    conditions=lambda _: (
        "Processor time; a tenancy is all registrations of an account by one holder. Memory is "
        "what the registry keeps alive by tracemalloc, records included, the log of changes that "
        "a worker keeps beside it not. Precision and recall are against the person described, "
        "with the registry as it is in the end."
    ),
)

if __name__ == "__main__":
    sys.exit(main((BENCH,)))
