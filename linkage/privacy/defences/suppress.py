"""Suppression: points that few people share are not published."""

import numpy as np

from linkage.privacy.defence import Defence, Traces, checked


def _protect(traces: Traces, strength: int) -> Traces:
    """Keep the points that at least `strength` people carry; the rest disappear from the traces."""
    checked(strength)
    columns = np.column_stack((traces.source, traces.hour, traces.place, traces.person))
    carried, row = np.unique(columns, axis=0, return_inverse=True)
    _, point, carriers = np.unique(carried[:, :3], axis=0, return_inverse=True, return_counts=True)
    kept = carriers[point.ravel()][row.ravel()] >= strength
    return Traces(
        traces.person[kept],
        traces.source[kept],
        traces.hour[kept],
        traces.place[kept],
        traces.width,
    )


DEFENCE = Defence(
    name="suppress",
    promise="Every point that is left is carried by at least `strength` people.",
    must_not_be_read_as="k-anonymity: two points that are common one by one may be rare together",
    protect=_protect,
)
