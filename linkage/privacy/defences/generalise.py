"""Generalisation: hours become windows and cells become squares."""

from dataclasses import replace

from linkage.privacy.defence import Defence, Material, Published, checked, unprotected


def _protect(material: Material, strength: int, _seed: int) -> Published:
    """State each point as the first hour of its window and the first cell of its square."""
    side, traces = checked(strength), material.traces
    row, column = traces.place // traces.width, traces.place % traces.width
    corner = (row - row % side) * traces.width + (column - column % side)
    hour = traces.hour - traces.hour % side
    return unprotected(replace(traces, hour=hour, place=corner))


DEFENCE = Defence(
    name="generalise",
    promise="No point tells more than a window of `strength` hours and a square of as many cells.",
    must_not_be_read_as="anonymity: uniqueness falls only slowly as points get coarser",
    protect=_protect,
)
