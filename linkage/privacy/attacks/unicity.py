"""Unicity: do four points of somebody's true trace single out their pseudonym?

De Montjoye, Hidalgo, Verleysen and Blondel 2013, Scientific Reports 3:1376. Their attacker knows
points as they are published; this one knows the true ones and what the legend says became of them,
and takes whoever fits best. Where two fit as well he gives up, as in the paper; `likeliest` does
not.
"""

import numpy as np

from linkage.privacy.attack import Attack, Publish, attacked, scored
from linkage.privacy.defence import Material
from linkage.privacy.estimate import Estimate
from linkage.privacy.fitting import fitting, known_points

POINTS = 4
TARGETS = 1_000


def _run(publish: Publish, material: Material, seed: int) -> Estimate:
    """Return the share of targets to whom all the best-fitting pseudonyms belong.

    The control is what naming as many would come to if pseudonyms were dealt out at random.
    """
    everybody = np.unique(material.traces.person)
    targets = attacked(everybody, TARGETS, seed)
    published = publish(material, seed)
    found = fitting(published, known_points(material.traces, targets, POINTS, seed))
    best = published.holder[found.pseudonym]
    many = np.bincount(found.target, minlength=len(targets))
    own = np.bincount(found.target, best == targets[found.target], len(targets))
    first, last = (np.full(len(targets), -1, np.int64) for _ in range(2))
    last[found.target], first[found.target[::-1]] = best, best[::-1]
    mixed = np.bincount(found.target, best != first[found.target], len(targets)) > 0
    named = float(np.count_nonzero((many > 0) & ~mixed)) / max(1, len(targets))
    return scored(((many > 0) & (own == many)).astype(np.float64), named / max(1, len(everybody)))


ATTACK = Attack(
    name="unicity",
    question="Do four known points of somebody fit nobody's pseudonym as well as their own?",
    unit="share of the people attacked",
    paper="de Montjoye, Hidalgo, Verleysen and Blondel 2013, Scientific Reports 3:1376",
    must_not_be_read_as="what one guess comes to: it gives up where two fit, as likeliest does not",
    against="traces",
    run=_run,
)
