"""The operator himself: holds every point of every source of the view."""

from linkage.privacy.adversary import Adversary, Known, Target


def _draw(target: Target) -> Known:
    return target.known(target.rows())


ADVERSARY = Adversary(
    name="operator",
    holds="every point of a person's trace in the view's sources",
    must_not_be_read_as="an outsider; it is the most that anybody can hold",
    draw=_draw,
)
