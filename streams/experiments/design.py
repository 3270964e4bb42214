"""What an experiment sweeps: worlds, and ways to measure each of them."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple

import msgspec

from linkage.privacy.adversary import Adversary, load_adversaries
from streams.resolution import FINEST
from streams.source import load_sources
from streams.synthetic.preset import DEFAULT_PRESET


class Setting(NamedTuple):
    """A world: all cells of an experiment that share one are measured together."""

    people: int
    days: int
    seed: int
    preset: str


class Cell(NamedTuple):
    """How a world is measured: whose links, which sources are joined, what the attacker holds."""

    linked: bool
    sources: tuple[str, ...]
    resolution: str
    points: int
    adversary: str


class Design(msgspec.Struct, frozen=True, kw_only=True):
    """An experiment: every combination of the values of each field but the last four.

    `linked` says whether points belong to whom they are linked to, with the link's probability, or
    to who really acted. `adversary_folder` has adversaries of one's own, beside the catalogue's.
    """

    people: tuple[int, ...] = (2_000,)
    days: tuple[int, ...] = (2,)
    seed: tuple[int, ...] = (7,)
    preset: tuple[str, ...] = (DEFAULT_PRESET,)
    linked: tuple[bool, ...] = (False,)
    sources: tuple[tuple[str, ...], ...]
    resolution: tuple[str, ...] = (FINEST,)
    points: tuple[int, ...] = (4,)
    adversary: tuple[str, ...] = ("points",)
    metrics: tuple[str, ...] = ("unicity",)
    sample: int = 1000
    error: float = 0.0
    coverage: float = 1.0
    adversary_folder: str = ""

    def settings(self) -> list[Setting]:
        """Return the worlds, in the order of the table."""
        return list(map(Setting._make, product(self.people, self.days, self.seed, self.preset)))

    def cells(self) -> list[Cell]:
        """Return the ways to measure each world, in the order of the table."""
        axes = self.linked, self.sources, self.resolution, self.points, self.adversary
        return list(map(Cell._make, product(*axes)))

    def joined(self) -> tuple[str, ...]:
        """Return every source that any cell joins, in the order of the catalogue."""
        named = {name for sources in self.sources for name in sources}
        return tuple(name for name in load_sources() if name in named)

    def adversaries(self) -> Mapping[str, Adversary]:
        """Return the adversaries there are: the catalogue's, and those of one's own."""
        return adversaries_of(self.adversary_folder)


def adversaries_of(folder: str) -> Mapping[str, Adversary]:
    """Return the catalogue's adversaries, and those in a folder if one is named; these go first."""
    own = load_adversaries(Path(folder), "own_adversaries") if folder else {}
    return {**load_adversaries(), **own}
