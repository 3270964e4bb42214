"""Where labels go beside marks: the first free place around each, or none."""

from collections.abc import Sequence

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""
_AROUND = ((1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0))
"""Between the lines first, which lead to the sides, up and down."""

_ASIDE = 1.5


def placed(
    marks: Sequence[tuple[float, float]], sizes: Sequence[tuple[float, float]], gap: float
) -> list[tuple[float, float] | None]:
    """Return the middle of each label, the first ones first served; None where no place is free.

    `marks` are the middles of marks, `sizes` the width and height of each one's label (none where
    it is 0 wide), all in points; `gap` is how wide a mark is.

    >>> placed([(0, 0), (9, 0)], [(4, 4), (4, 4)], 5)
    [(4.5, 4.5), (13.5, 4.5)]
    """
    taken: list[Box] = [_box(mark, (gap, gap)) for mark in marks]
    found: list[tuple[float, float] | None] = []
    for (x, y), (width, height) in zip(marks, sizes, strict=True):
        middle = None
        for right, up in _AROUND if width else ():
            near = gap / 2 if right and up else gap / 2 + _ASIDE
            at = x + right * (near + width / 2), y + up * (near + height / 2)
            if not any(_overlap(_box(at, (width, height)), other) for other in taken):
                middle = at
                taken.append(_box(at, (width, height)))
                break
        found.append(middle)
    return found


def _box(middle: tuple[float, float], size: tuple[float, float]) -> Box:
    (x, y), (width, height) = middle, size
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
