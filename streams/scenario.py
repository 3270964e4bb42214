"""What a scenario is: which sources a run has, and what it is there to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.catalogue import load_catalogue
from streams.source import Source, load_sources

FOLDER = Path(__file__).parent / "scenarios"
DEFAULT = "real_name"


@dataclass(frozen=True)
class Scenario:
    """A system to stage on synthetic people.

    `sources` names its sources in the order in which they are shown; `stages` is the system of
    the user's article that it stands for, `shows` what a run has to show.
    """

    name: str
    describes: str
    sources: tuple[str, ...]
    stages: str
    shows: str

    def pick(self, catalogue: Mapping[str, Source]) -> dict[str, Source]:
        """Return the scenario's sources; KeyError names what the catalogue lacks."""
        unknown = [name for name in self.sources if name not in catalogue]
        if unknown:
            known = ", ".join(sorted(catalogue))
            raise KeyError(f"scenario {self.name}: no source {', '.join(unknown)}; known: {known}")
        return {name: catalogue[name] for name in self.sources}


def load_scenarios(
    folder: Path = FOLDER, package: str = "streams.scenarios"
) -> Mapping[str, Scenario]:
    """Return every scenario of the catalogue by name."""
    return load_catalogue(package, folder, "SCENARIO", Scenario)


def default_sources() -> dict[str, Source]:
    """Return the sources of the default scenario by name."""
    return load_scenarios()[DEFAULT].pick(load_sources())
