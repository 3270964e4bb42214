"""What an attacker already holds: an explicit value that every risk figure carries with it.

An adversary is one file in `adversaries/`: it says which points it knows of a target. How many and
how well is its `Knowledge`. What it does with them is the same for all: it looks for whoever fits
best (`matching.py`), because an attacker who gives up early makes any defence look good.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linkage.catalogue import load_catalogue
from linkage.errors import RiskError
from linkage.privacy.points import Profiles
from linkage.privacy.rows import Ints, Keys, Lookup, rank_in_run

FOLDER = Path(__file__).parent / "adversaries"


@dataclass(frozen=True)
class Knowledge:
    """How much an attacker holds of a target, and how well.

    `points` is how many, `resolution` what one of them tells ('hour x cell'), `error` the share of
    them that are wrong, `coverage` the share of people of whom he holds anything. Raises RiskError
    for numbers outside their bounds.
    """

    points: int
    resolution: str = ""
    error: float = 0.0
    coverage: float = 1.0

    def __post_init__(self) -> None:
        if self.points < 1:
            raise RiskError(f"points: got {self.points}, needs 1 or more")
        for name in ("error", "coverage"):
            if not 0.0 <= (value := getattr(self, name)) <= 1.0:
                raise RiskError(f"{name}: got {value!r}, needs a share from 0 to 1")


@dataclass(frozen=True)
class Known:
    """The points held about some people: known point i is of `people[owner[i]]`; owners ascend."""

    people: Ints
    owner: Ints
    point: Keys

    def distinct(self) -> "Known":
        """Return each point of a person once: to know it twice is to know no more.

        >>> twice = Known(np.array([8]), np.array([0, 0, 0]), np.array([5, 3, 5], dtype=np.uint64))
        >>> twice.distinct().point.tolist()
        [5, 3]
        """
        order = np.lexsort((self.point, self.owner))  # stable, so that the first one stays
        owner, point = self.owner[order], self.point[order]
        again = np.zeros(len(order), dtype=np.bool_)
        again[1:] = (owner[1:] == owner[:-1]) & (point[1:] == point[:-1])
        kept = np.sort(order[~again])
        return Known(self.people, self.owner[kept], self.point[kept])


@dataclass(frozen=True)
class Target:
    """The attacked people with their full true points, and what may be known of them.

    `profiles` have the points of all sources, in the order in which an attacker comes to know them;
    `sources` are the numbers of those of the attacked view, `everybody` tells who carries what in
    all of it, `seed` is what chance starts from.
    """

    profiles: Profiles
    sources: tuple[int, ...]
    everybody: Lookup
    knowledge: Knowledge
    seed: int

    def rows(self) -> Ints:
        """Return the rows of the profiles whose point is of one of the view's sources."""
        chosen = np.zeros(256, dtype=np.bool_)
        chosen[list(self.sources)] = True
        return np.flatnonzero(chosen[self.profiles.source])

    def rows_of_first(self) -> Ints:
        """Return the rows of the profiles whose point is of the view's first source."""
        rows = self.rows()
        return rows[self.profiles.source[rows] == self.sources[0]] if self.sources else rows

    def known(self, rows: Ints) -> Known:
        """Return the points in some rows, which must ascend by owner, as known."""
        p = self.profiles
        return Known(p.people, p.owner[rows], p.point[rows])


@dataclass(frozen=True)
class Adversary:
    """Who attacks: what he holds, what that must not be read as, and how it is drawn.

    `drawn` says that what is known comes by chance: another seed would have it otherwise. `holds`
    is a sentence with `{points}`, `{resolution}`, `{error}` and `{coverage}` to fill in.
    """

    name: str
    holds: str
    must_not_be_read_as: str
    draw: Callable[[Target], Known]
    drawn: bool = False

    def says(self, knowledge: Knowledge) -> str:
        """Return what is held, in words.

        >>> load_adversaries()["points"].says(Knowledge(4))
        "any 4 points of a person's trace"
        """
        return self.holds.format(
            points=knowledge.points,
            resolution=knowledge.resolution,
            error=f"{knowledge.error:.0%}",
            coverage=f"{knowledge.coverage:.0%}",
        )


def load_adversaries(
    folder: Path = FOLDER, package: str = "linkage.privacy.adversaries"
) -> Mapping[str, Adversary]:
    """Return every adversary of the catalogue by name."""
    return load_catalogue(package, folder, "ADVERSARY", Adversary)


def first(target: Target, rows: Ints, group: Ints) -> Known:
    """Return of each group of rows the first `points`; groups are runs, and ascend by owner.

    Taken in the profiles' order, so without replacement, the same for the same profile, and one
    point more displaces at most one known point. Who has fewer points is known by all of them.
    """
    return target.known(rows[rank_in_run(group) < target.knowledge.points])
