"""A finished frontier: its figures, what is on the front, and what it is a frontier of."""

from collections.abc import Sequence

import msgspec

from linkage.privacy.defence import Material
from linkage.privacy.frontier import Figure, Trade, frontier

FORMAT = 1
OVERVIEW = "overview"
"""The figure of all fronts at a glance; the others are named after attacks or forms."""


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Which synthetic world was published, and how often."""

    people: int
    days: int
    seed: int
    scenario: str
    sources: tuple[str, ...]
    points: int
    people_seen: int
    cells: tuple[int, int]
    seeds: tuple[int, ...]

    def __str__(self) -> str:
        """Return it in words."""
        days = "1 day" if self.days == 1 else f"{self.days} days"
        rows, columns = self.cells
        seeds = ", ".join(map(str, self.seeds))
        return (
            f"{self.people:,} synthetic people ({self.people_seen:,} with a point), {days}, seed "
            f"{self.seed}, scenario {self.scenario} ({', '.join(self.sources)}), {self.points:,} "
            f"points on {rows} x {columns} cells; published {len(self.seeds)} times (seeds {seeds})"
        )


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The frontier of a world."""

    format: int = FORMAT
    world: World
    figures: tuple[Figure, ...]
    trades: tuple[Trade, ...]


def found(world: World, figures: Sequence[Figure]) -> Found:
    """Return the frontier of figures, in their order."""
    return Found(world=world, figures=tuple(figures), trades=tuple(frontier(figures)))


def plane(material: Material) -> tuple[int, int]:
    """Return how many rows and columns of cells the points of some material are on."""
    traces = material.traces
    return int(traces.place.max(initial=0)) // traces.width + 1, traces.width
