"""Which attribute of a point identifies: how much of the risk the hour brings, the place, a price.

A point is known by its source and some attributes. V(A) is the Bayes vulnerability of a view whose
points show the attributes A and no others. With none there still is how many points of each source
somebody has, and that has a part of its own, `number`: V of it less the 1 / N of nobody looking.
The rest is shared among the attributes by Shapley's value, so all parts add up to V - 1 / N, equal
attributes have equal shares, and one that says the same of every point has none.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import pandas as pd

from linkage.errors import RiskError
from linkage.privacy.estimate import census
from linkage.privacy.frames import coarsened, tidy, told, views_asked
from linkage.privacy.hashing import scramble, text_hash
from linkage.privacy.how import USUAL, How
from linkage.privacy.points_frame import PointColumns, point_columns
from linkage.privacy.rows import Ints, Keys
from linkage.privacy.shapley import Coalition, coalitions, shapley
from linkage.privacy.view import View, salt_of

NAME = "attribute_shapley"
NUMBER = "number"
"""The part of how many points of each source somebody has, whatever they say."""
MOST = 8
"""Attributes up to which all coalitions are looked at: 256 of them."""
_POINT = ("hour", "place")
_UNIT = "share of the population, by attribute"


def shares_by_attribute(
    frame: pd.DataFrame, attributes: Sequence[str] = _POINT, how: How = USUAL
) -> pd.DataFrame:
    """Return how much of V of each view the attributes of its points bring: a row for each part.

    Columns as in `frames.COLUMNS`, with the attribute in `part`; `seed` is 0, for nothing is drawn.
    An attribute is `hour`, `place` or any other column whose values are whole numbers or words.
    Every view is counted over all people of the frame, so an estimate is a census. Raises RiskError
    for attributes that there are not, twice or too many, and for what `measure` refuses.

    >>> seen = {"person": [1, 2, 3, 4], "source": "phone", "hour": [1, 1, 2, 2], "place": 5}
    >>> found = shares_by_attribute(pd.DataFrame(seen))
    >>> found[["part", "value"]].values.tolist()
    [['number', 0.0], ['hour', 0.25], ['place', 0.0]]
    """
    _refuse(frame, attributes)
    further = tuple(name for name in attributes if name not in _POINT)
    points = coarsened(point_columns(frame, further=further), how.resolution)
    views, asked = views_asked(points.sources, how.views), set(map(frozenset, how.views))
    values = {"hour": points.hour, "place": points.place, **points.further}
    sums = {few: _sums(points, values, few) for few in coalitions(list(attributes))}
    n, rows = len(points.people), []
    for view in views:
        if not asked or frozenset(view.sources) in asked:
            for part, share in _shares(points, view, sums, attributes).items():
                last = _UNIT, n, 0, _hash(how, attributes)
                rows.append((NAME, part, view.name, "full trace", *told(census(share, n)), *last))
    return tidy(rows)


def _shares(
    points: PointColumns, view: View, sums: Mapping[Coalition, Keys], attributes: Sequence[str]
) -> dict[str, float]:
    n = len(points.people)
    if not n:
        return dict.fromkeys((NUMBER, *attributes), 0.0)
    chosen = [points.sources.index(source) for source in view.sources]
    value = {
        few: len(np.unique(each[:, chosen].sum(axis=1, dtype=np.uint64))) / n
        for few, each in sums.items()
    }
    number = value[frozenset()] - 1.0 / n
    return {NUMBER: number, **shapley(attributes, value)}


def _sums(points: PointColumns, values: Mapping[str, Ints], shown: Coalition) -> Keys:
    """Return the sum of each person's mixed points by source, of which only some is shown."""
    salts = np.array([salt_of(source) for source in points.sources], dtype=np.uint64)
    key = salts[points.source]
    for name in sorted(shown):
        word = np.uint64(text_hash(f"attribute {name}"))
        key = scramble(key ^ scramble(values[name].astype(np.uint64) ^ word))
    key = scramble(key)
    sums = np.zeros((len(points.people), len(points.sources)), dtype=np.uint64)
    owner = np.searchsorted(points.people, points.person)
    np.add.at(sums, (owner, points.source), key * points.times.astype(np.uint64))
    return sums


def _refuse(frame: pd.DataFrame, attributes: Sequence[str]) -> None:
    allowed = [name for name in frame.columns if name not in ("person", "source", "sign")]
    if strange := [name for name in attributes if name not in allowed]:
        raise RiskError(f"attributes: got {strange[0]!r}; allowed: {', '.join(map(str, allowed))}")
    if not 1 <= len(attributes) <= MOST or len(set(attributes)) < len(attributes):
        raise RiskError(
            f"attributes: got {list(attributes)}; needs 1 to {MOST} different ones, since each "
            "set of them is looked at"
        )


def _hash(how: How, attributes: Sequence[str]) -> str:
    both = msgspec.json.encode({"how": how, "attributes": list(attributes)}, order="sorted")
    return f"{text_hash(both.decode()):016x}"
