"""Which way a risk metric points: found by asking it about two worlds, not by its name.

In one world everybody is seen at the same points, in the other nobody is where anybody else is.
A metric that says more of the second rises with risk, one that says less falls with it. What says
the same of both, has several parts, or can be below 0 is a difference or an attribution and no
level of risk: no front can be drawn of it.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from linkage.privacy.defence import Traces
from linkage.privacy.metric import Metric
from linkage.privacy.traces_frame import joined_figures

Better = Literal["less", "more"]
_PEOPLE, _HOURS, _SOURCES = 8, 6, 2


def levels(metrics: Mapping[str, Metric]) -> Mapping[str, Better]:
    """Return the metrics that are levels of risk, and whether less or more of each is better.

    >>> from linkage.privacy.metric import load_metrics
    >>> found = levels(load_metrics())
    >>> found["unicity"], found["hidden_among"], "synergy" in found
    ('less', 'more', False)
    """
    alike, unlike = _asked(metrics, 0), _asked(metrics, 1)
    return {
        name: "less" if unlike[name] > alike[name] else "more"
        for name, metric in metrics.items()
        if name in alike and metric.bounds[0] >= 0.0 and unlike[name] != alike[name]
    }


def _asked(metrics: Mapping[str, Metric], apart: int) -> Mapping[str, float]:
    """Return what metrics of one part say of a world whose people are so many hours apart."""
    rows = [
        (person, source, hour + person * apart * _HOURS)
        for person in range(_PEOPLE)
        for source in range(_SOURCES)
        for hour in range(_HOURS)
    ]
    person, source, hour = np.array(rows, dtype=np.int64).T
    world = Traces(person, source.astype(np.uint8), hour, np.zeros_like(hour), 1)
    told = joined_figures(world, range(_SOURCES), metrics, seed=1)
    return {name: estimate.value for name, estimate in told.items() if name in metrics}
