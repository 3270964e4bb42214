"""What happens to risk figures as links get worse: true links spoiled to a precision that is known.

Every account first belongs to whom it describes. Then each gets a probability that its link is
right, and goes to a random other person as often as that says. So the probabilities are calibrated
by construction, and what the figures make of them can be held against the truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from scipy.special import betaincinv

from linkage.errors import RiskError
from linkage.intervals import Floats
from linkage.privacy.adversary import Knowledge, load_adversaries
from linkage.privacy.doubt import doubt
from linkage.privacy.each import Flags, alike
from linkage.privacy.estimate import Estimate
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.lattice import class_moves
from linkage.privacy.metric import Context, figures, load_metrics
from linkage.privacy.points import PointIndex
from linkage.privacy.rows import Ints, Keys
from linkage.privacy.view import View
from linkage.quality.calibration import Calibration
from streams.risk.beside import SEEING, Beside, beside, calibrated

PRECISIONS = (1.0, 0.95, 0.9, 0.8, 0.7)
SPREAD = 1.0
"""How alike the probabilities of links are: a + b of their beta distribution. So most are surer
than their mean, and some are hardly worth a guess, as those of a linker are."""


@dataclass(frozen=True)
class Holdings:
    """Accounts with points: the number of the source, whom it describes, the sum of its points."""

    sources: tuple[str, ...]
    source: Ints
    person: Ints
    total: Keys


class Spoiled(msgspec.Struct, frozen=True, kw_only=True):
    """The joined view at one precision; `realised` is the share of links that came out right."""

    precision: float
    realised: float
    people: int
    vulnerability: Estimate
    figures: dict[str, Beside]
    calibration: Calibration


def spoiled(
    held: Holdings, seed: int, precisions: Sequence[float] = PRECISIONS
) -> tuple[Spoiled, ...]:
    """Return the joined view of these accounts at each precision of their links.

    The same chance is used at every precision, so what is wrong at one is mostly wrong at a lower
    one too. RiskError for fewer than two people: there is nobody else to name.
    """
    dice = np.random.default_rng(seed)
    sure, luck, other = dice.random((3, len(held.source)))
    everybody, true = np.unique(held.person, return_inverse=True)
    if len(everybody) < 2:
        raise RiskError(f"people: got {len(everybody)}, needs 2 or more to take one for another")
    step = 1 + np.floor(other * (len(everybody) - 1)).astype(np.int64)
    found = []
    for precision in precisions:
        chance = _probabilities(precision, sure)
        wrong = luck >= chance
        named = np.where(wrong, (true + step) % len(everybody), true)
        found.append(_measured(held, precision, named, chance, wrong))
    return tuple(found)


def _probabilities(precision: float, sure: Floats) -> Floats:
    """Return a probability for each account, `precision` on average."""
    if precision == 1.0:
        return np.ones_like(sure)
    found: Floats = betaincinv(SPREAD * precision, SPREAD * (1.0 - precision), sure)
    return found


def _measured(
    held: Holdings, precision: float, named: Ints, chance: Floats, wrong: Flags
) -> Spoiled:
    shape = int(named.max()) + 1, len(held.sources)
    sums: Keys = np.zeros(shape, np.uint64)
    doubts, wrongs = np.zeros((2, *shape), np.int64)
    np.add.at(sums, (named, held.source), held.total)
    each = np.array([doubt(one) for one in chance.tolist()], np.int64)
    np.add.at(doubts, (named, held.source), each)
    np.add.at(wrongs, (named, held.source), wrong)
    here = np.flatnonzero(sums.any(axis=1))  # who is left without a point is in no figure
    sums, doubts = sums[here], doubts[here]
    people, contaminated = alike(sums, doubts), wrongs[here].sum(axis=1) > 0
    known = load_metrics()
    metrics = {name: known[name] for name in (*SEEING, "vulnerability")}
    measured = figures(metrics, _context(held.sources, sums, doubts))
    return Spoiled(
        precision=precision,
        realised=1.0 - float(wrong.mean()),
        people=len(here),
        vulnerability=measured["vulnerability"],
        figures=beside(people, contaminated, measured),
        calibration=calibrated(people, contaminated),
    )


def _context(sources: tuple[str, ...], sums: Keys, doubts: Ints) -> Context:
    """Return the view of all sources, for metrics of the full trace: nobody is attacked."""
    view, nothing = View("+".join(sources), sources), PointIndex()
    histogram = ClassHistogram(1)
    before = np.zeros_like(sums), np.zeros_like(doubts)
    for moves in class_moves((view,), sources, (before[0], sums), (before[1], doubts)):
        histogram.move(moves)
    return Context(
        view=view,
        number=0,
        sources=tuple(range(len(sources))),
        views=(view,),
        histogram=histogram,
        visible=nothing,
        profiles=nothing.profiles(nothing.targets()),
        adversary=load_adversaries()["operator"],
        knowledge=Knowledge(1),
        seed=0,
        population=len(sums),
    )
