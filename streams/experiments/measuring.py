"""One world of an experiment, measured in every way that it asks for."""

from collections.abc import Iterator

import pandas as pd

from linkage.model import Model
from linkage.privacy.frames import COLUMNS, How, measure
from streams.experiments.design import Cell, Design, Setting
from streams.experiments.linked import as_linked, links_of
from streams.points import points_of
from streams.resolution import off_grid, parse_resolution
from streams.source import load_sources
from streams.synthetic.places import width_of
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World

AXES = ("people", "days", "preset", "linked", "sources", "resolution", "points", "adversary")
"""The columns of a table that say which world, and how it was measured; `seed` is among figures."""
TABLE = (*AXES, *("holds" if name == "adversary" else name for name in COLUMNS))
"""The columns of an experiment's table. `holds` says in words what the adversary does."""


def measured(design: Design, setting: Setting) -> pd.DataFrame:
    """Return the figures of one world, a row each, in the order of the experiment's cells.

    The same as if it alone had been asked for: a source more leaves the others as they are, and
    whoever has no point in the sources of a cell is none of its population.
    """
    catalogue = load_sources()
    sources = {name: catalogue[name] for name in design.joined()}
    people, days, seed, preset = setting
    world = World(people, days, seed, sources, PRESETS[preset])
    true = points_of(world)
    points, links = {False: true}, None
    if True in design.linked:
        links = links_of(world, Model.default())
        points[True] = as_linked(true, links)
    width, apart = width_of(world.population.cells), off_grid(sources)
    adversaries = design.adversaries()

    def figures() -> Iterator[pd.DataFrame]:
        for cell in design.cells():
            how = How(
                points=cell.points,
                error=design.error,
                coverage=design.coverage,
                sample=design.sample,
                resolution=parse_resolution(cell.resolution, width, apart),
                views=(cell.sources,),
            )
            who = adversaries[cell.adversary]
            told = _of(links, cell.sources) if cell.linked and links is not None else None
            some = _of(points[cell.linked], cell.sources)
            found = measure(some, design.metrics, who, seed, how, told)
            yield _labelled(found, setting, cell)

    return pd.concat(figures(), ignore_index=True)


def _of(frame: pd.DataFrame, sources: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows of some sources, which stay the sources there are, spoken or silent."""
    some = frame[frame["source"].isin(sources)]
    return some.assign(source=pd.Categorical(some["source"], list(sources)))


def _labelled(found: pd.DataFrame, setting: Setting, cell: Cell) -> pd.DataFrame:
    found = found.rename(columns={"adversary": "holds"}).assign(
        people=setting.people,
        days=setting.days,
        preset=setting.preset,
        linked=cell.linked,
        sources="+".join(cell.sources),
        resolution=cell.resolution,
        points=cell.points,
        adversary=cell.adversary,
    )
    return found[list(TABLE)]
