"""The likeliest: whose pseudonym is named in one guess by four points of somebody's true trace?

Unicity gives up where two fit. This attacker does not: of those who carry most of what he knows he
takes the one whose points are likeliest to have it among them, as Bayes would without knowing
anything beforehand (Shokri, Theodorakopoulos, Le Boudec and Hubaux 2011, IEEE Symposium on Security
and Privacy, "Quantifying location privacy"). Where pseudonyms change he guesses where he is surest.
"""

from dataclasses import replace

import numpy as np

from linkage.privacy.attack import Attack, Publish, attacked, scored
from linkage.privacy.defence import Material, Published, Traces
from linkage.privacy.estimate import Estimate
from linkage.privacy.fitting import Fitting, fitting, known_points

POINTS = 4
TARGETS = 1_000
_ALIKE = 1e-9


def _run(publish: Publish, material: Material, seed: int) -> Estimate:
    """Return how often the guess is right; who is as likely is drawn by lot.

    The control is to name anybody of the material.
    """
    everybody = np.unique(material.traces.person)
    targets = attacked(everybody, TARGETS, seed)
    known = known_points(material.traces, targets, POINTS, seed)
    published = publish(material, seed)
    parts = [_sure(fitting(*window)) for window in _windows(published, known)]
    found = Fitting(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    most = np.zeros(len(targets))
    np.maximum.at(most, found.target, found.likelihood)
    named = found.likelihood >= most[found.target] - _ALIKE
    own = published.holder[found.pseudonym] == targets[found.target]
    many = np.bincount(found.target, named, len(targets))
    right = np.bincount(found.target, named & own, len(targets))
    return scored(right / np.maximum(many, 1.0), 1.0 / max(1, len(everybody)))


def _windows(published: Published, known: Traces) -> list[tuple[Published, Traces]]:
    """Return what is shown and what is known in each window, in which pseudonyms do not change."""
    shown, lasts = published.traces, published.legend.lasts
    if lasts is None or not len(known):
        return [(published, known)]
    when, then = shown.hour // lasts, known.hour // lasts
    return [
        (replace(published, traces=shown.take(when == window)), known.take(then == window))
        for window in np.unique(then)
    ]


def _sure(found: Fitting) -> Fitting:
    """Return for each pseudonym that fits how likely it is to be the target's, of all that do."""
    total = np.bincount(found.target, found.likelihood)
    return found._replace(likelihood=found.likelihood / total[found.target])


ATTACK = Attack(
    name="likeliest",
    question="Is the pseudonym that four known points of somebody make likeliest their own?",
    unit="share of the people attacked",
    paper="Shokri, Theodorakopoulos, Le Boudec and Hubaux 2011, IEEE Symposium on S&P",
    must_not_be_read_as="how many are named: that needs somebody who holds such points",
    against="traces",
    run=_run,
)
