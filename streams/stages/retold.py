"""The journal of measure, written anew: what it came to, without how it came about.

A journal of messages holds what somebody's points were long after they were taken back. Once people
are erased it is replaced by the classes and points that are left, and nothing of them is in it.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from linkage.privacy.classes import MASK
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.points import PointIndex
from streams.columns import Columns, portions
from streams.stages.classes import Heard, classes, standing


def retold(histogram: ClassHistogram, views: int, layers: Sequence[PointIndex]) -> Iterator[bytes]:
    """Yield messages that make a histogram and point indexes from nothing."""
    for view in range(views):
        rows = _classes(histogram, view)
        for portion in portions(len(rows["key"])):
            yield standing({name: column[portion] for name, column in rows.items()})
    for layer, index in enumerate(layers):
        held = index.rows()
        points: Columns = {
            "person": held.person,
            "source": held.source,
            "point": held.point,
            "sign": held.times,
            "layer": np.full(len(held.point), layer, np.uint8),
        }
        if len(held.point):
            yield from (out.value for out in classes({}, points))


def gain_standing(histogram: ClassHistogram, heard: Heard) -> None:
    """Put into a histogram the whole classes that a message has, and thin it as they were."""
    if rows := heard.standing:
        for view in np.unique(rows["view"]).tolist():
            histogram.thin(view, int(rows["level"][rows["view"] == view].max()))
        histogram.gain(*(rows[name] for name in ("view", "key", "people", "doubt")))


def _classes(histogram: ClassHistogram, view: int) -> Columns:
    """Return the classes of a view and how far it is thinned.

    Of a thinned one the people of classes that are not kept are counted under a key that is not
    kept either.
    """
    keys, people, doubts = histogram.arrays(view)
    level = histogram.level(view)
    if level:
        left = histogram.people(view) - int(people.sum())
        parts = np.array([min(MASK, left - at) for at in range(0, max(1, left), MASK)], np.int64)
        odd = 1 + 2 * np.arange(len(parts), dtype=np.uint64)
        keys, people = np.concatenate((keys, odd)), np.concatenate((people, parts))
        doubts = np.concatenate((doubts, np.zeros(len(parts), np.int64)))
    return {
        "view": np.full(len(keys), view, np.uint16),
        "level": np.full(len(keys), level, np.uint8),
        "key": keys,
        "people": people,
        "doubt": doubts,
    }
