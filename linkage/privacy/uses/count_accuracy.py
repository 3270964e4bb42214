"""Count accuracy: how near released counts of people are to the true ones.

A count is of the people whom a source saw in one hour and cell. Where points are told coarsely, or
fewer people are published, it is what an honest reader makes of it (`linkage.privacy.reading`).
"""

from collections.abc import Mapping

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.attack import Publish
from linkage.privacy.defence import Legend, Material, Published
from linkage.privacy.reading import Extent, Read, expansion, extent, read
from linkage.privacy.rows import Ints
from linkage.privacy.use import Use

Counts = Mapping[tuple[int, int, int], float]


def _kept(publish: Publish, material: Material, seed: int) -> float:
    published, within = publish(material, seed), extent(material.traces)
    true = _counts(read(material.traces, Legend()))
    if not true:
        return 1.0
    shown: Counts
    if published.counts is None:
        more = expansion(material, published)
        shown = {
            key: more * n for key, n in _counts(read(published.traces, published.legend)).items()
        }
    else:
        shown = published.counts
    wrong = _wrong(true, shown, published, within)
    return float(1.0 - np.sort(wrong).mean())


def _counts(points: Read) -> Counts:
    """Return how many pseudonyms have a point in each (source, window, square)."""
    each = np.unique(np.column_stack(points.columns()), axis=0)
    classes, many = np.unique(each[:, 1:], axis=0, return_counts=True)
    rows = zip(classes.tolist(), many.tolist(), strict=True)
    return {(source, hour, place): n for (source, hour, place), n in rows}


def _wrong(true: Counts, shown: Counts, published: Published, within: Extent) -> Floats:
    """Return the relative error of each true count, 1 at most."""
    keys, legend = np.array(list(true), dtype=np.int64), published.legend
    source, hour, place = keys.T
    window, square = legend.stated(hour, place, within.width)
    found = np.array([shown.get(key, 0.0) for key in _keys(source, window, square)], np.float64)
    parts = within.cells_of(square, legend.cells) * within.hours_of(window, legend.hours)
    truth = np.array(list(true.values()), dtype=np.float64)
    wrong: Floats = np.minimum(np.abs(found / parts - truth) / truth, 1.0)
    return wrong


def _keys(source: Ints, window: Ints, square: Ints) -> list[tuple[int, int, int]]:
    return list(zip(source.tolist(), window.tolist(), square.tolist(), strict=True))


USE = Use(
    name="count_accuracy",
    question="How near are the counts of people by source, hour and cell to the true ones?",
    formula="1 - mean of min(1, |released - true| / true) over all true counts above 0",
    unit="1 - mean relative error",
    paper="relative error of noisy counts: Xiao, Bender, Hay and Gehrke 2011, SIGMOD (iReduct)",
    must_not_be_read_as="accuracy of totals: errors of small counts weigh as much as of large",
    reads=("traces", "counts"),
    kept=_kept,
)
