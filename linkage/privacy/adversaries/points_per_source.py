"""Somebody who knows a few points of each source: he meets a joined view with more."""

import numpy as np

from linkage.privacy.adversary import Adversary, Known, Target, first


def _draw(target: Target) -> Known:
    rows, p = target.rows(), target.profiles
    group = p.owner[rows] * 256 + p.source[rows]
    order = np.argsort(group, kind="stable")
    return first(target, rows[order], group[order])


ADVERSARY = Adversary(
    name="points_per_source",
    holds="{points} points of each source",
    must_not_be_read_as="an equal footing: of more sources he knows more points",
    draw=_draw,
    drawn=True,
)
