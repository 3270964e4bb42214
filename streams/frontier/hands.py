"""Several processes at work on the parts of a frontier, one at a time each."""

import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from linkage.privacy.defence import Material
from linkage.privacy.frontier import Figure, Task, measured, tasks
from streams.frontier.asked import Asked, design_of

Done = tuple[Task, list[Figure]]


class HandError(ChildProcessError):
    """A process ended before it was done; one line."""


def work(asked: Asked, material: Material, processes: int) -> Iterator[Done]:
    """Yield each part with its figures as it is done, by so many processes, in any order.

    The figures of a part do not depend on who works it out, or after which. Raises HandError when
    a process dies, LinkageError and ValueError as measuring does.
    """
    every = tasks(design_of(asked))
    if min(processes, len(every)) < 2:
        yield from ((task, _figures(asked, material, task)) for task in every)
        return
    context = multiprocessing.get_context("spawn")  # threads do not survive a fork
    with ProcessPoolExecutor(processes, context, _begin) as pool:
        parts = {pool.submit(_figures, asked, material, task): task for task in every}
        try:
            for part in as_completed(parts):
                yield parts[part], part.result()
        except BrokenProcessPool:
            what = "one of the processes ended early; fewer need less memory"
            raise HandError(f"--processes: {what}") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once, and without a word


def _figures(asked: Asked, material: Material, task: Task) -> list[Figure]:
    return measured(design_of(asked), material, task)
