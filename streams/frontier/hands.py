"""Several processes at work on the parts of a frontier, one at a time each."""

import multiprocessing
import signal
from collections.abc import Generator
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, wait

from linkage.privacy.defence import Material
from linkage.privacy.frontier import Figure, Task, measured, tasks
from streams.frontier.asked import Asked, design_of

Done = tuple[Task, list[Figure]]


class HandError(ChildProcessError):
    """A process ended before it was done; one line."""


def work(asked: Asked, material: Material, processes: int) -> Generator[Done, None, None]:
    """Yield each part with its figures as it is done, by so many processes, in any order.

    The figures of a part do not depend on who works it out, or after which. The processes end when
    the iteration does, and when the process that started them dies. Raises HandError when one of
    them dies, LinkageError and ValueError as measuring does.
    """
    left = tasks(design_of(asked))
    hands = min(processes, len(left))
    if hands < 2:
        yield from ((task, measured(design_of(asked), material, task)) for task in left)
        return
    with ExitStack() as stack:
        idle = [stack.enter_context(_Hand(asked, material)) for _ in range(hands)]
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
    """A process that works on one part after another; ended when the context is left."""

    def __init__(self, asked: Asked, material: Material) -> None:
        context = multiprocessing.get_context("spawn")  # threads do not survive a fork
        self.pipe, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(asked, material, there), daemon=True)
        self._process.start()
        there.close()

    def __enter__(self) -> "_Hand":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
        self.pipe.close()

    def give(self, task: Task) -> None:
        """Give it a part."""
        with suppress(BrokenPipeError):  # that it is dead is told when it is asked
            self.pipe.send(task)

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


def _serve(asked: Asked, material: Material, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it, and says why
    with pipe, suppress(EOFError, BrokenPipeError):  # nobody is there any more
        while True:
            task = Task._make(pipe.recv())
            try:
                pipe.send((task, measured(design_of(asked), material, task)))
            except BrokenPipeError:
                raise
            except Exception as error:  # who started it says what went wrong
                pipe.send(error)
