"""Generalisation: hours become windows and cells become squares."""

from dataclasses import replace

from linkage.privacy.defence import Defence, Legend, Material, Published, checked, unprotected


def _protect(material: Material, strength: int, _seed: int) -> Published:
    """State each point as the first hour of its window and the first cell of its square."""
    side, traces = checked(strength), material.traces
    legend = Legend(hours=side, cells=side)
    hour, place = legend.stated(traces.hour, traces.place, traces.width)
    return replace(unprotected(replace(traces, hour=hour, place=place)), legend=legend)


DEFENCE = Defence(
    name="generalise",
    promise="No point tells more than a window of `strength` hours and a square of as many cells.",
    must_not_be_read_as="anonymity: uniqueness falls only slowly as points get coarser",
    protect=_protect,
)
