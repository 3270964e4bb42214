"""Several processes work on the shards of one world; the messages are those of one process."""

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import pyarrow as pa

from streams.synthetic.arrivals import in_order

if TYPE_CHECKING:
    from streams.synthetic.world import World


class WorkerError(ChildProcessError):
    """A process that worked on a part of the world ended before it was done; one line."""


def blocks_of(world: "World", stride: int, processes: int) -> Iterator[pa.Table]:
    """Yield the messages of each block, in order (arrivals.SCHEMA), by so many processes.

    Each makes the world anew and works on every so-manieth shard of 65,536 people; a world has no
    use for more processes than shards. Raises WorkerError when one of them dies.
    """
    shards = len(world.population.shards())
    hands = min(processes, shards)
    if hands < 2:
        crew = world.crew(range(shards), stride)
        yield from (crew.block(block) for block in range(world.blocks))
        return
    with ExitStack() as stack:
        pipes = [
            stack.enter_context(_Worker(world, range(hand, shards, hands), stride))
            for hand in range(hands)
        ]
        for _ in range(world.blocks):
            yield in_order([pipe.table() for pipe in pipes])


class _Worker:
    """A process at work on some shards; ended when the context is left."""

    def __init__(self, world: "World", shards: range, stride: int) -> None:
        context = multiprocessing.get_context("spawn")  # threads do not survive a fork
        self._here, there = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_work, args=(world, shards, stride, there), daemon=True
        )
        self._process.start()
        there.close()

    def __enter__(self) -> "_Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
        self._here.close()

    def table(self) -> pa.Table:
        """Return the next block's messages."""
        try:
            with pa.ipc.open_stream(self._here.recv_bytes()) as reader:
                return reader.read_all()
        except (EOFError, OSError):  # it ended between two tables, or within one
            self._process.join()
            what = f"one of the processes ended early, with exit code {self._process.exitcode}"
            raise WorkerError(f"--processes: {what}; fewer need less memory") from None


def _work(world: "World", shards: range, stride: int, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it, and says why
    crew = world.crew(shards, stride)
    with pipe, suppress(BrokenPipeError):  # nobody is there any more to take it
        for block in range(world.blocks):
            sink = pa.BufferOutputStream()
            table = crew.block(block)
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
            pipe.send_bytes(sink.getvalue())
