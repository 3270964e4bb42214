"""Precision, recall and F1 as the threshold moves from which on a pair is a link."""

import msgspec
import numpy as np

from linkage.errors import LinkageError
from linkage.intervals import Floats, Ints, Share, wilson_bounds
from linkage.quality.calibration import Flags


class ThresholdRow(msgspec.Struct, frozen=True):
    """What linking all pairs at or above a threshold would come to."""

    threshold: float
    linked: int
    correct: int
    precision: Share
    recall: Share
    f1: Share


def threshold_chart(
    score: Floats, right: Flags, findable: int, thresholds: Floats
) -> tuple[ThresholdRow, ...]:
    """Return a row for each threshold, on any scale: bits or probability.

    A pair has a `score` and is `right` or not; `findable` is how many right pairs there are,
    scored or not. Intervals are Wilson's, pairs taken as independent. That of F1 is by way of
    F* = F1 / (2 - F1) = right / (linked or true), which is a share (Hand, Christen and Kirielle
    2021, Machine Learning 110:451), counted as resting on the larger of linked and findable.
    Raises LinkageError when more pairs are right than findable.

    >>> score, right = np.array([9.0, 5.0, 1.0]), np.array([True, True, False])
    >>> for row in threshold_chart(score, right, 3, np.array([0.0, 4.0, 8.0])):
    ...     print(row.linked, round(row.precision.value, 3), round(row.recall.value, 3))
    3 0.667 0.667
    2 1.0 0.667
    1 1.0 0.333
    """
    if int(right.sum()) > findable:
        raise LinkageError(
            f"thresholds: {int(right.sum())} pairs are right, but only {findable} are findable; "
            "give each right pair once, and all true pairs in `findable`"
        )
    order = np.argsort(-score, kind="stable")
    linked = np.searchsorted(-score[order], -thresholds, side="right")
    correct = np.concatenate([[0], np.cumsum(right[order])])[linked]
    every = np.full(len(thresholds), findable)
    either = linked + every - correct
    star = _shares(correct, either, np.maximum(linked, every))
    columns = (
        _shares(correct, linked, linked),
        _shares(correct, every, every),
        [_double(share) for share in star],
    )
    counts = zip(thresholds.tolist(), linked.tolist(), correct.tolist(), *columns, strict=True)
    return tuple(ThresholdRow(*row) for row in counts)


def best(rows: tuple[ThresholdRow, ...]) -> ThresholdRow:
    """Return the row of the highest F1; of equal ones that of the highest threshold."""
    return max(rows, key=lambda row: (row.f1.value, row.threshold))


def _shares(part: Ints, whole: Ints, n: Ints) -> list[Share]:
    value = np.where(whole > 0, part / np.maximum(whole, 1), 1.0)
    low, high = wilson_bounds(value, n.astype(np.float64))
    columns = (value.tolist(), low.tolist(), high.tolist(), n.tolist())
    return [Share(*row) for row in zip(*columns, strict=True)]


def _double(share: Share) -> Share:
    """Return F1 of F*: 2 F* / (1 + F*), which keeps order, so bounds remain bounds."""
    value, low, high = (2 * x / (1 + x) for x in (share.value, share.low, share.high))
    return Share(value, low, high, share.n)
