"""A pilot: a few people whose sources are joined, and everybody's sources each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from linkage.errors import RiskError
from linkage.intervals import Floats
from linkage.privacy.frames import coarsened
from linkage.privacy.hashing import seeded
from linkage.privacy.how import How
from linkage.privacy.points_frame import PointColumns, point_columns
from linkage.privacy.pricing.apart import Apart, keys_of, traces
from linkage.privacy.pricing.calibrated import calibrated
from linkage.privacy.pricing.evidence import Sample
from linkage.privacy.rows import Ints, Keys

GROUPS = 20
"""Groups of sampled people that are left out in turn."""
LEAST = 100
"""People with a point, from whom on anything is told."""


@dataclass(frozen=True)
class Pilot:
    """What is held before a join: a joined sample, and all sources apart.

    `joined` is a frame of points (`linkage.privacy.frames`) of the sampled people; `apart` is one
    of everybody, of whom a number means somebody within one source only, except that the sampled
    people have theirs of `joined` in each. `drawn` people were sampled at random out of
    `population`, each as likely as any other: those without a point count too.
    """

    joined: pd.DataFrame
    apart: pd.DataFrame
    drawn: int
    population: int


class Ground:
    """A pilot as it is measured: points at a resolution, groups of people, and their weights."""

    def __init__(self, pilot: Pilot, sources: Sequence[str], seed: int, how: How) -> None:
        self.drawn, self.population = pilot.drawn, pilot.population
        self.points = point_columns(_only(pilot.joined, sources, "joined"), how.secret)
        everybody = point_columns(_only(pilot.apart, sources, "apart"))
        self.apart = Apart(coarsened(everybody, how.resolution))
        _refuse_few(pilot, self.points)
        _refuse_counted(self.points, everybody)
        seen = coarsened(self.points, how.resolution)
        self.apart.refuse_other(seen)
        self.sums: Keys = traces(seen, keys_of(seen))
        group, self._idle = _dealt(seen.people, pilot.drawn, seed)
        self.sample = Sample(seen.people, group, GROUPS)

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the names of the sources in rising order."""
        return self.points.sources

    @property
    def doubts(self) -> Ints:
        """Return the doubts of the sampled people's links: people x sources."""
        return self.points.doubts

    def points_of(self, groups: Sequence[int]) -> PointColumns:
        """Return the points of the sampled people of some groups, as fine as they came."""
        p = self.points
        chosen = np.isin(self.sample.group, np.array(groups))
        rows = chosen[np.searchsorted(p.people, p.person)]
        return replace(
            p,
            people=p.people[chosen],
            doubts=p.doubts[chosen],
            secret=None if p.secret is None else p.secret[chosen],
            person=p.person[rows],
            source=p.source[rows],
            hour=p.hour[rows],
            place=p.place[rows],
            times=p.times[rows],
        )

    @cached_property
    def people(self) -> int:
        """Return how many of the population have a point in any source, as the pilot tells."""
        return self.people_by(self.weights())

    def people_by(self, weights: Floats) -> int:
        """Return the same by other weights; never fewer than are known, nor more than can be."""
        many = [len(mine.people) for mine in self.apart.customers]
        return min(max(round(float(weights.sum())), *many), sum(many), self.population)

    def weights(self, without: int = -1) -> Floats:
        """Return for how many people each of the sampled stands, without one of the groups or all.

        Calibrated to what every source by itself tells of everybody; 0 for who is left out.
        """
        kept = self.sample.group != without
        found = np.zeros(len(kept))
        facts, totals = self._facts
        n = int(kept.sum()) + int(np.count_nonzero(self._idle != without))
        found[kept] = calibrated(facts[kept], totals, n, self.population)
        return found

    @cached_property
    def _facts(self) -> tuple[Floats, Floats]:
        numbers = range(len(self.sources))
        people = self.sample.people
        facts = np.column_stack([self.apart.facts(number, people) for number in numbers])
        return facts, np.concatenate([self.apart.totals(number) for number in numbers])


def _only(frame: pd.DataFrame, sources: Sequence[str], name: str) -> pd.DataFrame:
    """Return the points of some sources, all of which are known even if there is no point."""
    if "source" not in frame.columns:
        raise RiskError(f"{name}: it has no column 'source'; it has {list(frame.columns)}")
    words = frame["source"].astype(str)
    known = sorted(set(words))
    if lacking := [source for source in sources if source not in known]:
        raise RiskError(
            f"{name}: got source {lacking[0]!r}, of which it has no point; it has "
            f"{', '.join(known) or 'none'}"
        )
    kept = words.isin(list(sources)).to_numpy()
    return frame[kept].assign(source=pd.Categorical(words[kept], sorted(sources)))


def _refuse_few(pilot: Pilot, points: PointColumns) -> None:
    people = len(points.people)
    if not people <= pilot.drawn <= pilot.population:
        raise RiskError(
            f"pilot: {people} people have points of {pilot.drawn} drawn out of "
            f"{pilot.population}; needs no more with points than drawn, and no more drawn than "
            "there are"
        )
    if people < LEAST:
        raise RiskError(
            f"pilot: {people} of the {pilot.drawn} people drawn have a point; too few to "
            f"extrapolate from: {LEAST} are needed, so draw about "
            f"{max(-(-LEAST * pilot.drawn // max(people, 1)), LEAST)} or more"
        )


def _refuse_counted(*frames: PointColumns) -> None:
    """Refuse values that are no whole numbers: each frame would count them off in its own way."""
    for counted in (points.counted for points in frames):
        if counted:
            raise RiskError(
                f"pilot: {counted[0]} needs whole numbers in both frames, to mean the same"
            )


def _dealt(people: Ints, drawn: int, seed: int) -> tuple[Ints, Ints]:
    """Return the group of each person, and of each who was drawn and has no point.

    All who were drawn are dealt out together, so that the share of people with a point differs from
    group to group as it does from sample to sample.
    """
    turn = np.argsort(seeded(seed, np.arange(drawn)), kind="stable") % GROUPS
    group = np.empty(len(people), dtype=np.int64)
    group[np.argsort(seeded(seed, people), kind="stable")] = turn[: len(people)]
    return group, turn[len(people) :]
