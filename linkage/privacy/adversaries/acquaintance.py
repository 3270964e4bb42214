"""An acquaintance: knows where somebody is when many others are there too."""

import numpy as np

from linkage.privacy.adversary import Adversary, Known, Target, first


def _draw(target: Target) -> Known:
    rows, p = target.rows(), target.profiles
    company = target.everybody.many(target.everybody.numbers(p.point[rows]))
    # By owner, the most shared points first; equal ones stay in the profiles' own order.
    order = np.lexsort((-company, p.owner[rows]))
    rows = rows[order]
    return first(target, rows, p.owner[rows])


ADVERSARY = Adversary(
    name="acquaintance",
    holds="the {points} points of a person that most others share: seen in company",
    must_not_be_read_as="a stranger with a list: what is known is the least telling there is",
    draw=_draw,
)
