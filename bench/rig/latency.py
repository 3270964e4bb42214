"""How long after an event is produced its link is there to be read, at a steady rate."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import Any

import msgspec
import numpy as np
from kafka import KafkaConsumer, TopicPartition
from numpy.typing import NDArray

from bench.harness import Options, Row
from bench.rig.kafka import PARTITIONS, Site
from bench.rig.world import plan, quiet_world
from streams.delivery import Delivery
from streams.events import Marker
from streams.kafka.feed import Feed
from streams.kafka.pace import Pace
from streams.kafka.topics import Names
from streams.messages import Link, Pulse
from streams.topology import stage_named

RATE, COUNT, WARM = 200.0, 4000, 400
"""New accounts a second, how many, and how many of the first are not counted."""
PATIENCE = 120.0

Account = tuple[str, str]
_link = msgspec.json.Decoder(Link).decode
_pulse = msgspec.json.Decoder(Pulse).decode


class _Reader(threading.Thread):
    """Reads topics from their beginning, and keeps when an account was first spoken of."""

    def __init__(
        self, bootstrap: str, topics: Iterable[str], account: Callable[[Any], Account | None]
    ) -> None:
        super().__init__(daemon=True)
        self.came: dict[Account, float] = {}
        self._account, self._stopping = account, threading.Event()
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
        )
        self._consumer.assign([TopicPartition(t, n) for t in topics for n in range(PARTITIONS)])
        self.start()

    def run(self) -> None:
        while not self._stopping.is_set():
            for found in self._consumer.poll(timeout_ms=100).values():
                now = time.perf_counter()
                for message in found:
                    account = self._account(message)
                    if account is not None:
                        self.came.setdefault(account, now)
        self._consumer.close()

    def wait(self, wanted: Iterable[Account]) -> None:
        """Wait until all of these were seen, and stop; TimeoutError when they do not come."""
        missing, deadline = set(wanted), time.monotonic() + PATIENCE
        while missing := missing - self.came.keys():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(missing)} did not come, such as {min(missing)}")
            time.sleep(0.05)
        self._stopping.set()
        self.join(10)


def rows(site: Site) -> list[Row]:
    """Return the median and the 99th percentile, beside those of the loop without a worker."""
    runs = range(site.options.repeat)
    linked = [_through_a_worker(site, f"latency{i}") for i in runs]
    direct = [_past_it(site, f"direct{i}") for i in runs]
    return [
        Row(
            name=f"produce -> link consumed at {RATE:.0f} registrations/s, p{percent}",
            value=_median(linked, percent),
            unit="ms",
            at_most=bound,
            peer="produce -> consume, no worker between",
            peer_value=_median(direct, percent),
            seed=site.options.seed,
            n=sum(map(len, linked)),
        )
        for percent, bound in ((50, None), (99, 100.0))
    ]


def _median(runs: list[NDArray[np.float64]], percent: float) -> float:
    """Return the median over the runs of a percentile of each."""
    return median(float(np.percentile(run, percent)) for run in runs)


def _through_a_worker(site: Site, name: str) -> NDArray[np.float64]:
    before, accounts = _material(site.options)
    names = site.fed(name, before)
    with site.worker("all", names, None):
        tasks = plan(site.options, PARTITIONS).layout.tasks(stage_named("identify"))
        _Reader(site.bootstrap, [names.of("pulse")], _ready).wait(("", task) for task in tasks)
        reader = _Reader(site.bootstrap, [names.of("links")], _linked)
        return _measured(site, names, accounts, reader)


def _past_it(site: Site, name: str) -> NDArray[np.float64]:
    _, accounts = _material(site.options)
    names = site.fed(name, ())
    topics = {d.topic for d in accounts}
    reader = _Reader(site.bootstrap, map(names.of, topics), _fed(names))
    return _measured(site, names, accounts, reader)


def _measured(
    site: Site, names: Names, accounts: list[Delivery], reader: _Reader
) -> NDArray[np.float64]:
    sent: dict[Account, float] = {}

    def paced() -> Iterator[Delivery]:
        for one in accounts:
            # Before the gate and before the producer's own waiting.
            sent[_account(one)] = time.perf_counter()
            yield one

    chosen = plan(site.options, PARTITIONS)
    feed = Feed(chosen.codec(), chosen.layout, site.bootstrap, names)
    feed.append(paced(), Pace(RATE))
    reader.wait(sent)
    return np.array([1000 * (reader.came[one] - sent[one]) for one in list(sent)[WARM:]])


def _material(options: Options) -> tuple[list[Delivery | Marker], list[Delivery]]:
    """Return the registry as it is before the stream, and accounts that are opened after."""
    before: list[Delivery | Marker] = []
    accounts: dict[Account, Delivery] = {}
    for one in quiet_world(options).deliveries():
        if isinstance(one, Marker):
            if one.marker == -1:
                before.append(one)
        elif one.topic != "registry":
            accounts.setdefault(_account(one), one)
            if len(accounts) == COUNT:
                break
        elif not accounts and (not before or isinstance(before[-1], Delivery)):
            before.append(one)
    return before, list(accounts.values())


def _account(one: Delivery) -> Account:
    return one.topic.removeprefix("events."), one.key.decode()


def _linked(message: Any) -> Account:
    link = _link(message.value)
    return link.source, link.account


def _ready(message: Any) -> Account | None:
    """Return the task that has the registry, as an account of nobody."""
    pulse = _pulse(message.value)
    return ("", pulse.task) if pulse.block >= -1 else None


def _fed(names: Names) -> Callable[[Any], Account]:
    def account(message: Any) -> Account:
        return names.bare(message.topic).removeprefix("events."), message.key.decode()

    return account
