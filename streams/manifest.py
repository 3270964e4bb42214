"""What a state folder belongs to: the choices of the run that wrote it."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from linkage.decision import Thresholds

if TYPE_CHECKING:
    from streams.configure import Choice
    from streams.plan import Plan

_NAME = "run.json"


class Erasure(msgspec.Struct, frozen=True):
    """A person who was erased after the run, by an entry of the registry in a block of its own."""

    person: int
    block: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The choices that make the same run again; `recording` and `verdicts` are files it played.

    `model` and `shadow` are files in the folder of the manifest: a run is explained by the models
    that decided it, whatever becomes of the files that were given. None is the packaged model, or
    no shadow. `erased` are those whom `joinlens erase` took out afterwards, in their order.
    """

    people: int
    days: int
    seed: int
    scenario: str
    partitions: int
    points: int
    policy: str | None
    recording: str | None = None
    thresholds: Thresholds = Thresholds()
    verdicts: str | None = None
    model: str | None = None
    shadow: str | None = None
    cutover: int | None = None
    erased: tuple[Erasure, ...] = ()

    @classmethod
    def of(
        cls, choice: "Choice", recording: Path | None = None, verdicts: Path | None = None
    ) -> "Manifest":
        """Return the manifest of a choice, and of the recording and verdicts played, if any."""
        policy = None if choice.policy is None else str(choice.policy)
        return cls(
            people=choice.people,
            days=choice.days,
            seed=choice.seed,
            scenario=choice.scenario,
            partitions=choice.partitions,
            points=choice.points,
            policy=policy,
            recording=None if recording is None else str(recording.resolve()),
            thresholds=choice.thresholds,
            verdicts=None if verdicts is None else str(verdicts.resolve()),
            model="model.json",
            shadow=None if choice.models.shadow is None else "shadow.json",
            cutover=choice.models.cutover,
        )

    def save(self, folder: Path, plan: "Plan") -> None:
        """Write it into a state folder, and beside it the models of the run's plan."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, model in ((self.model, plan.model), (self.shadow, plan.shadow)):
            if name is not None and model is not None:
                (folder / name).write_bytes(model.encode())
        self.write(folder)

    def write(self, folder: Path) -> None:
        """Write it over the one that is there, whole or not at all."""
        beside = folder / f"{_NAME}.part"
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(self)))
        beside.replace(folder / _NAME)


def load_manifest(folder: Path) -> Manifest:
    """Return the manifest in a state folder; FileNotFoundError when no run wrote one."""
    return msgspec.json.decode((folder / _NAME).read_bytes(), type=Manifest)


def has_manifest(folder: Path) -> bool:
    """Return whether a run wrote into a state folder."""
    return (folder / _NAME).is_file()
