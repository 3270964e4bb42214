"""The release task as a process of its own over recorded inputs, killed and started again."""

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path
from unittest.mock import patch

import msgspec
import numpy as np

from linkage.privacy.budget.question import Question
from streams.runners.task import Inbound, Routes, Task
from streams.stages import book
from streams.stages.activity import question_frame
from streams.stages.release import ReleaseStage
from streams.store.protocol import Store
from streams.store.sqlite import SqliteStore
from tests.streams.stages.released import (
    DOMAIN,
    SOURCES,
    STANDING,
    TASK,
    counter,
    offer,
    policy,
    question,
    said,
)

UPSTREAM = frozenset({"join/0", "join/1"})
RULES = policy(person=9, block=6, kept=5, parts=(STANDING, counter(horizon=20), offer(4)))
POINTS = ("before-commit", "after-commit", "after-flush")
_DICE = random.SystemRandom()
_FORK = multiprocessing.get_context("fork")


def noise(values: list[int], _sigma: float) -> list[int]:
    """Noise that is drawn anew whenever it is drawn again."""
    return [value + _DICE.randrange(10**12) for value in values]


def put(one: Question, nonce: int) -> Inbound:
    frame = question_frame(one, RULES.hash, str(nonce))
    return Inbound(frame.origin, frame.n, frame.body, None, False, None)


def recorded(seed: int, blocks: int = 60, people: int = 30) -> list[Inbound]:
    """Activity of many blocks in parts, and questions among it; many are asked or sent again."""
    chance, numbers = random.Random(seed), dict.fromkeys(sorted(UPSTREAM), 0)
    inputs, sent = list[Inbound](), list[Inbound]()
    for block in range(-1, blocks):
        for place, origin in enumerate(numbers):
            bodies: list[bytes | None] = [None]
            if block >= 0:
                mine = range(1 + place, people, 2)
                who = {s: sorted(chance.sample(mine, chance.randint(0, 6))) for s in SOURCES}
                bodies = [said(block, who), None]
            for body in bodies:
                marker = block if body is None else None
                last = marker == blocks - 1
                inputs.append(Inbound(origin, numbers[origin], body or b"", marker, last, None))
                numbers[origin] += 1
        for _ in range(chance.randint(0, 4)):
            first = max(0, block + chance.randint(-3, 2))
            what = question(
                first, first + chance.randint(0, 3), sources=SOURCES[chance.randrange(2) :]
            )
            sent.append(put(what, len(sent)))
            inputs += [sent[-1], chance.choice(sent)]
            if chance.random() < 0.3:
                again = chance.choice(sent)
                inputs.append(again._replace(origin=f"{again.origin}/again{len(inputs)}"))
    return inputs


class Trace:
    """A probe that writes down where the process is, and kills it at the n-th time of a point."""

    def __init__(self, file: Path, point: str | None, nth: int) -> None:
        self._out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._point, self._left = point, nth

    def __call__(self, point: str, _task: str) -> None:
        os.write(self._out, f"{point}\n".encode())
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def live(folder: Path, inputs: list[Inbound], point: str | None = None, nth: int = 0) -> None:
    """Open the ledger, and take all inputs from the first on; what is said goes into a file."""
    with patch.object(book, "LEAST", 4 * book.OVERHEAD):
        trace = Trace(folder / "trace", point, nth)
        out = os.open(folder / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        task = opened(SqliteStore(folder / "cells"), trace)
        flush(task, out)
        for one in inputs:
            task.offer([one])
            while task.advance() is not None:
                task.close(np.empty(0, np.uint64))
            flush(task, out)
        task.release()


def opened(store: Store, probe: Trace | None = None) -> Task:
    stage, cell = ReleaseStage(TASK, DOMAIN, RULES, noise), store.open(TASK)
    rest = () if probe is None else (probe,)
    return Task(TASK, stage, cell, UPSTREAM, Routes({}), *rest)


def flush(task: Task, out: int) -> None:
    outgoing, number = task.outbox()
    if outgoing:
        for one in outgoing:
            if one.topic == "releases":
                os.write(out, msgspec.json.encode([(one.key or b"").decode(), one.value]) + b"\n")
        task.flushed(number)


def started(folder: Path, inputs: list[Inbound], point: str | None, nth: int) -> int:
    """Start a life; it has a place to write to, and its number is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    process = _FORK.Process(target=live, args=(folder, inputs, point, nth))
    process.start()
    _ALIVE[process.pid or 0] = process
    return process.pid or 0


_ALIVE: dict[int, multiprocessing.process.BaseProcess] = {}


def ended(pid: int, after: float | None) -> bool:
    """Wait for a life to end, or kill it after so many seconds; return whether it was killed."""
    process = _ALIVE.pop(pid)
    if after is not None:
        time.sleep(after)
        process.kill()
    process.join()
    code = process.exitcode
    process.close()
    assert code in (0, -signal.SIGKILL), code
    return code != 0


def landed(folder: Path) -> str:
    """Where the last life was when it ended: the last point that it came by."""
    file = folder / "trace"
    points = file.read_text().split() if file.exists() else []
    return points[-1] if points else "before any"


def published(folder: Path) -> dict[str, set[bytes]]:
    """Everything that was ever said, by request; a life may end in the middle of a line."""
    found: dict[str, set[bytes]] = {}
    for line in (folder / "said").read_bytes().splitlines():
        key, value = msgspec.json.decode(line, type=tuple[str, bytes])
        found.setdefault(key, set()).add(value)
    return found
