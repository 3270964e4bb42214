"""Erasing in a run that is over: a further block, with an entry of the registry and its close.

The stream is told again up to where it was left, which changes nothing, so that the registry is
what it was and a task that was stopped in the middle catches up. Then comes the new block.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from linkage.privacy.budget.mechanisms import Sampler
from streams.delivery import Delivery
from streams.erasing.faults import ErasureError
from streams.events import Marker
from streams.gate import is_erasure
from streams.held import alone
from streams.manifest import Erasure
from streams.messages import RegistryEntry
from streams.partition import partition_of
from streams.plan import Plan
from streams.risk.cells import all_rows
from streams.runners.embedded import Embedded
from streams.stage import BEFORE_STREAM
from streams.stages.erasure import seal
from streams.stages.identify import Identify
from streams.store.protocol import Outgoing, Store

Items = Iterable[Delivery | Marker]
_STRANGERS = 200
"""So many first events of accounts that are all unknown are another run's."""


@contextmanager
def alone_on(folder: Path) -> Iterator[None]:
    """Keep everybody else away from a run's folder; ErasureError if somebody is there."""
    taken = ErasureError(
        f"--state: a demo or another command is using {folder}; erase once it has ended "
        "(--once ends by itself; a live page ends with Ctrl-C)"
    )
    with alone(folder.with_suffix(".lock"), taken):
        yield


def entry_of(person: int) -> Delivery:
    """Return the registry's entry that erases a person."""
    value = msgspec.json.encode(RegistryEntry(person=person, record=None))
    return Delivery("registry", str(person).encode(), value)


class Stopped:
    """A run at rest: its cells taken over, its stream told again up to the last closed block."""

    def __init__(
        self, plan: Plan, store: Store, sampler: Sampler, stream: Items, erased: Iterable[Erasure]
    ) -> None:
        self._store = store
        self._runner = Embedded(plan, store, sampler, _silently)
        self._inputs = {t: n for t, (_, n) in plan.layout.topics().items()}
        self._newest: dict[bytes, bytes] = {}
        reached = self._runner.reached()
        self.block = max((block for block, _ in reached.values()), default=BEFORE_STREAM)
        before = list(erased)
        last = before[0].block - 1 if before else self.block
        if self.block == BEFORE_STREAM:
            raise ErasureError("--state: the run has closed no block yet; nobody is known in it")
        self._runner.run(self._known(stream, last, reached))
        for one in before:
            self._runner.append([entry_of(one.person)], Marker(one.block))
            self.block = max(self.block, one.block)

    def knows(self, person: int) -> bool:
        """Return whether the registry has the person as it stood when the run was left."""
        newest = self._newest.get(str(person).encode())
        return newest is not None and not is_erasure(newest)

    def erase(self, person: int) -> int:
        """Erase a person in a further block, wait until all is at rest, and return the block."""
        self.block += 1
        self._runner.append([entry_of(person)], Marker(self.block))
        return self.block

    def close(self) -> None:
        """Let go of the cells, and of what they still held of messages that were all read."""
        self._runner.close()
        for task in self._store.tasks():
            cell = self._store.open(task)
            said = cell.outbox()
            cell.commit((), {}, (), said[-1][0] if said else 0)
            cell.close()

    def _known(
        self, stream: Items, last: int, reached: dict[tuple[str, int], tuple[int, int]]
    ) -> Iterator[Delivery | Marker]:
        """Yield a stream up to the marker of a block; ErasureError when it is another's."""
        seen: Counter[tuple[str, int]] = Counter()
        names, strangers = set(_accounts(self._store)), 0
        for item in stream:
            told = list(reached)
            if isinstance(item, Delivery):
                told = [(item.topic, partition_of(item.key, self._inputs[item.topic]))]
                if names and item.topic != "registry":
                    strangers += 1
                    if seal(item.key.decode()) in names:
                        names.clear()
                    elif strangers == _STRANGERS:
                        raise _another(told[0])
            for channel in told:
                block, read = reached.get(channel, (BEFORE_STREAM, 0))
                if block >= last and seen[channel] >= read:
                    raise _another(channel)
                seen[channel] += 1
            if isinstance(item, Delivery) and item.topic == "registry":
                self._newest[item.key] = item.value
            yield item
            if isinstance(item, Marker) and item.marker == last:
                return
        raise _another(("registry", 0))


def _accounts(store: Store) -> Iterator[str]:
    """Yield every account that a run's state knows, by its seal."""
    for account, _ in all_rows(store, "identify", Identify, "accounts"):
        yield seal(account)
    for name, _ in all_rows(store, "identify", Identify, "sealed"):
        yield name


def _silently(_: Outgoing) -> None:
    """What leaves the run is for readers who are not there any more."""


def _another(channel: tuple[str, int]) -> ErasureError:
    return ErasureError(
        f"--state: {channel[0]}, partition {channel[1]}, holds something else than the stream that "
        "its run.json speaks of. Was it a run on Kafka? Then give --bootstrap; was its recording "
        "or policy changed? Then put back what it was"
    )
