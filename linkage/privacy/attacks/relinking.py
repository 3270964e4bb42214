"""Window re-linking: who is who in a later period, told by habits of an earlier one?

Tournier and de Montjoye 2022, Science Advances 8:eabl6464. The attacker knows where his targets
were in the first half of the time; the second is published. Where pseudonyms change, each window
is a release of its own, in which he has one guess.
"""

from dataclasses import replace

import numpy as np

from linkage.privacy.attack import Attack, Publish, attacked, scored
from linkage.privacy.defence import Legend, Material, Published, Traces
from linkage.privacy.estimate import Estimate
from linkage.privacy.fitting import blurred, bounded, spread
from linkage.privacy.profiling import Sightings, rank_own
from linkage.privacy.rows import Ints

TARGETS = 1_000
WORK = range(8, 18)
"""Hours of the first five days of seven that are told from the others: where somebody works."""


def _run(publish: Publish, material: Material, seed: int) -> Estimate:
    """Return how often the pseudonym that fits a target's habits best is their own.

    Targets are people who were there in both halves. One who is in several windows counts by the
    mean over them, one who is not published at all as not found. The control is to take any
    pseudonym of the window.
    """
    traces = material.traces
    middle = (int(traces.hour.min(initial=0)) + int(traces.hour.max(initial=0)) + 1) // 2
    before, after = traces.take(traces.hour < middle), traces.take(traces.hour >= middle)
    targets = attacked(np.intersect1d(before.person, after.person), TARGETS, seed)
    published = publish(replace(material, traces=after), seed)
    known = _known(before, targets, bounded(published.legend, traces))
    found, chance, windows = (np.zeros(len(targets)) for _ in range(3))
    for shown in _windows(published):
        there, own = _own(shown, published.holder, targets)
        if len(there):
            released = Sightings(shown.person, _habit(shown))
            mine = known.take(np.isin(known.person, there))
            number = np.searchsorted(there, mine.person)
            ranking = rank_own(Sightings(number, _habit(mine)), released, own)
            found[there] += ranking.first
            chance[there] += 1.0 / len(np.unique(shown.person))
            windows[there] += 1
    each = np.maximum(windows, 1)
    return scored(found / each, float((chance / each).mean()) if len(targets) else 0.0)


def _known(before: Traces, targets: Ints, legend: Legend) -> Traces:
    """Return what is known as it would be published: coarse, and moved to all it may move to."""
    mine = before.take(np.isin(before.person, targets))
    mine = blurred(replace(mine, person=np.searchsorted(targets, mine.person)), legend)
    which, place = spread(mine.place, mine.width, legend.moved_cells)
    return replace(mine.take(which), place=place)


def _windows(published: Published) -> list[Traces]:
    """Return what is shown in each window, in which pseudonyms do not change."""
    shown, lasts = published.traces, published.legend.lasts
    if lasts is None:
        return [shown]
    return [shown.take(shown.hour // lasts == window) for window in np.unique(shown.hour // lasts)]


def _own(shown: Traces, holder: Ints, targets: Ints) -> tuple[Ints, Ints]:
    """Return which targets are shown, and the pseudonym of each."""
    pseudonyms = np.unique(shown.person)
    _, there, at = np.intersect1d(targets, holder[pseudonyms], return_indices=True)
    return there.astype(np.int64), pseudonyms[at]


def _habit(traces: Traces) -> Ints:
    """Return each point's habit: the source, the place, and whether it is time to work."""
    day, hour = np.divmod(traces.hour, 24)
    work = np.isin(hour, WORK) & (day % 7 < 5)
    return (traces.source.astype(np.int64) << 40) | (traces.place << 1) | work


ATTACK = Attack(
    name="relinking",
    question="Does somebody's later pseudonym fit their earlier habits better than any other?",
    unit="share of the people attacked",
    paper="Tournier and de Montjoye 2022, Science Advances 8:eabl6464, by a simpler relative of it",
    must_not_be_read_as="the best there is: longer periods and better models find more people",
    against="traces",
    run=_run,
)
