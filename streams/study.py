"""What a published study is here: its figures, and what a synthetic world says to each.

Whether a figure agrees is not said by hand: `verdict` is the one rule for all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from linkage.catalogue import load_catalogue
from linkage.privacy.estimate import Estimate
from streams.reproducing.material import Material
from streams.reproducing.plot import Plot

FOLDER = Path(__file__).parent / "published"
SHARES_APART = 0.02
"""How far outside our interval a published share of people may lie and still agree."""
OTHERS_APART = 0.10
"""The same for changes of a share and other numbers, as a part of what was published."""

Verdict = Literal["agrees", "differs", "not told"]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What was published: as it reads, as a number, and its 95 % interval where it has one.

    `unit` is "share" (of people, printed as %), "change" (of a share, printed in points) or
    "number"; `how` says whether the number is the figure itself or a bound.
    """

    says: str
    value: float
    how: Literal["about", "at least", "at most"] = "about"
    unit: Literal["share", "change", "number"] = "share"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Row:
    """A published figure and ours.

    `world` says whether the world was calibrated to the figure or predicts it. `ours` is None where
    this world cannot tell, and `why` says why; else it says what makes for the difference, or for
    its absence.
    """

    what: str
    claim: Claim
    ours: Estimate | None
    world: Literal["calibrated", "predicts"]
    why: str

    @property
    def verdict(self) -> Verdict:
        """Return whether the figures agree; see `verdict`."""
        return verdict(self.claim, self.ours)


@dataclass(frozen=True)
class Findings:
    """What a study's file worked out: rows, and a plot if there is more to see than rows."""

    rows: tuple[Row, ...]
    plot: Plot | None = None


@dataclass(frozen=True)
class Study:
    """A published study.

    `citation` has authors, year and venue; `studied` says what was studied, `people` of how many (0
    where it is not about one group of people), `read` where its figures were read; `not_carried`
    says which of its findings a synthetic world has nothing to say about.
    """

    name: str
    citation: str
    doi: str
    studied: str
    people: int
    read: str
    not_carried: str
    find: Callable[[Material], Findings]


def verdict(claim: Claim, ours: Estimate | None) -> Verdict:
    """Return whether our figure agrees with a published one.

    It agrees if the published figure (or some figure of its interval, or one that keeps the
    published bound) is within our 95 % interval widened by SHARES_APART on both sides, or by
    OTHERS_APART of the published number where that is no share of people. A bound gets no such
    widening: over 50 % is over 50 %.

    >>> from linkage.privacy.estimate import census
    >>> verdict(Claim(says="95 %", value=0.95), census(0.94, 9))
    'agrees'
    >>> verdict(Claim(says="over 50 %", value=0.5, how="at least"), census(0.49, 9))
    'differs'
    """
    if ours is None:
        return "not told"
    if claim.how == "at least":
        return "agrees" if ours.high >= claim.value else "differs"
    if claim.how == "at most":
        return "agrees" if ours.low <= claim.value else "differs"
    wider = SHARES_APART if claim.unit == "share" else OTHERS_APART * abs(claim.value)
    low = claim.value if claim.low is None else claim.low
    high = claim.value if claim.high is None else claim.high
    return "agrees" if low <= ours.high + wider and high >= ours.low - wider else "differs"


def load_studies(folder: Path = FOLDER, package: str = "streams.published") -> Mapping[str, Study]:
    """Return every study of the catalogue by name."""
    return load_catalogue(package, folder, "STUDY", Study)


def row(
    what: str,
    claim: Claim,
    ours: Estimate | None,
    world: Literal["calibrated", "predicts"],
    why: str,
    missing: str = "nobody here has so many points",
) -> Row:
    """Return a row, whose reason is `missing` where the world cannot tell."""
    return Row(what, claim, ours, world, missing if ours is None else why)
