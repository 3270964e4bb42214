"""Sampling: some people are published, chosen at random, and nobody says who."""

import numpy as np

from linkage.privacy.defence import Defence, Material, Published, checked, unprotected
from linkage.privacy.hashing import seeded


def _protect(material: Material, strength: int, seed: int) -> Published:
    """Publish the people with the smallest hash(seed, person), one in `strength`, rounded up."""
    people = np.unique(material.traces.person)
    many = -(-len(people) // checked(strength))
    chosen = people[np.argsort(seeded(seed, people), kind="stable")[:many]]
    return unprotected(material.traces.take(np.isin(material.traces.person, chosen)))


DEFENCE = Defence(
    name="sample",
    promise="One person in `strength` is published, chosen at random; of others there is nothing.",
    must_not_be_read_as="protection of who is published: they are as exposed as without it",
    protect=_protect,
)
