"""What a state folder belongs to: the choices of the run that wrote it."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from linkage.decision import Thresholds

if TYPE_CHECKING:
    from streams.configure import Choice

_NAME = "run.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The choices that make the same run again; `recording` and `verdicts` are files it played."""

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
        )

    def save(self, folder: Path) -> None:
        """Write it into a state folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _NAME).write_bytes(msgspec.json.format(msgspec.json.encode(self)))


def load_manifest(folder: Path) -> Manifest:
    """Return the manifest in a state folder; FileNotFoundError when no run wrote one."""
    return msgspec.json.decode((folder / _NAME).read_bytes(), type=Manifest)


def has_manifest(folder: Path) -> bool:
    """Return whether a run wrote into a state folder."""
    return (folder / _NAME).is_file()
