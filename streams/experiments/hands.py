"""Several processes at work on the worlds of an experiment, one at a time each."""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, wait

import pandas as pd

from streams.experiments.design import Design, Setting
from streams.experiments.measuring import measured

Done = tuple[Setting, pd.DataFrame]


class HandError(ChildProcessError):
    """A process ended before it was done, or could not do it; one line."""


def work(design: Design, settings: Sequence[Setting], processes: int) -> Iterator[Done]:
    """Yield each world with its figures as it is done, by so many processes, in any order.

    The figures of a world do not depend on who works it out, or after which. The processes end
    when the iteration does, and when the process that started them dies. Raises HandError when
    one of them dies, LinkageError and ValueError as measuring does.
    """
    hands = min(processes, len(settings))
    if hands < 2:
        yield from ((setting, measured(design, setting)) for setting in settings)
        return
    left = list(settings)
    with ExitStack() as stack:
        idle = [stack.enter_context(_Hand(design)) for _ in range(hands)]
        busy: dict[Connection, _Hand] = {}
        while left or busy:
            while left and idle:
                hand = idle.pop()
                hand.give(left.pop(0))
                busy[hand.pipe] = hand
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                hand = busy.pop(pipe)
                yield hand.take()
                idle.append(hand)


class _Hand:
    """A process that works on one world after another; ended when the context is left."""

    def __init__(self, design: Design) -> None:
        context = multiprocessing.get_context("spawn")  # threads do not survive a fork
        self.pipe, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(design, there), daemon=True)
        self._process.start()
        there.close()

    def __enter__(self) -> "_Hand":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
        self.pipe.close()

    def give(self, setting: Setting) -> None:
        """Give it a world."""
        self.pipe.send(setting)

    def take(self) -> Done:
        """Take what it has worked out."""
        try:
            found: Done | Exception = self.pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            what = f"one of the processes ended early, with exit code {self._process.exitcode}"
            raise HandError(f"--processes: {what}; fewer need less memory") from None
        if isinstance(found, Exception):
            raise found
        return found


def _serve(design: Design, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it, and says why
    with pipe, suppress(EOFError, BrokenPipeError):  # nobody is there any more
        while True:
            setting = Setting._make(pipe.recv())
            try:
                pipe.send((setting, measured(design, setting)))
            except BrokenPipeError:
                raise
            except Exception as error:  # who started it says what went wrong
                pipe.send(error)
