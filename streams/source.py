"""What a source is: its accounts, its kinds of events, and what a point of it reveals."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linkage.catalogue import load_catalogue
from streams.events import Kind, Payload

if TYPE_CHECKING:
    from streams.synthetic.emission import Emit

FOLDER = Path(__file__).parent / "sources"


@dataclass(frozen=True)
class Source:
    """One kind of organisation that holds accounts of people and sees them act.

    `account` is the type of its subjects, `kinds` names its events and their payloads,
    `resolution` says what one point tells an observer ('hour x cell'), `emit` makes its events
    for a synthetic population.
    """

    name: str
    describes: str
    account: object
    kinds: Mapping[str, type[Payload]]
    resolution: str
    emit: "Emit"

    @property
    def topic(self) -> str:
        """Return the topic that carries its events."""
        return f"events.{self.name}"


def load_sources(folder: Path = FOLDER, package: str = "streams.sources") -> Mapping[str, Source]:
    """Return every source of the catalogue by name."""
    return load_catalogue(package, folder, "SOURCE", Source)


def kinds_of(sources: Mapping[str, Source]) -> dict[str, Kind]:
    """Return the kinds of events of these sources, for the codec."""
    return {
        name: Kind(source.name, payload, source.account)
        for source in sources.values()
        for name, payload in source.kinds.items()
    }
