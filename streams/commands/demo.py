"""joinlens demo: the whole pipeline on a synthetic world, with the live page."""

import json
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from linkage.decision import Thresholds
from linkage.privacy.budget.mechanisms import opendp_sampler
from streams import settings as s
from streams.board import Board, Run
from streams.clerk.verdict_file import read_verdicts, with_verdicts
from streams.commands.collector import spare_the_collector
from streams.commands.material import material_of
from streams.commands.progress import Progress
from streams.commands.stopping import stoppable
from streams.commands.thresholds import chosen
from streams.configure import Choice, Models
from streams.dashboard.server import Dashboard
from streams.delivery import Delivery
from streams.digest import digest_of
from streams.events import Marker
from streams.held import alone
from streams.manifest import Manifest
from streams.plan import Plan
from streams.runners.embedded import Embedded
from streams.session import Session
from streams.store.open import open_store
from streams.store.protocol import Outgoing
from streams.summary import summarise, text


def demo(
    people: s.People = s.PEOPLE,
    days: s.Days = s.DAYS,
    seed: s.Seed = s.SEED,
    scenario: s.ScenarioName = s.SCENARIO,
    play: s.Play = None,
    runner: s.Runner = "embedded",
    points: s.Points = s.POINTS,
    policy: s.Policy = None,
    verdicts: s.Verdicts = None,
    model: s.ModelFile = None,
    shadow: s.Shadow = None,
    cutover: s.Cutover = None,
    cost_false_link: s.CostFalseLink = None,
    cost_missed_link: s.CostMissedLink = None,
    cost_review: s.CostReview = None,
    link_at: s.LinkAt = None,
    review_at: s.ReviewAt = None,
    margin: s.Margin = None,
    partitions: s.Partitions = s.PARTITIONS,
    workers: s.Workers = s.WORKERS,
    state: s.State = s.STATE,
    host: s.Host = s.HOST,
    port: s.Port = 0,
    once: s.Once = False,
    json_: s.Json = False,
) -> None:
    """Run the whole pipeline on synthetic people and show what joining reveals.

    People are made, their phone, bank and internet accounts are linked to verified IDs, and the
    page shows who can be singled out, alone and joined, with the budget and without. The page
    stays up until Ctrl-C; with --once the command ends after the summary. --state must be a folder
    here; the run's part of it is emptied first. --play streams a recording of `joinlens generate`
    or `joinlens import` instead; people, days and seed are then those of its manifest. --verdicts
    plays what clerks have said in `joinlens review`. --shadow tries a model beside the run's own,
    --cutover lets it take over at the close of a block.
    """
    spare_the_collector()
    # One process gains nothing from partitions; the answers do not depend on them.
    split = partitions if runner == "kafka" else 1
    rule = chosen((cost_false_link, cost_missed_link, cost_review), (link_at, review_at, margin))
    limits = Thresholds() if rule is None else rule.thresholds
    models = Models(model, shadow, cutover)
    asked = Choice(people, days, seed, scenario, split, points, policy, limits, models)
    plan = asked.plan()  # what is wrong with an option is said before the world is made
    choice, material = material_of(asked, play)
    said = [] if verdicts is None else read_verdicts(verdicts, plan.codec())
    sources = tuple(choice.sources())
    run = Run(choice.people, choice.days, choice.seed, scenario, runner, sources)
    board = Board(run, policy=plan.policy)
    session = Session(board, material.evaluator(), plan.layout)
    page = None if once else Dashboard(board, host, port)
    with _clean_end(), _fresh(Path(state) / "demo" / runner) as folder:
        try:
            if page is not None:
                print(f"live page: {page.start()}", file=sys.stderr, flush=True)
            Manifest.of(choice, play, verdicts).save(folder, plan)
            progress = Progress(session, choice.days)
            stream = progress.over(with_verdicts(material.deliveries(), said))
            if runner == "embedded":
                digest = _embedded(choice.plan(), session, stream, folder)
            else:
                digest = _kafka(choice, session, progress, stream, folder, workers)
            progress.end()
            facts = _facts(choice, session, progress.seconds, runner, digest)
            _report(session, facts, as_json=json_)
            _stay(page)
        finally:
            if page is not None:
                page.stop()


def _embedded(
    plan: Plan, session: Session, stream: Iterable[Delivery | Marker], folder: Path
) -> str:
    store = open_store(str(folder / "state"))

    def sink(out: Outgoing) -> None:
        session.take(out.topic, out.key, out.value)

    runner = Embedded(plan, store, opendp_sampler(), sink)
    try:
        runner.run(stream)
    finally:
        runner.close()
    return digest_of(store, plan.layout.sources, plan.joins)


def _kafka(
    choice: Choice,
    session: Session,
    progress: Progress,
    stream: Iterable[Delivery | Marker],
    folder: Path,
    workers: int,
) -> str:
    # Imported here: the embedded demo needs neither a broker nor Faust.
    from streams.commands.kafka_demo import run_on_kafka

    return run_on_kafka(choice, session, progress, stream, folder, workers)


def _facts(
    choice: Choice, session: Session, seconds: float, runner: str, digest: str
) -> dict[str, Any]:
    return {
        "seconds": round(seconds, 2),
        "events_per_second": round(session.events() / seconds, 1),
        "seed": choice.seed,
        "people": choice.people,
        "days": choice.days,
        "scenario": choice.scenario,
        "runner": runner,
        "digest": digest,
    }


def _report(session: Session, facts: dict[str, Any], *, as_json: bool) -> None:
    if session.evaluator is not None:
        session.board.quality(session.evaluator.figures())
    found = summarise(session, facts)
    print(json.dumps(found) if as_json else text(found), flush=True)


def _stay(page: Dashboard | None) -> None:
    """Serve the page until Ctrl-C."""
    while page is not None:
        time.sleep(3600)


@contextmanager
def _clean_end() -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end the run without a traceback."""
    try:
        with stoppable():
            yield
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        raise typer.Exit(0) from None


@contextmanager
def _fresh(folder: Path) -> Iterator[Path]:
    """Give the folder, empty, to one demo at a time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    taken = typer.BadParameter(
        f"another demo is using {folder}; stop it, or give this one another folder",
        param_hint="--state",
    )
    with alone(folder.with_suffix(".lock"), taken):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        yield folder
