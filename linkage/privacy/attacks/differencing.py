"""Differencing: publish with somebody and without, and subtract."""

import numpy as np

from linkage.privacy.attack import Attack, Publish
from linkage.privacy.cells import asked, judged, told, without
from linkage.privacy.defence import Material
from linkage.privacy.estimate import Estimate
from linkage.privacy.hashing import text_hash

TARGETS = 60


def _run(publish: Publish, material: Material, seed: int) -> Estimate:
    """Return how often presence in a cell is told right from publications before and after.

    Each person asked about leaves, and takes all of their points along; nobody else changes.
    """
    questions = asked(material.traces, TARGETS, seed)
    more = np.zeros(len(questions.person))
    before = told(publish(material, text_hash(f"before {seed}") >> 1), questions.cells)
    for person in np.unique(questions.person).tolist():
        left = without(material, material.traces.person == person)
        after = told(publish(left, text_hash(f"after {seed} {person}") >> 1), questions.cells)
        of_them = questions.person == person
        more[of_them] = (before - after)[of_them]
    return judged(questions, more)


ATTACK = Attack(
    name="differencing",
    question="Was somebody in a cell, told from what is published before and after they leave?",
    unit="share of the questions answered right; a coin has 0.5",
    paper="Denning, Denning and Schwartz 1979, ACM TODS 4:76 (trackers)",
    must_not_be_read_as="an attack on one publication: it needs two that one person parts",
    against="counts",
    run=_run,
)
