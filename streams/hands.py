"""Several processes at work on the parts of something large, one part at a time each."""

import multiprocessing
import signal
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

Shared = TypeVar("Shared")
Part = TypeVar("Part")
Found = TypeVar("Found")


class HandError(ChildProcessError):
    """A process ended before it was done, or could not do it; one line."""


def work(
    do: Callable[[Shared, Part], Found], shared: Shared, parts: Sequence[Part], processes: int
) -> Generator[tuple[Part, Found], None, None]:
    """Yield each part with `do(shared, part)` as it is done, by so many processes, in any order.

    `do` is a function of a module, and what it is given and returns can be pickled; what it returns
    must not depend on who works it out, or after which. The processes end when the iteration does,
    and when the process that started them dies. Raises HandError when one of them dies, and
    whatever `do` raises.
    """
    hands = min(processes, len(parts))
    if hands < 2:
        yield from ((part, do(shared, part)) for part in parts)
        return
    left = list(parts)
    with ExitStack() as stack:
        idle = [stack.enter_context(_Hand(do, shared)) for _ in range(hands)]
        busy: dict[Connection, _Hand[Shared, Part, Found]] = {}
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


class _Hand(Generic[Shared, Part, Found]):
    """A process that works on one part after another; ended when the context is left."""

    def __init__(self, do: Callable[[Shared, Part], Found], shared: Shared) -> None:
        context = multiprocessing.get_context("spawn")  # threads do not survive a fork
        self.pipe, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(do, shared, there), daemon=True)
        self._process.start()
        there.close()

    def __enter__(self) -> "_Hand[Shared, Part, Found]":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
        self.pipe.close()

    def give(self, part: Part) -> None:
        """Give it a part."""
        with suppress(BrokenPipeError):  # that it is dead is told when it is asked
            self.pipe.send(part)

    def take(self) -> tuple[Part, Found]:
        """Take what it has worked out."""
        try:
            found: tuple[Part, Found] | Exception = self.pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            what = f"one of the processes ended early, with exit code {self._process.exitcode}"
            raise HandError(f"--processes: {what}; fewer need less memory") from None
        if isinstance(found, Exception):
            raise found
        return found


def _serve(do: Callable[[Shared, Part], Found], shared: Shared, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it, and says why
    with pipe, suppress(EOFError, BrokenPipeError):  # nobody is there any more
        while True:
            part: Part = pipe.recv()
            try:
                pipe.send((part, do(shared, part)))
            except BrokenPipeError:
                raise
            except Exception as error:  # who started it says what went wrong
                pipe.send(error)
