"""A phone book: names the holder of each listed account of the view's first source."""

import numpy as np

from linkage.privacy.adversary import Adversary, Known, Target
from linkage.privacy.hashing import scramble, seeded, text_hash


def _draw(target: Target) -> Known:
    p, rows = target.profiles, target.rows_of_first()
    chance = scramble(seeded(target.seed, p.people) ^ np.uint64(text_hash("listed")))
    listed = (chance >> np.uint64(11)) * 2.0**-53 < target.knowledge.coverage
    return target.known(rows[listed[p.owner[rows]]])


ADVERSARY = Adversary(
    name="phone_book",
    holds="whose each account of the view's first source is, for the {coverage} who are listed",
    must_not_be_read_as="safety of who is not listed: a friend's contacts list them too",
    draw=_draw,
    drawn=True,
)
