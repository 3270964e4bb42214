"""Somebody whose memory errs: of a few points, each may be one of another person's."""

import numpy as np

from linkage.privacy.adversary import Adversary, Known, Target, first
from linkage.privacy.hashing import scramble, seeded, text_hash


def _draw(target: Target) -> Known:
    rows = target.rows()
    right = first(target, rows, target.profiles.owner[rows])
    salt = seeded(target.seed, right.people)[right.owner] ^ right.point
    chance = scramble(salt ^ np.uint64(text_hash("wrong point")))
    # A float in [0, 1) from the top bits, and another draw for whose point it is instead.
    errs = (chance >> np.uint64(11)) * 2.0**-53 < target.knowledge.error
    others = target.profiles.point[rows]
    if not len(others):
        return right
    instead = others[(scramble(chance) % np.uint64(len(others))).astype(np.int64)]
    return Known(right.people, right.owner, np.where(errs, instead, right.point))


ADVERSARY = Adversary(
    name="noisy_points",
    holds="any {points} points of a person's trace, of which {error} are somebody else's",
    must_not_be_read_as="a defence: points that are slightly off often still fit best",
    draw=_draw,
    drawn=True,
)
