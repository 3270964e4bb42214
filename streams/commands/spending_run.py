"""The run whose ledgers are looked at: who wrote the state, and under which policy."""

from dataclasses import dataclass
from pathlib import Path

from linkage.privacy.budget.policy import Policy
from streams.commands.look import opened
from streams.configure import Choice
from streams.manifest import Manifest
from streams.store.open import open_store
from streams.store.protocol import Store


@dataclass(frozen=True)
class Run:
    """A run that wrote a state, with its policy."""

    of: str
    manifest: Manifest
    choice: Choice
    cells: str
    policy: Policy

    @property
    def store(self) -> Store:
        """Return the store of its cells."""
        return open_store(self.cells)


def run_of(state: str) -> Run:
    """Return the run that wrote a state; BadParameter when none did."""
    manifest, choice, cells = opened(state)
    days = "1 day" if choice.days == 1 else f"{choice.days} days"
    made = f"{choice.people:,} synthetic people, {days}, seed {choice.seed}"
    if manifest.recording is not None:
        made = f"recording {Path(manifest.recording).name}"
    return Run(f"run in {state}: {made}", manifest, choice, cells, choice.plan().policy)
