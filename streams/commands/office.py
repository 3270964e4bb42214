"""What a clerk works with, from the state of a run or from a broker: cases, people, a pen."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import typer

from linkage.decision import Thresholds
from linkage.linker import Linker
from linkage.model import Model
from linkage.records import Identity, Record
from streams.cases import Case, cases_of
from streams.clerk.verdict_file import append_verdict, read_verdicts
from streams.commands.look import deciding, opened, streamed
from streams.configure import Choice
from streams.events import Rejected
from streams.gate import checked_entry
from streams.kafka.feed import Feed
from streams.kafka.standing import standing
from streams.kafka.topics import Names, end_offsets
from streams.messages import Link, Review
from streams.shadowing import linkers_over
from streams.stages.tenancy import Tenancy
from streams.store.open import open_store
from streams.verdicts import ClerkVerdict, delivery_of


@dataclass(frozen=True)
class Office:
    """A linker over the registry, its people's records, cases, and where verdicts go.

    `given` are verdicts that were given and are not in the cases yet.
    """

    linker: Linker
    people: dict[int, Record]
    cases: list[Case]
    given: list[ClerkVerdict]
    send: Callable[[ClerkVerdict], None]


def of_state(
    state: str, file: Path, thresholds: Thresholds | None, model: Model | None, account: str
) -> Office:
    """Return the office of a finished or running demo; verdicts go to a file.

    Cases are what the run leaves to a clerk, and all of `account`; where other thresholds or
    another model are asked for than the run had, every tenancy is one, since these may leave
    others to a clerk.
    """
    manifest, choice, cells = opened(state)
    plan, store = choice.plan(), open_store(cells)
    given = read_verdicts(file, plan.codec()) if file.exists() else []
    limits = choice.thresholds if thresholds is None else thresholds
    asked = deciding(plan, store) if model is None else model
    linker, people = _registered(streamed(manifest, choice).identities(), limits, asked)
    anew = thresholds is not None or model is not None
    cases = [
        case
        for case in cases_of(store)
        if case.tenancy.status == "review" or anew or case.name[1] == account
    ]
    return Office(linker, people, cases, given, lambda said: append_verdict(file, said))


def of_broker(bootstrap: str, choice: Choice, account: str, names: Names | None = None) -> Office:
    """Return the office of a run on Kafka; verdicts go to the topic of the account's source.

    Cases are what the workers leave to a clerk by the topic `reviews`, and of `account` also what
    has left it.
    """
    names, plan = names or Names(), choice.plan()
    registry, reviews = names.of("registry"), names.of("reviews")
    held = list(standing(end_offsets([registry, reviews], bootstrap), bootstrap))
    entries = [m.value for m in held if m.topic == registry and m.value is not None]
    linker, people = _registered(_identities(entries), choice.thresholds, plan.model)
    told = [m.value for m in held if m.topic == reviews and m.value is not None]
    feed = Feed(plan.codec(), plan.layout, bootstrap, names)

    def send(said: ClerkVerdict) -> None:
        if feed.append([delivery_of(said)]).rejected:
            raise typer.BadParameter(f"the gate refuses it: {said}", param_hint="--reviewer")

    return Office(linker, people, list(_told(told, account)), [], send)


def _registered(
    identities: Iterable[Identity], thresholds: Thresholds, model: Model
) -> tuple[Linker, dict[int, Record]]:
    people = {one.person: one.record for one in identities}
    (linker,) = linkers_over(map(Identity, people, people.values()), thresholds, [model])
    return linker, people


def _identities(entries: Iterable[bytes]) -> Iterable[Identity]:
    """Return the people that registry entries come to; markers and refused ones are passed over."""
    newest: dict[int, Record | None] = {}
    for value in entries:
        with suppress(Rejected):
            entry = checked_entry(value)
            newest[entry.person] = entry.record
    return [Identity(p, record) for p, record in newest.items() if record is not None]


def _told(values: Iterable[bytes], account: str) -> Iterable[Case]:
    """Return the cases that are in review by the newest word on each, or are of the account."""
    newest: dict[str, Review] = {}
    for value in values:
        review = msgspec.json.decode(value, type=Review)
        name = f"{review.link.source}/{review.link.account}/{review.link.start}"
        if name not in newest or review.link.revision > newest[name].link.revision:
            newest[name] = review
    for review in newest.values():
        link = review.link
        if review.registrations and (link.status == "review" or link.account == account):
            tenancy = (link.source, link.account, link.start)
            yield Case(tenancy, _tenancy(link), review.registrations, review.verdicts)


def _tenancy(link: Link) -> Tenancy:
    """Return what a link says of its tenancy."""
    decided = (link.status, link.person, link.weight, link.runner_up, link.margin)
    return Tenancy(link.start, *decided, link.revision, link.verdicts)
