"""Figures that see linkage errors, computed without the truth, beside what is true."""

from collections.abc import Mapping

import msgspec
import numpy as np

from linkage.intervals import Z95
from linkage.privacy.each import Alike, Flags, adds
from linkage.privacy.estimate import Estimate, census
from linkage.quality.calibration import Calibration, calibration

SEEING = ("correct_identification", "misidentification", "contaminated")
"""The metrics that see errors of links."""


class Beside(msgspec.Struct, frozen=True):
    """A figure without the truth, the same with it, and by how much chance alone may part them.

    `chance`: were the probabilities right, 95 % of worlds would differ by no more.
    """

    measured: Estimate
    true: Estimate
    chance: float

    @property
    def error(self) -> float:
        """Return how far the measured figure is from the true one."""
        return self.measured.value - self.true.value


def beside(people: Alike, wrong: Flags, measured: Mapping[str, Estimate]) -> dict[str, Beside]:
    """Return each figure of SEEING that was measured beside the true one.

    `people` is everybody in one view, with m as the links' probabilities have it, and `wrong` says
    of whom something in the profile is another's. Profiles are taken as independent.
    """
    right = (~wrong).astype(np.float64)
    true = adds(people._replace(trust=np.where(people.size == 0, 1.0, right)))
    never, always = (adds(people._replace(trust=np.full(len(right), m))) for m in (0.0, 1.0))
    doubt = people.trust * (1.0 - people.trust)
    n = len(right)
    return {
        name: Beside(
            measured[name],
            census(float(true[name].mean()) if n else 0.0, n),
            Z95 * float(np.sqrt((doubt * (always[name] - never[name]) ** 2).sum())) / max(n, 1),
        )
        for name in SEEING
    }


def calibrated(people: Alike, wrong: Flags) -> Calibration:
    """Return how m compares with which profiles are right, of those that the view has."""
    here = people.size > 0
    return calibration(people.trust[here], ~wrong[here])
