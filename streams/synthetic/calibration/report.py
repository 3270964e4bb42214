"""The report of a world: what is in it, beside what it is calibrated to."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import numpy as np
import pandas as pd

from linkage.privacy.estimate import Estimate
from streams.synthetic.calibration import unicity as u
from streams.synthetic.calibration.measures import (
    Slope,
    distinct_places,
    gyration,
    visit_shares,
    zipf_slope,
)
from streams.synthetic.calibration.realised import (
    Rate,
    realised_channels,
    realised_claims,
    realised_disagreement,
    realised_disorder,
)
from streams.synthetic.calibration.traces import Observed, Trace, observe
from streams.synthetic.chance import Floats, Ints, chance
from streams.synthetic.corruption.disagreement import ANY
from streams.synthetic.truth import true_rows
from streams.synthetic.world import World

KNOWN = 5
"""The largest number of known points asked about."""
SAMPLE = 5_000
SEEN = 50
"""Calls from which a radius of gyration is told."""
ROAMS = 15
"""Places of those whose favourites are ranked: with fewer, ranks up to ten say little."""
SHORT_DAYS, SHORT_PEOPLE = 2, 20_000
"""As much of the world is read as it arrives, event by event, for the disorder."""

POINTS: dict[str, tuple[str, Callable[[Trace], Ints]]] = {
    "calls: hour x cell": ("cdr", u.hour_and_place),
    "cards: day x shop": ("card", u.day_and_place),
    "cards: day x shop x price": ("card", u.day_place_and_price),
}
PUBLISHED = {"calls: hour x cell": (4, 0.95), "cards: day x shop": (4, 0.90)}
"""Known points and the share of people they single out in de Montjoye et al. 2013 and 2015."""
AIMS = {
    ("calls: hour x cell", 2): "over 50 % (de Montjoye 2013)",
    ("calls: hour x cell", 4): "95 % (de Montjoye 2013); aim 93-98 %",
    ("cards: day x shop", 4): "90 % (de Montjoye 2015); aim 85-95 %",
    ("cards: day x shop x price", 4): "more than without price (de Montjoye 2015)",
}
"""What is aimed at over 30 days, by known points."""
DISAGREE = {"hard": {"surname": 0.18, "given": 0.12}}
"""Shares of wrong values that presets aim at."""


class Events(msgspec.Struct, frozen=True):
    """How many events of a kind a source issued, copies not counted."""

    source: str
    kind: str
    op: str
    count: int
    per_person_day: float


class Movement(msgspec.Struct, frozen=True):
    """How people move by their calls: radius of gyration (km), Zipf's slope, places seen by day.

    `people` have SEEN calls or more, `roaming` were seen at ROAMS places or more; with none of
    them there is no slope.
    """

    people: int
    median_km: float
    ninety_km: float
    roaming: int
    visit_shares: list[float]
    slope: Slope | None
    distinct_places: list[float]


class Report(msgspec.Struct, frozen=True):
    """Everything measured on one world."""

    people: int
    days: int
    seed: int
    preset: str
    households: int
    cells: int
    accounts: dict[str, int]
    events: list[Events]
    unicity: dict[str, list[Estimate]]
    movement: Movement | None
    wrong: dict[str, Estimate]
    missing: dict[str, float]
    channels: list[Rate]
    claims: list[Rate]
    disorder: list[Rate]


class Measured(NamedTuple):
    """A report, and what only a figure has room for."""

    report: Report
    by_hour: dict[str, Floats]
    radius: Floats


def measure(world: World) -> Measured:
    """Run the world and return its report; as long as the run takes, times about two."""
    seen = observe(world)
    errors = realised_disagreement(world)
    errors = errors[errors["channel"] == ANY]
    people, radius = len(world.population), _radius(world, seen)
    accounts = {b.source.name: len(true_rows(b, world.hours)) for b in world.branches}
    report = Report(
        people=people,
        days=world.days,
        seed=world.seed,
        preset=world.preset.name,
        households=int(world.population.household[-1]) + 1,
        cells=world.population.cells,
        accounts=accounts,
        events=_events(seen, world),
        unicity=_unicity(seen, world.seed),
        movement=_movement(seen, world, radius),
        wrong=_wrong(errors, sum(accounts.values())),
        missing=dict(zip(errors["field"].tolist(), errors["missing"].tolist(), strict=True)),
        channels=realised_channels(world),
        claims=realised_claims(world),
        disorder=realised_disorder(_short(world)),
    )
    registers = {branch.registers for branch in world.branches}
    by_hour = {
        kind: counts / counts.sum()
        for kind, counts in seen.by_hour.items()
        if kind not in registers
    }
    return Measured(report, by_hour, radius)


def _short(world: World) -> World:
    people, days = min(len(world.population), SHORT_PEOPLE), min(world.days, SHORT_DAYS)
    return World(people, days, world.seed, world.sources, world.preset)


def _events(seen: Observed, world: World) -> list[Events]:
    """Return the counts by source, what was said first before what changes it."""
    order, days = list(world.sources), len(world.population) * world.days
    found = [Events(*key, count, count / days) for key, count in seen.by_op.items()]
    return sorted(found, key=lambda e: (order.index(e.source), e.op != "create", e.op, e.kind))


def _wrong(errors: pd.DataFrame, n: int) -> dict[str, Estimate]:
    columns = (errors[name].tolist() for name in ("field", "share", "low", "high"))
    return {
        field: Estimate(value=share, low=low, high=high, n=n, estimand="sample")
        for field, share, low, high in zip(*columns, strict=True)
    }


def _unicity(seen: Observed, seed: int) -> dict[str, list[Estimate]]:
    out = {}
    for name, (kind, point) in POINTS.items():
        if trace := seen.traces.get(kind):
            points = u.gather(trace.person, point(trace))
            out[name] = [
                u.unicity(points, known, SAMPLE, chance(seed, f"unicity/{name}", tick=known))
                for known in range(1, KNOWN + 1)
            ]
    return out


def _radius(world: World, seen: Observed) -> Floats:
    trace = seen.traces.get("cdr")
    return gyration(trace, world.population.cells, SEEN) if trace else np.empty(0)


def _movement(seen: Observed, world: World, radius: Floats) -> Movement | None:
    if (trace := seen.traces.get("cdr")) is None or not len(radius):
        return None
    shares, roaming = visit_shares(trace, ROAMS)
    median, ninety = np.percentile(radius, [50, 90]).tolist()
    return Movement(
        people=len(radius),
        median_km=median,
        ninety_km=ninety,
        roaming=roaming,
        visit_shares=shares.tolist(),
        slope=zipf_slope(shares) if shares.all() else None,
        distinct_places=distinct_places(trace, world.days).tolist(),
    )
