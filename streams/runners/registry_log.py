"""The registry as every worker reads it: cut into blocks by markers, applied a block at a time.

A worker may hold tasks at different blocks (after a crash or a rebalance). The changes are kept by
block, so the registry can be built as it stood at any of them: what a task decides depends on the
block alone, never on how fast another topic was read.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from linkage.decision import Thresholds
from linkage.linker import Linker
from linkage.model import Model
from linkage.registry import Registry
from linkage.schema import Schema
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
    """The registry as it stood at the close of `block`, and who decides on it.

    That is `model`; with a `shadow`, this is asked beside it, and decides alone from the close of
    the block `cutover` on (None is never). The two share a registry unless their schemas differ.
    `erased` are the people whom this block erased.
    """

    def __init__(
        self,
        log: RegistryLog,
        model: Model,
        thresholds: Thresholds,
        shadow: Model | None = None,
        cutover: int | None = None,
    ) -> None:
        self._log, self._thresholds, self._cutover = log, thresholds, cutover
        self._models = [model] if shadow is None else [model, shadow]
        self._encoders = [r.encoder for r in _registries(self._models).values()]
        self.block, self._linkers = BEFORE_STREAM, list[Linker]()
        self.erased: frozenset[int] = frozenset()
        self.rewind(BEFORE_STREAM)

    @property
    def linker(self) -> Linker:
        """Return the linker that decides."""
        return self._linkers[0]

    @property
    def shadow(self) -> Linker | None:
        """Return the linker that is asked beside it, if there is one."""
        return self._linkers[1] if len(self._linkers) > 1 else None

    @property
    def registry(self) -> Registry:
        """Return the registry of the linker that decides."""
        return self.linker.registry

    def keys(self, records: Sequence[object]) -> NDArray[np.uint64]:
        """Return all blocking keys of records (records x keys, 0 = none), by any of the models."""
        found = [one.encode([one.canonical(r) for r in records]).keys for one in self._encoders]
        return np.hstack(found)

    def forward(self) -> NDArray[np.uint64]:
        """Apply the next block's changes; return every blocking key that they touched."""
        self.block += 1
        if self.block == self._cutover and self.shadow is not None:
            self._linkers = self._linkers[1:]
        return self._apply(self._log.entries(self.block))

    def rewind(self, block: int) -> None:
        """Build the registry again as it stood at the close of an earlier block."""
        made = _registries(self._models)
        self._linkers = [Linker(m, made[m.schema], self._thresholds) for m in self._models]
        self.block = BEFORE_STREAM
        while self.block < block:
            self.forward()

    def _apply(self, entries: list[RegistryEntry]) -> NDArray[np.uint64]:
        changes = [(entry.person, entry.record) for entry in entries]
        # As in the registry, the newest entry of a block counts.
        self.erased = frozenset(person for person, new in dict(changes).items() if new is None)
        touched = person_keys(entry.person for entry in entries)
        for registry in {id(one.registry): one.registry for one in self._linkers}.values():
            touched = np.union1d(touched, registry.change(changes))
        return touched


def _registries(models: Iterable[Model]) -> dict[Schema, Registry]:
    """Return an empty registry for each schema."""
    return {schema: Registry(schema) for schema in dict.fromkeys(m.schema for m in models)}
