"""What a study shows as a figure: curves with intervals, and published figures as marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from linkage.privacy.estimate import Estimate


@dataclass(frozen=True)
class Curve:
    """Our shares along an axis; "points" are measured, a "line" is worked out from them."""

    name: str
    x: Sequence[float]
    y: Sequence[Estimate]
    kind: Literal["points", "line"] = "points"


@dataclass(frozen=True)
class Mark:
    """A published share; `curve` is the number of the curve that it stands beside."""

    says: str
    x: float
    share: float
    curve: int


@dataclass(frozen=True)
class Plot:
    """A figure: shares (drawn in %) along one axis."""

    title: str
    x_label: str
    y_label: str
    curves: Sequence[Curve]
    marks: Sequence[Mark] = ()
    x_scale: Literal["linear", "log"] = "linear"
