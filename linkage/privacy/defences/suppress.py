"""Suppression: points that few people share are not published."""

import numpy as np

from linkage.privacy.defence import Defence, Material, Published, checked, unprotected


def _protect(material: Material, strength: int, _seed: int) -> Published:
    """Keep the points that at least `strength` people carry; the rest disappear from the traces."""
    checked(strength)
    traces = material.traces
    columns = np.column_stack((traces.source, traces.hour, traces.place, traces.person))
    carried, row = np.unique(columns, axis=0, return_inverse=True)
    _, point, carriers = np.unique(carried[:, :3], axis=0, return_inverse=True, return_counts=True)
    return unprotected(traces.take(carriers[point.ravel()][row.ravel()] >= strength))


DEFENCE = Defence(
    name="suppress",
    promise="Every point that is left is carried by at least `strength` people.",
    must_not_be_read_as="k-anonymity: two points that are common one by one may be rare together",
    protect=_protect,
)
