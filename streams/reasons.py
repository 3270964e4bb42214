"""Why an account is linked as it is: its registrations, and the registry of the end of the run."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from linkage.decision import Thresholds
from linkage.explain import explain
from linkage.explanation import Explanation
from linkage.linker import Linker
from linkage.model import Model
from linkage.records import Identity
from linkage.registry import Registry
from linkage.verdict import Verdict
from streams.cases import Case, cases_of
from streams.ids import tenancy_id
from streams.store.open import open_store


@dataclass(frozen=True)
class Reason:
    """One tenancy's decision, what it rests on, and what clerks said of it."""

    tenancy: str
    status: str
    explanation: Explanation | None
    verdicts: tuple[Verdict, ...] = ()

    def text(self) -> str:
        """Return it for people."""
        why = "no candidate shares a blocking key with it"
        said = [
            f"verdict {v.id}: {v.answer}, person {v.person}, by {v.reviewer} at {v.time}"
            for v in self.verdicts
        ]
        found = why if self.explanation is None else self.explanation.text()
        return "\n".join([f"{self.tenancy}: {self.status}", *said, found])

    def json(self) -> str:
        """Return it as one JSON object."""
        why = None if self.explanation is None else json.loads(self.explanation.json())
        said = msgspec.to_builtins(self.verdicts)
        found = {"tenancy": self.tenancy, "status": self.status, "explanation": why}
        return json.dumps({**found, "verdicts": said})


class Reasons:
    """Explains accounts of a run by the registry as it is at the end."""

    def __init__(self, identities: Iterable[Identity], cells: str, thresholds: Thresholds) -> None:
        self._store = open_store(cells)
        registry = Registry()
        for identity in identities:
            registry.upsert(identity)
        self._linker = Linker(Model.default(), registry, thresholds)

    def explain(self, account: str, person: int | None) -> list[Reason]:
        """Return a reason for each tenancy of an account; none when nobody knows it."""
        return [self._reason(case, person) for case in cases_of(self._store, account)]

    def _reason(self, case: Case, person: int | None) -> Reason:
        asked, said = case.tenancy.person if person is None else person, case.verdicts
        why = None if asked is None else explain(self._linker, case.registrations, asked, said)
        return Reason(tenancy_id(*case.name), case.tenancy.status, why, said)
