"""Homogeneity: who is hidden in a crowd, and what all of the crowd share is told all the same.

Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam 2007, ACM TKDD 1:3 (l-diversity). What is
sensitive is the cell where somebody is at night. The attacker knows four points of theirs by day,
and lets everybody who fits best vote with where they are at night; who is likelier has more votes.
"""

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.attack import Attack, Publish, attacked, scored
from linkage.privacy.defence import Material, Published, Traces
from linkage.privacy.distinct import distinct
from linkage.privacy.estimate import Estimate
from linkage.privacy.fitting import bounded, fitting, known_points, spread
from linkage.privacy.rows import Ints, rank_in_run

POINTS = 4
TARGETS = 1_000
DAY = range(8, 20)
_LITTLE = 1e-9
"""What the census weighs beside a vote: it decides between equal ones alone."""
NIGHT = (22, 23, 0, 1, 2, 3, 4, 5)


def _run(publish: Publish, material: Material, seed: int) -> Estimate:
    """Return the share of targets whose home cell is named right.

    Targets are people who are seen by day and by night. How many live in which cell is public, as
    a census is: of cells that fit as well the one with most homes is named, and the control is to
    name the cell with most homes of all.
    """
    traces = material.traces
    people, home = homes(traces)
    by_day = traces.take(np.isin(traces.hour % 24, DAY))
    targets = attacked(np.intersect1d(people, by_day.person), TARGETS, seed)
    true = home[np.searchsorted(people, targets)]
    if not len(targets):
        return scored(np.zeros(0), 0.0)
    cells, living = np.unique(home, return_counts=True)
    share = living / (len(home) + 1)
    published = publish(material, seed)
    found = fitting(published, known_points(by_day, targets, POINTS, seed))
    fits, number = np.unique(found.pseudonym, return_inverse=True)
    guess = _guessed(published, fits, cells, share)[number]
    votes = np.zeros((len(targets), len(cells)))
    seen = guess >= 0
    np.add.at(votes, (found.target[seen], guess[seen]), found.likelihood[seen])
    named = cells[np.argmax(votes + _LITTLE * share, axis=1)]
    control = float((true == cells[np.argmax(share)]).mean())
    return scored((named == true).astype(np.float64), control)


def homes(traces: Traces) -> tuple[Ints, Ints]:
    """Return who is seen at night, and the cell where each is most: the lowest of several."""
    night = traces.take(np.isin(traces.hour % 24, NIGHT))
    first, number = distinct(night.person, night.place)
    person, place = night.person[first], night.place[first]
    order = np.lexsort((place, -np.bincount(number, minlength=len(first)), person))
    most = order[rank_in_run(person[order]) == 0]
    return person[most], place[most]


def _guessed(published: Published, fits: Ints, cells: Ints, share: Floats) -> Ints:
    """Return the number of the home cell of each pseudonym in `fits`, which are sorted.

    It is the cell that explains most of the night's points, as the legend has it; -1 for who is
    not seen at night.
    """
    shown = published.traces
    legend = bounded(published.legend, shown)
    night = np.isin(shown.hour % 24, NIGHT) & np.isin(shown.person, fits)
    shown = shown.take(night)
    stated = legend.stated(np.zeros_like(cells), cells, shown.width)[1]
    cell, place = spread(stated, shown.width, legend.moved_cells)
    places, number = np.unique(shown.place, return_inverse=True)
    row = np.searchsorted(places, place)
    there = np.flatnonzero(row < len(places))
    there = there[places[row[there]] == place[there]]
    explains = np.zeros((len(places), len(cells)))
    explains[row[there], cell[there]] = 1.0
    seen = np.zeros((len(fits), len(places)))
    np.add.at(seen, (np.searchsorted(fits, shown.person), number), 1.0)
    score = seen @ explains
    return np.where(score.max(axis=1, initial=0.0) > 0, np.argmax(score + share, axis=1), -1)


ATTACK = Attack(
    name="homogeneity",
    question="Is somebody's home told by those who fit four points of theirs by day?",
    unit="share of the people attacked",
    paper="Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam 2007, ACM TKDD 1:3",
    must_not_be_read_as="identification: a home is told of people who are hidden among others",
    against="traces",
    run=_run,
)
