"""Published traces as a frame of points, and what the risk metrics say of it.

The metrics ask about whoever has published points under a pseudonym, and their attacker knows some
of the points as they are published. So they hold for whom is published, as long as a pseudonym
lasts; and where points were moved nobody knows the published ones, and they do not apply.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from linkage.privacy.adversary import load_adversaries
from linkage.privacy.defence import Material, Published, Traces
from linkage.privacy.estimate import Estimate
from linkage.privacy.frames import How, contexts
from linkage.privacy.metric import Metric, figures
from linkage.privacy.points_frame import point_columns

ADVERSARY = "points"
"""Who attacks where a metric has an attacker: somebody who knows four points drawn at random."""


def risks(
    published: Published, material: Material, metrics: Mapping[str, Metric], seed: int
) -> Mapping[str, Estimate]:
    """Return what each metric says of all published sources joined; nothing where none applies."""
    legend = published.legend
    if legend.moved_hours or legend.moved_cells or not len(published.traces):
        return {}
    sources = np.unique(material.traces.source).tolist()
    return joined_figures(published.traces, sources, metrics, seed)


def joined_figures(
    traces: Traces, sources: Sequence[int], metrics: Mapping[str, Metric], seed: int
) -> Mapping[str, Estimate]:
    """Return what metrics say of traces with all sources joined; see `frames.measure`.

    All `sources` are known, whether they have points or not. Parts are named `metric/part`.
    """
    frame = traces_frame(traces, sources)
    how = How(views=(tuple(frame["source"].cat.categories),))
    who = load_adversaries()[ADVERSARY]
    (joined,) = contexts(point_columns(frame), who, seed, how)
    return figures(metrics, joined)


def traces_frame(traces: Traces, sources: Sequence[int]) -> pd.DataFrame:
    """Return traces as a frame of points, whose sources are named by their numbers."""
    number = np.searchsorted(np.array(sources, dtype=np.int64), traces.source)
    names = np.array([f"source {n}" for n in sources], dtype=object)
    source = pd.Categorical(names[number], names)
    columns = {"person": traces.person, "hour": traces.hour, "place": traces.place}
    return pd.DataFrame({**columns, "source": source})
