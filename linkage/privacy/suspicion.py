"""What an attacker makes of a crowd: a guess, or a hidden point told from a decoy."""

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.hashing import scramble, seeded
from linkage.privacy.metric import Context
from linkage.privacy.rows import Ints, Keys


def alone(context: Context) -> Floats:
    """Return 1 for each attacked person whom what is known singles out, else 0."""
    singled: Floats = (context.crowds == 1).astype(np.float64)
    return singled


def right_guess(crowds: Ints) -> Floats:
    """Return how likely one guess among each crowd is right; a crowd of 0 is a wrong one.

    >>> right_guess(np.array([1, 4, 0])).tolist()
    [1.0, 0.25, 0.0]
    """
    return np.where(crowds > 0, 1.0 / np.maximum(crowds, 1), 0.0)


def hidden_and_decoy(context: Context) -> tuple[Ints, Keys, Keys]:
    """Return who has a point to hide, that point, and one like it that is another person's.

    By number of the attacked person, ascending. The hidden point is the last in the order in which
    an attacker comes to know them, if it is not known; the decoy is the hidden point of somebody
    else, drawn by the seed, which the person does not carry. Who has none of the two is left out.
    """
    p, known = context.profiles, context.known
    chosen = np.isin(p.source, np.array(context.sources, dtype=np.uint8))
    owner, point = p.owner[chosen], p.point[chosen]
    last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    asked, hidden = owner[last], point[last]
    free = ~np.isin(_pairs(asked, hidden), _pairs(known.owner, known.point))
    asked, hidden = asked[free], hidden[free]
    # In an order that the seed gives, each takes the hidden point of the next.
    order = np.argsort(seeded(context.seed, p.people[asked]), kind="stable")
    decoy = np.empty_like(hidden)
    decoy[order] = np.roll(hidden[order], 1)
    fair = ~np.isin(_pairs(asked, decoy), _pairs(owner, point))
    return asked[fair], hidden[fair], decoy[fair]


def _pairs(owner: Ints, point: Keys) -> Keys:
    """Return one number for each (owner, point), up to a chance of 2^-64 of two that are equal."""
    pairs: Keys = scramble(owner.astype(np.uint64)) ^ point
    return pairs
