"""The demo on a real Kafka: broker, topics, feed and workers, all on this machine."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.commands.progress import Progress
from streams.configure import Choice
from streams.delivery import Delivery
from streams.digest import digest_of
from streams.events import Marker
from streams.follow import Follower
from streams.kafka.broker import broker_of
from streams.kafka.feed import Feed
from streams.kafka.topics import ensure
from streams.runners.fleet import Fleet
from streams.session import Session
from streams.store.open import open_store

POLL = 0.2


def run_on_kafka(
    choice: Choice,
    session: Session,
    progress: Progress,
    stream: Iterable[Delivery | Marker],
    folder: Path,
    workers: int,
) -> str:
    """Run a choice on a broker and workers started for it; return the digest of what they hold."""
    plan = choice.plan()
    with _broker(folder) as bootstrap:
        ensure(plan.layout, bootstrap)
        fleet = Fleet(workers, lambda i: _command(choice, bootstrap, folder, i))
        follower = Follower(bootstrap, session, plan.layout)
        try:
            feed = Feed(plan.codec(), plan.layout, bootstrap)
            feed.run(stream)
            while not session.wait(POLL):
                progress.tick()
                fleet.check()
                follower.check()
        finally:
            fleet.stop()
            follower.stop()
    store = open_store(str(folder / "state"))
    return digest_of(store, plan.layout.sources, plan.joins)


@contextmanager
def _broker(folder: Path) -> Iterator[str]:
    broker = broker_of("local", folder / "broker")
    bootstrap = broker.start()
    print(f"kafka: {broker.status().detail} on {bootstrap}", file=sys.stderr, flush=True)
    try:
        yield bootstrap
    finally:
        broker.stop()


def _command(choice: Choice, bootstrap: str, folder: Path, number: int) -> list[str]:
    command = [sys.executable, "-m", "streams", "worker"]
    command += ["--bootstrap", bootstrap, "--state", str(folder / "state")]
    command += ["--scenario", choice.scenario, "--partitions", str(choice.partitions)]
    command += ["--points", str(choice.points), "--seed", str(choice.seed)]
    command += ["--name", f"worker-{number}"]
    rule = choice.thresholds
    command += ["--link-at", repr(rule.link), "--review-at", repr(rule.review)]
    command += ["--margin", repr(rule.margin)]
    models = choice.models
    for option, value in (
        ("--model", models.model),
        ("--shadow", models.shadow),
        ("--cutover", models.cutover),
    ):
        command += [] if value is None else [option, str(value)]
    if choice.policy is not None:
        command += ["--policy", str(choice.policy)]
    return command
