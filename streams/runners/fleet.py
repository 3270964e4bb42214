"""Worker processes on this machine: started, started again when they crash, ended together."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

GRACE = 20.0
"""Seconds a worker has to end by itself."""
STDERR = 2
PATIENCE = 20
"""Restarts in a row after which a crash is not a passing fault any more."""


class FleetError(Exception):
    """Workers crash faster than they work."""


class Fleet:
    """Runs `count` workers; `command` gives the command line of the i-th."""

    def __init__(self, count: int, command: Callable[[int], Sequence[str]]) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._workers = [self._spawn(i) for i in range(count)]
        self.restarts = 0
        self._watch = threading.Thread(target=self._restart, name="fleet", daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """End all workers; one that does not end by itself is killed."""
        self._stopping.set()
        self._watch.join()
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            try:
                worker.wait(GRACE)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()

    def check(self) -> None:
        """Raise FleetError when restarting does not help."""
        if self.restarts >= PATIENCE:
            raise FleetError(f"workers crashed {self.restarts} times; their errors are above")

    def _restart(self) -> None:
        while not self._stopping.wait(0.2):
            for i, worker in enumerate(self._workers):
                if worker.poll() is not None and self.restarts < PATIENCE:
                    code = worker.returncode
                    print(f"worker {i} ended with {code}; starting it again", file=sys.stderr)
                    self.restarts += 1
                    self._workers[i] = self._spawn(i)

    def _spawn(self, i: int) -> "subprocess.Popen[bytes]":
        # What workers print is no part of what the parent says on its standard output.
        return subprocess.Popen(self._command(i), stdin=subprocess.DEVNULL, stdout=STDERR)
