"""joinlens feed, worker, topics, dashboard: the parts of a run on Kafka, one process each."""

import os
import signal
import sys
import threading
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated

import typer

from linkage.privacy.budget.mechanisms import opendp_sampler
from streams import settings as s
from streams.board import Board, Run
from streams.clerk.verdict_file import read_verdicts, with_verdicts
from streams.commands.collector import spare_the_collector
from streams.commands.material import material_of
from streams.commands.thresholds import chosen
from streams.configure import Choice, Models
from streams.dashboard.server import Dashboard
from streams.follow import Follower
from streams.kafka.feed import Fed, Feed
from streams.kafka.lag import Lag
from streams.kafka.pace import Pace
from streams.kafka.topics import Names, ensure
from streams.manifest import Manifest
from streams.runners.outfit import outfit
from streams.session import Session
from streams.store.open import SCHEMES, open_store

QUALITY_EVERY = 5.0
"""Seconds between two looks at precision and recall: they read every link."""


def topics(
    bootstrap: s.Bootstrap = s.BOOTSTRAP,
    scenario: s.ScenarioName = s.SCENARIO,
    partitions: s.Partitions = s.PARTITIONS,
) -> None:
    """Create the topics of a scenario on a broker; those that exist are checked and kept."""
    layout = _choice(scenario=scenario, partitions=partitions).plan().layout
    made = ensure(layout, bootstrap)
    print(f"{len(made)} topics created, {len(layout.topics()) - len(made)} were there")


def feed(
    bootstrap: s.Bootstrap = s.BOOTSTRAP,
    people: s.People = s.PEOPLE,
    days: s.Days = s.DAYS,
    seed: s.Seed = s.SEED,
    scenario: s.ScenarioName = s.SCENARIO,
    partitions: s.Partitions = s.PARTITIONS,
    rate: s.Rate = 0,
    play: s.Play = None,
    verdicts: s.Verdicts = None,
) -> None:
    """Make a synthetic world and feed it to a broker: events, registry, end-of-block markers.

    Run again it passes over what the topics hold. What the gate refuses goes to `rejects` and
    never to a source topic. --play feeds a recording of `joinlens generate` or `joinlens import`,
    --verdicts what clerks have said, before the first event.
    """
    asked = _choice(people, days, seed, scenario, partitions)
    choice, material = material_of(asked, play)
    plan = choice.plan()
    said = [] if verdicts is None else read_verdicts(verdicts, plan.codec())

    def report(fed: Fed) -> None:
        print(f"fed {fed.events:,} events, {fed.markers} markers", file=sys.stderr, flush=True)

    done = Feed(plan.codec(), plan.layout, bootstrap).run(
        with_verdicts(material.deliveries(), said), Pace(rate or None), report
    )
    there = f", {done.already_there:,} messages were there" if done.already_there else ""
    print(f"fed {done.events:,} events, {done.rejected:,} refused{there}")


def worker(
    bootstrap: s.Bootstrap = s.BOOTSTRAP,
    state: s.State = s.STATE,
    scenario: s.ScenarioName = s.SCENARIO,
    partitions: s.Partitions = s.PARTITIONS,
    points: s.Points = s.POINTS,
    seed: s.Seed = s.SEED,
    policy: s.Policy = None,
    model: s.ModelFile = None,
    shadow: s.Shadow = None,
    cutover: s.Cutover = None,
    cost_false_link: s.CostFalseLink = None,
    cost_missed_link: s.CostMissedLink = None,
    cost_review: s.CostReview = None,
    link_at: s.LinkAt = None,
    review_at: s.ReviewAt = None,
    margin: s.Margin = None,
    name: Annotated[
        str, typer.Option("--name", help="A name for this worker's scratch folder.")
    ] = "",
) -> None:
    """Run one worker of every stage until SIGTERM; start several and they share the partitions.

    It crashes rather than go on after a defect: start it again and it resumes from its state. All
    workers of a run have the same models. One that is started with others than decided its state
    settles every account by them when the next block closes.
    """
    # Imported here: Faust takes a second to import, and only workers need it.
    from streams.runners.faust_worker import KafkaWorker

    rule = chosen((cost_false_link, cost_missed_link, cost_review), (link_at, review_at, margin))
    asked = _choice(
        seed=seed, scenario=scenario, partitions=partitions, points=points, policy=policy
    )
    asked = asked.with_models(Models(model, shadow, cutover))
    plan = (asked if rule is None else asked.under(rule.thresholds)).plan()
    scratch = Path(gettempdir()) / f"joinlens-{name or os.getpid()}"
    spare_the_collector()
    fitted = outfit(plan, open_store(state), opendp_sampler())
    KafkaWorker(fitted, bootstrap, Names(), scratch).run()


def dashboard(
    bootstrap: s.Bootstrap = s.BOOTSTRAP,
    people: s.People = s.PEOPLE,
    days: s.Days = s.DAYS,
    seed: s.Seed = s.SEED,
    scenario: s.ScenarioName = s.SCENARIO,
    partitions: s.Partitions = s.PARTITIONS,
    state: s.State = s.STATE,
    host: s.Host = s.HOST,
    port: s.Port = 8080,
    allow_host: s.AllowHost = "",
    play: s.Play = None,
    model: s.ModelFile = None,
    shadow: s.Shadow = None,
    cutover: s.Cutover = None,
) -> None:
    """Serve the live page of a run on a broker until Ctrl-C or SIGTERM.

    --people, --days and --seed, or --play, must be the feed's: precision and recall are measured
    against the truth of that world or recording. The models must be the workers': `explain` and
    `shadow` take them from the manifest that is written here.
    """
    asked = _choice(people, days, seed, scenario, partitions)
    asked = asked.with_models(Models(model, shadow, cutover))
    plan = asked.plan()
    choice, material = material_of(asked, play)
    layout, sources = plan.layout, tuple(choice.sources())
    if not state.startswith(SCHEMES):
        Manifest.of(choice, play).save(Path(state), plan)
    run = Run(choice.people, choice.days, choice.seed, scenario, "kafka", sources)
    board = Board(run, policy=plan.policy)
    session = Session(board, material.evaluator(), layout)
    follower = Follower(bootstrap, session, layout)
    stop = threading.Event()
    watch = threading.Thread(target=_watch, args=(session, follower, Lag(layout, bootstrap), stop))
    watch.start()
    hosts = tuple(filter(None, allow_host.split(",")))
    try:
        Dashboard(board, host, port, hosts).run(
            lambda url: print(f"live page: {url}", file=sys.stderr, flush=True)
        )
    finally:
        stop.set()
        watch.join()
        follower.stop()


def _watch(session: Session, follower: Follower, lag: Lag, stop: threading.Event) -> None:
    """Keep quality and lag fresh; a reader that failed takes the page down with it."""
    while not stop.wait(QUALITY_EVERY):
        try:
            follower.check()
            session.board.lag(lag.per_topic())
            if session.evaluator is not None:
                session.board.quality(session.evaluator.figures())
        except Exception as error:
            print(f"joinlens dashboard: {error!r}", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _choice(
    people: int = s.PEOPLE,
    days: int = s.DAYS,
    seed: int = s.SEED,
    scenario: str = s.SCENARIO,
    partitions: int = s.PARTITIONS,
    points: int = s.POINTS,
    policy: Path | None = None,
) -> Choice:
    return Choice(people, days, seed, scenario, partitions, points, policy)
