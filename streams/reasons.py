"""Why an account is linked as it is: its registrations, and the registry of the end of the run."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from linkage.decision import Thresholds
from linkage.explain import explain
from linkage.explanation import Explanation
from linkage.linker import Linker
from linkage.model import Model
from linkage.records import Identity, Record
from linkage.registry import Registry
from streams.ids import tenancy_id
from streams.stages.tenancy import Account, Entry, Tenancy, arrange
from streams.store.open import open_store


@dataclass(frozen=True)
class Reason:
    """One tenancy's decision and what it rests on."""

    tenancy: str
    status: str
    explanation: Explanation | None

    def text(self) -> str:
        """Return it for people."""
        why = "no candidate shares a blocking key with it"
        return f"{self.tenancy}: {self.status}\n" + (
            why if self.explanation is None else self.explanation.text()
        )

    def json(self) -> str:
        """Return it as one JSON object."""
        why = None if self.explanation is None else json.loads(self.explanation.json())
        return json.dumps({"tenancy": self.tenancy, "status": self.status, "explanation": why})


class Reasons:
    """Explains accounts of a run by the registry as it is at the end."""

    def __init__(self, identities: Iterable[Identity], cells: str) -> None:
        self._store = open_store(cells)
        registry = Registry()
        for identity in identities:
            registry.upsert(identity)
        self._linker = Linker(Model.default(), registry, Thresholds())

    def explain(self, account: str, person: int | None) -> list[Reason]:
        """Return a reason for each tenancy of an account; none when nobody knows it."""
        return [
            self._reason(
                task.split("/")[1].removeprefix("events."), account, tenancy, group, person
            )
            for task in self._store.tasks()
            if task.startswith("identify/")
            for tenancy, group in self._tenancies(task, account)
        ]

    def _reason(
        self, source: str, account: str, tenancy: Tenancy, group: list[Record], person: int | None
    ) -> Reason:
        asked = tenancy.person if person is None else person
        name = tenancy_id(source, account, tenancy.start)
        why = None if asked is None else explain(self._linker, group, asked)
        return Reason(name, tenancy.status, why)

    def _tenancies(self, task: str, account: str) -> Iterator[tuple[Tenancy, list[Record]]]:
        key = msgspec.msgpack.encode(account)
        rows = dict(self._store.peek(task, "accounts"))
        if key not in rows:
            return
        held = msgspec.msgpack.decode(rows[key], type=Account)
        entries = {
            seq: msgspec.msgpack.decode(value, type=Entry)
            for raw, value in self._store.peek(task, "entries")
            for subject, seq in [msgspec.msgpack.decode(raw, type=tuple[str, int])]
            if subject == account
        }
        records = arrange(entries, held.expired).records
        for tenancy in held.tenancies:
            if tenancy.start in records:
                yield tenancy, records[tenancy.start]


def _source(task: str) -> str:
    return task.split("/")[1].removeprefix("events.")
