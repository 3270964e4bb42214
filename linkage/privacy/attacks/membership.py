"""Membership: is somebody among those who were counted?"""

import numpy as np

from linkage.privacy.attack import Attack, Publish, attacked
from linkage.privacy.cells import counted, told, without
from linkage.privacy.defence import Material
from linkage.privacy.distinguish import auc
from linkage.privacy.estimate import Estimate
from linkage.privacy.hashing import text_hash

TARGETS = 60


def inferred(publish: Publish, material: Material, seed: int, targets: int) -> Estimate:
    """Return how often a publication with somebody scores above one without them (the AUC).

    The attacker knows the target's points and everybody else's, the strongest there is. His score
    is the likelihood ratio under Gaussian noise: how far the counts of the target's cells are above
    what the others make, summed. Its control is a coin.
    """
    everybody = counted(material.traces)
    inside, outside = list[float](), list[float]()
    for person in attacked(material.traces.person, targets, seed).tolist():
        own = material.traces.person == person
        cells = list(counted(material.traces.take(own)))
        others = np.array([everybody[cell] - 1 for cell in cells], np.float64)
        worlds = (("in", material, inside), ("out", without(material, own), outside))
        for name, world, scores in worlds:
            found = told(publish(world, text_hash(f"{name} {seed} {person}") >> 1), cells)
            scores.append(float((found - others - 0.5).sum() / np.sqrt(len(cells))))
    return auc(np.array(inside), np.array(outside))


def _run(publish: Publish, material: Material, seed: int) -> Estimate:
    return inferred(publish, material, seed, TARGETS)


ATTACK = Attack(
    name="membership",
    question="Is somebody with these points among the people who were counted?",
    unit="AUC: the chance that a world with them scores above one without; a coin has 0.5",
    paper="Homer et al. 2008, PLoS Genetics 4:e1000167; Pyrgelis et al. 2018, NDSS",
    must_not_be_read_as="what a stranger can do: the target's points and all others' are known",
    against="counts",
    run=_run,
)
