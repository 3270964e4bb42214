"""Which way a risk metric points: found by asking it about three worlds, not by its name.

In the first everybody is seen at the same points, in the second nobody is where anybody else is. A
metric that says more of the second rises with risk, one that says less falls with it. The third is
the first with a second town beside it, of other hours. What is no share says the same of both if
it is a person's risk; what counts classes, or the bits that tell people apart, grows with the
world, and would call it a defence to publish fewer people. What says the same of all, has several
parts, or can be below 0 is a difference or an attribution. No front can be drawn of those.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from linkage.privacy.defence import Traces
from linkage.privacy.metric import Metric
from linkage.privacy.rows import Ints
from linkage.privacy.traces_frame import joined_figures

Better = Literal["less", "more"]
_PEOPLE, _HOURS, _SOURCES = 8, 6, 2
_SAME = 1e-9


def levels(metrics: Mapping[str, Metric]) -> Mapping[str, Better]:
    """Return the metrics that are levels of risk, and whether less or more of each is better.

    >>> from linkage.privacy.metric import load_metrics
    >>> found = levels(load_metrics())
    >>> found["unicity"], found["hidden_among"], "synergy" in found, "bits" in found
    ('less', 'more', False, False)
    """
    town, people = _PEOPLE, np.arange(_PEOPLE)
    alike = _asked(metrics, np.zeros(town, np.int64))
    unlike = _asked(metrics, people)
    towns = _asked(metrics, np.repeat(np.arange(2), town))
    return {
        name: "less" if unlike[name] > alike[name] else "more"
        for name, metric in metrics.items()
        if name in alike
        and metric.bounds[0] >= 0.0
        and abs(unlike[name] - alike[name]) > _SAME
        and (metric.bounds == (0.0, 1.0) or abs(towns[name] - alike[name]) <= _SAME)
    }


def _asked(metrics: Mapping[str, Metric], shift: Ints) -> Mapping[str, float]:
    """Return what metrics of one part say of people who are seen at the same hours, shifted."""
    person, source, hour = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(len(shift)), np.arange(_SOURCES), np.arange(_HOURS), indexing="ij"
        )
    )
    hour = hour + shift[person] * _HOURS
    world = Traces(person, source.astype(np.uint8), hour, np.zeros_like(hour), 1)
    told = joined_figures(world, range(_SOURCES), metrics, seed=1)
    return {name: estimate.value for name, estimate in told.items() if name in metrics}
