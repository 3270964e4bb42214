"""Somebody who knows a few points, of whichever source: the attacker of the unicity studies."""

from linkage.privacy.adversary import Adversary, Known, Target, first


def _draw(target: Target) -> Known:
    rows = target.rows()
    return first(target, rows, target.profiles.owner[rows])


ADVERSARY = Adversary(
    name="points",
    holds="any {points} points of a person's trace",
    must_not_be_read_as="somebody who knows more of a joined view than of one source",
    draw=_draw,
    drawn=True,
)
