"""One source has leaked, with names: all points of it are known, and none of the others."""

from linkage.privacy.adversary import Adversary, Known, Target


def _draw(target: Target) -> Known:
    return target.known(target.rows_of_first())


ADVERSARY = Adversary(
    name="leaked_source",
    holds="every point of the view's first source, with the name on it",
    must_not_be_read_as="a leak of the view: of its other sources nothing is known beforehand",
    draw=_draw,
)
