"""Runs a command and prints what it used: `python -m bench.rig.peak COMMAND...`.

In a process of its own, and a small one: a child's peak counts what its parent held when it was
forked.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Used(NamedTuple):
    """What a command printed, its exit status, seconds, processor seconds and peak megabytes."""

    output: str
    status: int
    seconds: float
    cpu: float
    megabytes: float


def used_by(command: Sequence[str]) -> Used:
    """Run a command to its end and return what it used; what it said on stderr is dropped."""
    own = [sys.executable, "-m", "bench.rig.peak", *command]
    done = subprocess.run(
        own, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, check=True
    )
    return Used(*json.loads(done.stdout))


def _run(command: Sequence[str]) -> Used:
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    seconds = time.perf_counter() - start
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Kilobytes on Linux, bytes on macOS.
    unit = 1e6 if sys.platform == "darwin" else 1e6 / 1024
    cpu = found.ru_utime + found.ru_stime
    return Used(done.stdout, done.returncode, seconds, cpu, found.ru_maxrss / unit)


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1:])))
