"""Suppression: points that few people share are not published."""

import numpy as np

from linkage.privacy.defence import Defence, Material, Published, checked, unprotected
from linkage.privacy.distinct import distinct


def _protect(material: Material, strength: int, _seed: int) -> Published:
    """Keep the points that at least `strength` people carry; the rest disappear from the traces."""
    checked(strength)
    traces = material.traces
    first, carried = distinct(traces.source, traces.hour, traces.place, traces.person)
    _, point = distinct(*(c[first] for c in (traces.source, traces.hour, traces.place)))
    carriers = np.bincount(point, minlength=1)[point]
    return unprotected(traces.take(carriers[carried] >= strength))


DEFENCE = Defence(
    name="suppress",
    promise="Every point that is left is carried by at least `strength` people.",
    must_not_be_read_as="k-anonymity: two points that are common one by one may be rare together",
    protect=_protect,
)
