"""What a joined sample shows of crowds: of whole traces, and of a few known points.

Everything is counted by groups of the sampled people, so that any group can be left out afterwards
as if it had never been sampled.
"""

from dataclasses import dataclass, replace

import numpy as np

from linkage.privacy.adversary import Known
from linkage.privacy.matching import Suspects, suspects
from linkage.privacy.metric import Context, Flags
from linkage.privacy.points import shuffled
from linkage.privacy.pricing.apart import Apart
from linkage.privacy.pricing.extrapolation import Met
from linkage.privacy.rows import Ints, Keys


@dataclass(frozen=True)
class Evidence:
    """What was met, a row for each attacked person and draw of points.

    `owner` is the person's place in the sample, `draw` the number of the draw, `found` whether the
    row is attacked at all: its person has a point in the view, or some of theirs are known. `met`
    is how many others of the sample fit everything, rows x groups. `inside` and `everybody` are how
    many others, of the sample and of all, fit what is known in each source: rows x sources x groups
    and rows x sources. Who is `outside` a source fits whoever is none of its `customers` either.
    """

    owner: Ints
    draw: Ints
    found: Flags
    met: Ints
    inside: Ints
    everybody: Ints
    outside: Flags
    customers: Ints

    def seen(self, people: int, without: int = -1) -> Met:
        """Return what was met among so many people, by the sample or without one of its groups.

        The candidates are those of the source in which fewest fit.
        """
        everybody = np.maximum(
            np.where(self.outside, people - 1 - self.customers, self.everybody), 0
        )
        row, best = np.arange(len(everybody)), everybody.argmin(axis=1)
        inside = self.inside[row, best]
        met, among = self.met.sum(axis=1), inside.sum(axis=1)
        if without >= 0:
            met, among = met - self.met[:, without], among - inside[:, without]
        share = np.minimum(everybody / max(people - 1, 1), 1.0)
        share[row, best] = 1.0
        candidates = np.maximum(everybody[row, best], among)
        return Met(met, among, candidates, share.prod(axis=1))


@dataclass(frozen=True)
class Sample:
    """Who was sampled: their numbers in rising order, the group of each, and how many groups."""

    people: Ints
    group: Ints
    groups: int

    def by_group(self, row: Ints, person: Ints, rows: int) -> Ints:
        """Return how many of the sampled are in each row, by group: rows x groups."""
        place = np.minimum(np.searchsorted(self.people, person), len(self.people) - 1)
        cell = row * self.groups + self.group[place]
        return np.bincount(cell, minlength=rows * self.groups).reshape(rows, self.groups)

    def others(self, counts: Ints, owner: Ints) -> Ints:
        """Return counts by group without the person who owns the row."""
        less = counts.copy()
        less[np.arange(len(owner)), self.group[owner]] -= 1
        return less


def of_traces(sample: Sample, sums: Keys, apart: Apart, view: tuple[int, ...]) -> Evidence:
    """Return what a view shows of the sampled people's whole traces.

    `sums` are people x sources as of `apart.traces`. Who has no point in a source looks like all
    others who have none in it.
    """
    customers = [apart.customers[number] for number in view]
    rows = np.column_stack([mine.of(sample.people) for mine in customers])
    alike = [np.append(mine.alike, 1)[row] for mine, row in zip(customers, rows.T, strict=True)]
    owner = np.arange(len(sample.people))
    return Evidence(
        owner=owner,
        draw=np.zeros_like(owner),
        found=(sums[:, list(view)] != 0).any(axis=1),
        met=_alike(sample, sums[:, list(view)]),
        inside=np.stack([_alike(sample, sums[:, number, None]) for number in view], axis=1),
        everybody=np.column_stack(alike) - 1,
        outside=rows < 0,
        customers=np.array([len(mine.people) for mine in customers]),
    )


def of_points(
    sample: Sample, context: Context, apart: Apart, seeds: tuple[int, ...]
) -> Evidence | None:
    """Return what a view shows of those of whom an adversary knows some points, drawn repeatedly.

    None where he errs: who fits best what is not so cannot be told from single sources.
    """
    parts = []
    for number, seed in enumerate(seeds):
        known = drawn(context, apart, seed).known
        lookup = context.visible.lookup()
        if not lookup.carries(lookup.numbers(known.point), known.people[known.owner]).all():
            return None
        parts.append(_of_draw(sample, context, apart, known, number))
    names = ("owner", "draw", "found", "met", "inside", "everybody", "outside")
    rows = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Evidence(**rows, customers=parts[0].customers)


def drawn(context: Context, apart: Apart, seed: int) -> Context:
    """Return a context whose adversary draws by another seed, and sees everybody's single sources.

    How many people share a point is known without a join: a point is of one source.
    """
    p = context.profiles
    profiles = shuffled(seed, p.people, p.owner, p.source, p.point)
    return replace(context, profiles=profiles, visible=apart.index, seed=seed)


def _of_draw(sample: Sample, context: Context, apart: Apart, known: Known, draw: int) -> Evidence:
    lookup, people = context.visible.lookup(), len(known.people)
    source = _source_of(context, known)
    inside, everybody, outside = [], [], []
    for number in context.sources:
        rows = np.flatnonzero(source == number)
        part = Known(known.people, known.owner[rows], known.point[rows])
        inside.append(_crowd(sample, suspects(lookup, part), people))
        everybody.append(apart.crowds(part) - 1)
        outside.append(np.bincount(part.owner, minlength=people) == 0)
    return Evidence(
        owner=np.searchsorted(sample.people, known.people),
        draw=np.full(people, draw),
        found=np.bincount(known.owner, minlength=people) > 0,
        met=_crowd(sample, suspects(lookup, known), people),
        inside=np.stack(inside, axis=1),
        everybody=np.column_stack(everybody),
        outside=np.column_stack(outside),
        customers=np.zeros(len(context.sources), dtype=np.int64),
    )


def _alike(sample: Sample, sums: Keys) -> Ints:
    """Return how many others of the sample have the same sums in each column, by group."""
    _, which = np.unique(sums, axis=0, return_inverse=True)
    which = which.reshape(-1)
    owner = np.arange(len(sums))
    counts = sample.by_group(which, sample.people, int(which.max(initial=-1)) + 1)
    return sample.others(counts[which], owner)


def _crowd(sample: Sample, found: Suspects, people: int) -> Ints:
    """Return how many others of the sample are in each crowd, by group."""
    counts = sample.by_group(found.owner, found.person, people)
    return np.where((found.size > 0)[:, None], sample.others(counts, np.arange(people)), 0)


def _source_of(context: Context, known: Known) -> Ints:
    """Return the number of the source of each known point."""
    point, first = np.unique(context.profiles.point, return_index=True)
    return context.profiles.source[first][np.searchsorted(point, known.point)].astype(np.int64)
