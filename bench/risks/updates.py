"""The rows of the live lattice: what an event costs, what a person weighs, does batch agree."""

from collections.abc import Iterator

from bench.harness import Row
from bench.risks.lattices import Figures, Job, figures

SIZES = (10_000, 100_000, 1_000_000)
"""People; of a default run. The second is the one that targets speak of."""
MANY, MANY_PEOPLE = 8, 10_000
EVENTS, LONG = 200_000, 1_000_000
DEFAULT = 20_000
"""People of a run with these sizes; with fewer, all sizes shrink."""


def rows(people: int, seed: int) -> Iterator[Row]:
    """Yield speed, growth, memory, the cost of more sources, and the difference from batch."""
    share = min(1.0, people / DEFAULT)
    sizes = [max(50, round(size * share)) for size in SIZES]
    events = max(500, round(EVENTS * share))
    found = {n: figures(Job("update", n, 3, events, seed)) for n in sizes}
    yield from _of_three(sizes[1], found[sizes[1]], events, seed)
    yield from _of_growth(found, seed)
    few = max(50, round(MANY_PEOPLE * share))
    yield from _of_many(few, max(100, events // 10), seed)
    yield from _of_agreement(
        Job("agree", max(50, people), 3, max(5_000, round(LONG * share)), seed)
    )


def _of_three(people: int, found: Figures, events: int, seed: int) -> Iterator[Row]:
    place = f"{people:,} people, 3 sources: "
    for what, least, aim in (("p50", 5.0, 2.0), ("p99", 25.0, 10.0)):
        yield Row(
            name=f"{place}one event, 4 of 7 views, {what}",
            value=found[what],
            unit="us",
            at_most=least,
            aim=aim,
            seed=seed,
            n=events,
        )
    name, value = f"{place}memory of a person", found["bytes"] / 1024
    yield Row(name=name, value=value, unit="KiB", at_most=1.0, seed=seed, n=people)
    name, value = f"{place}classes of a person, of 7", found["classes"]
    yield Row(name=name, value=value, unit="classes", seed=seed, n=people)


def _of_growth(found: dict[int, Figures], seed: int) -> Iterator[Row]:
    for people, one in found.items():
        name = f"{people:,} people, 3 sources: one event, p50"
        yield Row(name=name, value=one["p50"], unit="us", seed=seed, n=people)
    few, many = min(found), max(found)
    yield Row(
        name=f"one event, p50: {many:,} people against {few:,}",
        value=found[many]["p50"] / found[few]["p50"],
        unit="times",
        at_most=2.0,
        seed=seed,
        n=many,
    )


def _of_many(people: int, events: int, seed: int) -> Iterator[Row]:
    found, touched = figures(Job("update", people, MANY, events, seed)), 2 ** (MANY - 1)
    place = f"{people:,} people, {MANY} sources: "
    for what in ("p50", "p99"):
        name = f"{place}one event, {touched} of {2**MANY - 1} views, {what}"
        yield Row(name=name, value=found[what], unit="us", seed=seed, n=events)
        name = f"{place}each touched view, {what}"
        yield Row(name=name, value=found[what] / touched, unit="us", seed=seed, n=events)
    name, value = f"{place}memory of a person", found["bytes"] / 1024
    yield Row(name=name, value=value, unit="KiB", seed=seed, n=people)


def _of_agreement(job: Job) -> Iterator[Row]:
    found = figures(job)
    taken = f"{found['taken back']:,.0f} of them taking back"
    n, seed, place = job.events, job.seed, f"{job.people:,} people"
    name = f"{place}: any figure of any view, live against batch, {taken}"
    value = found["apart"]
    yield Row(name=name, value=value, unit="at most apart", at_most=1e-9, seed=seed, n=n)
    name, value = f"{place}: the digest of all classes is that of batch", found["digest"]
    yield Row(name=name, value=value, unit="1 if so", at_least=1.0, seed=seed, n=n)
    name, value = f"{place}: events, doubts among them, processor time", found["per second"]
    yield Row(name=name, value=value, unit="events/s", seed=seed, n=n)
