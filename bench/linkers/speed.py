"""The rows of speed and memory: our live linker, and what one event costs its peers."""

from collections.abc import Iterator, Mapping

from bench.harness import Row
from bench.linkers.live import BATCH, Figures, Job, figures

SIZES = (10_000, 100_000, 505_000, 1_000_000)
"""Identities; of a default run. The third is the one that targets speak of."""
EVENTS, TRAINED = 20_000, 200_000
DEFAULT = 20_000
"""People of a run with these sizes; with fewer, all sizes shrink."""
_LATENCY = (("p50", 100.0, 50.0), ("p99", 250.0, 100.0), ("p99.99", 10_000.0, 5_000.0))


def rows(people: int, seed: int, peers: Mapping[str, float]) -> Iterator[Row]:
    """Yield speed and memory at each size; `peers` has the seconds that an event costs others."""
    share = people / DEFAULT
    sizes = [max(50, round(size * share)) for size in SIZES]
    events = max(50, round(EVENTS * min(1.0, share)))
    found = {size: figures(Job("link", size, events, seed)) for size in sizes}
    yield from _of_events(found[sizes[2]], seed)
    yield from _of_growth(found, seed)
    if peers:
        ours = figures(Job("link", people, events, seed))
        name = f"{ours['identities']:,.0f} identities: one event, p50"
        for peer, its in peers.items():
            p50 = 1e6 * ours["p50"]
            yield Row(name=name, value=p50, unit="us", peer=peer, peer_value=1e6 * its, seed=seed)
    yield from _of_training(Job("train", sizes[2], max(50, round(TRAINED * share)), seed))


def _of_events(found: Figures, seed: int) -> Iterator[Row]:
    n, place = int(found["events"]), f"{found['identities']:,.0f} identities"
    for clock in ("cpu", "wall"):
        name = "processor time" if clock == "cpu" else "wall clock"
        yield Row(
            name=f"{place}: {BATCH} at a time, {name}",
            value=1.0 / found[clock],
            unit="events/s",
            at_least=10_000.0,
            aim=50_000.0,
            seed=seed,
            n=n,
        )
    for what, least, aim in _LATENCY:
        yield Row(
            name=f"{place}: one event, {what}",
            value=1e6 * found[what],
            unit="us",
            at_most=least,
            aim=aim,
            seed=seed,
            n=n,
        )
        value, unit = 1e6 * found[f"cpu {what}"], "us"
        name = f"{place}: one event, {what}, processor time"
        yield Row(name=name, value=value, unit=unit, seed=seed, n=n)
    for what in ("retract", "erase"):
        yield Row(
            name=f"{place}: {what}, p99",
            value=1e3 * found[what],
            unit="ms",
            at_most=5.0,
            aim=1.0,
            seed=seed,
            n=int(found["undone"]),
        )


def _of_growth(found: Mapping[int, Figures], seed: int) -> Iterator[Row]:
    for one in found.values():
        name = f"{one['identities']:,.0f} identities: an event, {BATCH} at a time, processor time"
        value, n = 1e6 * one["cpu"], int(one["events"])
        yield Row(name=name, value=value, unit="us", seed=seed, n=n)
        name, value = f"{one['identities']:,.0f} identities: candidates of it", one["candidates"]
        yield Row(name=name, value=value, unit="pairs", seed=seed, n=n)
    first, last = (list(found.values())[place] for place in (0, -1))
    whole, n = f"{last['identities']:,.0f} identities", int(last["identities"])
    yield Row(
        name=f"{whole}: cost of an event beside {first['identities']:,.0f}",
        value=last["cpu"] / first["cpu"],
        unit="times",
        at_most=2.0,
        aim=1.3,
        seed=seed,
        n=int(last["events"]),
    )
    name = f"{whole}: memory of an identity"
    held, arrays = last["bytes"], last["arrays"]
    yield Row(name=name, value=held, unit="bytes", at_most=1024.0, aim=300.0, seed=seed, n=n)
    yield Row(name=f"{name}, arrays alone", value=arrays, unit="bytes", seed=seed, n=n)


def _of_training(job: Job) -> Iterator[Row]:
    found = figures(job)
    name = f"{found['identities']:,.0f} identities, {found['events']:,.0f} records: training"
    n = int(found["identities"] + found["events"])
    for what, value, unit, most, aim in (
        ("wall clock", found["wall"], "s", 180.0, 60.0),
        ("processor time", found["cpu"], "s", None, None),
        ("peak memory, frames included", found["peak"], "MB", 3000.0, None),
    ):
        yield Row(
            name=f"{name}, {what}",
            value=value,
            unit=unit,
            at_most=most,
            aim=aim,
            seed=job.seed,
            n=n,
        )
