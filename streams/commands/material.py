"""What a run streams: a synthetic world made for it, or a recording."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from msgspec import structs

from linkage.records import Identity, Record
from streams.configure import Choice
from streams.delivery import Delivery
from streams.evaluate import Evaluator
from streams.events import Marker, Rejected
from streams.gate import checked_entry
from streams.playback import load_recording_manifest, load_recording_truth, play
from streams.synthetic.truth import Truth
from streams.synthetic.world import World


class Material(Protocol):
    """Deliveries to stream, and how to tell whether the links are right."""

    def deliveries(self) -> Iterator[Delivery | Marker]:
        """Yield everything in the order of arrival; may be called again."""

    def evaluator(self) -> Evaluator | None:
        """Return the judge of the links, or None when nobody knows the truth."""

    def truth(self) -> Truth | None:
        """Return what is true of every tenancy, or None when nobody knows."""

    def identities(self) -> Iterable[Identity]:
        """Return the registry as it is at the end."""


class Made:
    """A world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def deliveries(self) -> Iterator[Delivery | Marker]:
        """Yield what reaches the feed."""
        return self._world.deliveries()

    def evaluator(self) -> Evaluator:
        """Return the judge that knows the world's truth."""
        return Evaluator(self.truth())

    def truth(self) -> Truth:
        """Return what is true of every tenancy of the world."""
        return self._world.ground_truth()

    def identities(self) -> Iterable[Identity]:
        """Return the registry as it is at the end."""
        return self._world.identities()


class Recorded:
    """A recording, and the sources that the run has."""

    def __init__(self, path: Path, sources: tuple[str, ...]) -> None:
        self._path, self._sources = path, sources
        play(path)  # what is wrong with the path is said before anything is started

    def deliveries(self) -> Iterator[Delivery | Marker]:
        """Yield the recorded messages; RecordingError where they are damaged."""
        return play(self._path, self._sources)

    def evaluator(self) -> Evaluator | None:
        """Return the judge that knows the truth beside the recording, if there is any."""
        truth = self.truth()
        return None if truth is None else Evaluator(truth)

    def truth(self) -> Truth | None:
        """Return the truth beside the recording, if there is any."""
        return load_recording_truth(self._path)

    def identities(self) -> Iterable[Identity]:
        """Return what the recorded entries come to; what the gate refuses is left out."""
        newest: dict[int, Record | None] = {}
        for one in self.deliveries():
            if isinstance(one, Delivery) and one.topic == "registry":
                with suppress(Rejected):
                    entry = checked_entry(one.value)
                    newest[entry.person] = entry.record
        return [Identity(p, record) for p, record in newest.items() if record is not None]


class Without:
    """Material of which some people have been erased: its registry and truth are of the others."""

    def __init__(self, material: Material, people: Collection[int]) -> None:
        self._material, self._people = material, people

    def deliveries(self) -> Iterator[Delivery | Marker]:
        """Yield what was streamed, the erased included."""
        return self._material.deliveries()

    def evaluator(self) -> Evaluator | None:
        """Return the judge of the links, or None when nobody knows the truth."""
        truth = self.truth()
        return None if truth is None else Evaluator(truth)

    def truth(self) -> Truth | None:
        """Return what is true of the tenancies that do not describe the erased."""
        truth = self._material.truth()
        if truth is None:
            return None
        left = tuple(one for one in truth.tenancies if one.described not in self._people)
        return structs.replace(truth, tenancies=left)

    def identities(self) -> Iterable[Identity]:
        """Return the registry as it is at the end, without the erased."""
        return [one for one in self._material.identities() if one.person not in self._people]


def material_of(choice: Choice, recording: Path | None) -> tuple[Choice, Material]:
    """Return what a run streams, and the choice with the people, days and seed of that.

    Raises RecordingError for a recording that is not there or has another format.
    """
    if recording is None:
        return choice, Made(choice.world())
    material = Recorded(recording, tuple(choice.sources()))
    manifest = load_recording_manifest(recording)
    if manifest is None:
        return choice, material
    made = replace(choice, people=manifest.people, days=manifest.days, seed=manifest.seed)
    return made, material
