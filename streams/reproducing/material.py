"""The worlds that studies share: made once, when somebody first asks."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from streams.reproducing.classes import classes
from streams.reproducing.regions import fitting_rectangles
from streams.source import load_sources
from streams.synthetic.calibration.traces import Trace, observe
from streams.synthetic.chance import Ints, chance
from streams.synthetic.population import Population, make_population
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World

CENSUS = 50
"""How many times more people the population has of whom no events are made."""
MOST = 1_000_000
"""And how many it has at most, unless there are more with traces."""
_CLEAN = PRESETS["clean"]
CALM = replace(_CLEAN, life=replace(_CLEAN.life, pace=1.0))
"""Nothing wrong or late, and lives that change no faster than real ones: studies run over weeks."""
DISTRICT = 0.633
"""Districts are so large that this share of people is alone in theirs by sex and birth date (Golle
2006): the cells of the plane are too small for a postal district."""
SOURCES = ("phone", "bank")
"""The sources that leave traces; a source more would change nothing about theirs."""


class Material:
    """A world of `people` over some `days` with their traces, and a larger population without."""

    def __init__(self, people: int, days: int, seed: int) -> None:
        self.people, self.days, self.seed = people, days, seed

    @cached_property
    def world(self) -> World:
        """Return the world whose people leave traces."""
        catalogue = load_sources()
        sources = {name: catalogue[name] for name in SOURCES}
        return World(self.people, self.days, self.seed, sources, CALM)

    @cached_property
    def traces(self) -> dict[str, Trace]:
        """Return the traces by kind of event; a kind that nobody left is not there."""
        return observe(self.world).traces

    @property
    def cells(self) -> int:
        """Return how many cells the traces lie in."""
        return self.world.population.cells

    @cached_property
    def census(self) -> Population:
        """Return the larger population, of whom only what a census asks is known."""
        people = max(self.people, min(CENSUS * self.people, MOST))
        return make_population(people, self.seed, CALM.life)

    @cached_property
    def district(self) -> Ints:
        """Return the district of each of the larger population; they are all alike."""
        people = self.census
        born = classes(people.male, people.born)
        return fitting_rectangles(born, people.home, people.cells, DISTRICT)

    def draw(self, domain: str, tick: int = 0) -> np.random.Generator:
        """Return the chance of one purpose of a study, named as `study/purpose`."""
        return chance(self.seed, f"reproduce/{domain}", tick=tick)
