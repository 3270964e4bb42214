"""Points kept: how much is published at all."""

from linkage.privacy.attack import Publish
from linkage.privacy.defence import Material
from linkage.privacy.use import Use


def _kept(publish: Publish, material: Material, seed: int) -> float:
    points = len(material.traces)
    return len(publish(material, seed).traces) / points if points else 1.0


USE = Use(
    name="points_kept",
    question="How many of the points are published?",
    formula="points published / points there are",
    unit="share of the points",
    paper="suppression rate of Samarati and Sweeney 1998, and the other end of it",
    must_not_be_read_as="that what is published is true: points may be moved or coarse",
    reads=("traces",),
    kept=_kept,
)
