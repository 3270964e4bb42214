"""The run whose ledgers are looked at: who wrote the state, and under which policy."""

from dataclasses import dataclass

from linkage.privacy.budget.policy import Policy
from streams.commands.look import made_of, opened
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
    of = f"run in {state}: {made_of(manifest, choice)}"
    return Run(of, manifest, choice, cells, choice.plan().policy)
