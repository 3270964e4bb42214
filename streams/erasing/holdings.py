"""What the cells of a run hold of one person, counted place by place, beside the pipeline."""

from collections import Counter
from collections.abc import Iterator

import msgspec
import numpy as np

from linkage.privacy.budget.exposure import Purpose
from linkage.records import Record
from streams.columns import unpack
from streams.risk.cells import all_rows, rows, tasks
from streams.stages.activity import parse_activity
from streams.stages.classes import OPERATOR, parse_classes
from streams.stages.erasure import concerned, loss
from streams.stages.identify import Identify
from streams.stages.join import Join
from streams.stages.measure import Measure
from streams.stages.release import ReleaseStage
from streams.stages.tenancy import Entry
from streams.store.protocol import Store


class Holdings(msgspec.Struct, frozen=True, kw_only=True):
    """One person in a run's state, by counts.

    `tenancies` are linked to them or in review with them, by source; `events` and `verdicts` are
    what these rest on. `points` are in their profile, `waiting` for the decision of a block, and
    `shown` in the view of each purpose. `journal` are points in measure's journal, `watched` views
    in which it is followed when they are identified. `activity` are rows that release holds.
    """

    tenancies: dict[str, int]
    events: int
    verdicts: int
    points: int
    waiting: int
    shown: dict[str, int]
    journal: int
    watched: int
    activity: int

    def any(self) -> bool:
        """Return whether anything at all is held."""
        counts = (self.events, self.verdicts, self.points, self.waiting, self.journal)
        more = (sum(self.tenancies.values()), sum(self.shown.values()), self.watched, self.activity)
        return any((*counts, *more))


def holdings(store: Store, purposes: tuple[Purpose, ...], person: int) -> Holdings:
    """Return what a run's state holds of a person; safe while it works, as of the last commits."""
    tenancies, events, verdicts = Counter[str](), 0, 0
    for task in tasks(store, "identify"):
        source = task.split("/")[1].removeprefix("events.")
        for starts, lost, said in _accounts(store, task, person):
            tenancies[source] += starts
            events += lost
            verdicts += said
    net = _points(store, person)
    profile = dict(all_rows(store, "join", Join, "profiles")).get(person)
    return Holdings(
        tenancies={source: n for source, n in tenancies.items() if n},
        events=events,
        verdicts=verdicts,
        points=0 if profile is None else sum(profile.counts),
        waiting=sum(_waiting(store, person)),
        shown={purpose.name: net[1 + n] for n, purpose in enumerate(purposes) if net[1 + n]},
        journal=net[OPERATOR],
        watched=sum(
            who == person for (_, who), _ in all_rows(store, "measure", Measure, "watched")
        ),
        activity=sum(
            int((parse_activity(data).person == person).sum())
            for _, data in all_rows(store, "release", ReleaseStage, "activity")
        ),
    )


def stated_elsewhere(store: Store, record: Record | None) -> int:
    """Return how many accounts have a registration with this ID number, phone or mail address."""
    if record is None:
        return 0
    return len(
        {
            (task, account)
            for task in tasks(store, "identify")
            for (account, _), entry in rows(store, task, Identify, "entries")
            if entry.record is not None and _shares(entry.record, record)
        }
    )


def _shares(one: Record, other: Record) -> bool:
    fields = (
        (one.id_number, other.id_number),
        (one.phone, other.phone),
        (one.mail, other.mail),
    )
    return any(said is not None and said == known for said, known in fields)


def _accounts(store: Store, task: str, person: int) -> Iterator[tuple[int, int, int]]:
    """Yield what each account would lose: tenancies, events and verdicts."""
    tables = {name: dict(rows(store, task, Identify, name)) for name in ("accounts", "verdicts")}
    found = dict(concerned(tables, {person}))
    entries: dict[str, dict[int, Entry]] = {subject: {} for subject in found}
    if found:
        for (subject, seq), entry in rows(store, task, Identify, "entries"):
            if subject in found:
                entries[subject][seq] = entry
    for subject, account in found.items():
        said = tables["verdicts"].get(subject, ())
        lost = loss(account, entries[subject], said, {person})
        yield len(lost.starts), len(lost.entries), lost.verdicts


def _waiting(store: Store, person: int) -> Iterator[int]:
    for _, packed in all_rows(store, "join", Join, "pending"):
        yield int((unpack(packed)["person"] == person).sum())


def _points(store: Store, person: int) -> Counter[int]:
    """Return how many points of a person measure holds, by layer."""
    net: Counter[int] = Counter()
    for _, data in all_rows(store, "measure", Measure, "said"):
        heard = parse_classes(data)
        if heard.gone and person in heard.gone["person"]:
            net.clear()
        mine = heard.points["person"] == person
        for layer in np.unique(heard.points["layer"][mine]).tolist():
            net[layer] += int(heard.points["sign"][mine & (heard.points["layer"] == layer)].sum())
    return net
