"""The registry as every worker reads it: cut into blocks by markers, applied a block at a time.

A worker may hold tasks at different blocks (after a crash or a rebalance). The changes are kept by
block, so the registry can be built as it stood at any of them: what a task decides depends on the
block alone, never on how fast another topic was read.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from linkage.decision import Thresholds
from linkage.linker import Linker
from linkage.model import Model
from linkage.registry import Registry
from streams.events import Marker, encode_marker
from streams.gate import checked_entry
from streams.messages import RegistryEntry
from streams.stage import BEFORE_STREAM
from streams.stages.affected import person_keys


class RegistryLog:
    """Everything the registry topic said, by block."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._open = dict.fromkeys(range(partitions), BEFORE_STREAM + 1)
        self._entries: defaultdict[int, list[RegistryEntry]] = defaultdict(list)

    def take(self, partition: int, value: bytes) -> None:
        """Add the next message of a partition: an entry of its open block or its marker.

        Raises Rejected, with nothing added, for anything else and for a marker out of turn.
        """
        block = self._open[partition]
        if value in (encode_marker(Marker(block)), encode_marker(Marker(block, last=True))):
            self._open[partition] = block + 1
        else:
            self._entries[block].append(checked_entry(value))

    def complete(self, block: int) -> bool:
        """Return whether every partition has passed the marker of a block."""
        return all(current > block for current in self._open.values())

    def entries(self, block: int) -> list[RegistryEntry]:
        """Return the changes of a block; per person they are in their order."""
        return self._entries.get(block, [])


class BlockRegistry:
    """The registry as it stood at the close of `block`."""

    def __init__(self, log: RegistryLog, model: Model, thresholds: Thresholds) -> None:
        self._log, self._model, self._thresholds = log, model, thresholds
        self.rewind(BEFORE_STREAM)

    def forward(self) -> NDArray[np.uint64]:
        """Apply the next block's changes; return every blocking key that they touched."""
        self.block += 1
        return self._apply(self._log.entries(self.block))

    def rewind(self, block: int) -> None:
        """Build the registry again as it stood at the close of an earlier block."""
        self.registry = Registry(self._model.schema)
        self.linker = Linker(self._model, self.registry, self._thresholds)
        self.block = BEFORE_STREAM
        while self.block < block:
            self.forward()

    def _apply(self, entries: list[RegistryEntry]) -> NDArray[np.uint64]:
        touched = self.registry.change([(entry.person, entry.record) for entry in entries])
        return np.union1d(touched, person_keys(entry.person for entry in entries))
