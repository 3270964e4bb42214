"""A worker: the tasks one process holds, moved forward together, block by block.

Tasks of a stage with a broadcast share one registry. It moves only when all of them have reached
the same marker and every partition of the registry topic has passed it, so each of their decisions
is made with the registry of its block, on every runner.
"""

import numpy as np

from streams.runners.registry_log import BlockRegistry, RegistryLog
from streams.runners.task import Task
from streams.topology import Stage

_NOTHING = np.empty(0, np.uint64)


class Worker:
    """Drives tasks; the runner delivers inputs, flushes what comes out and acknowledges."""

    def __init__(self, log: RegistryLog, shared: BlockRegistry) -> None:
        self._log, self._shared = log, shared
        self.tasks: dict[str, Task] = {}
        self._looking_up: dict[str, Task] = {}

    def add(self, task: Task, stage: Stage) -> None:
        """Take over a task of a stage; one at an older block takes the registry back to it."""
        self.tasks[task.name] = task
        if stage.broadcast is not None:
            self._looking_up[task.name] = task
            if task.block < self._shared.block:
                self._shared.rewind(task.block)

    def remove(self, name: str) -> None:
        """Give a task up, so that its cell can be opened elsewhere."""
        self._looking_up.pop(name, None)
        self.tasks.pop(name).release()

    def advance(self) -> None:
        """Process all that has arrived, and close every block that can be closed."""
        for name, task in self.tasks.items():
            if name not in self._looking_up:
                while task.advance() is not None:
                    task.close(_NOTHING)
        while self._looking_up and self._close_together():
            pass

    def _close_together(self) -> bool:
        """Move the shared registry one block on; return whether it moved."""
        block = self._shared.block
        here = [task for task in self._looking_up.values() if task.block == block]
        ready = [task for task in here if task.advance() is not None]
        if len(ready) < len(here) or not self._log.complete(block + 1):
            return False
        affected = self._shared.forward()
        for task in ready:
            task.close(affected)
        return True
