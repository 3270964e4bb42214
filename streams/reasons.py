"""Why an account is linked as it is: its registrations, and the registry of the end of the run."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from linkage.changed import Changed, what_changed
from linkage.explain import explain
from linkage.explanation import Explanation
from linkage.linker import Linker
from linkage.verdict import Verdict
from streams.cases import Case, cases_of
from streams.ids import tenancy_id
from streams.store.protocol import Store


@dataclass(frozen=True)
class Reason:
    """One tenancy's decision, what it rests on, and what clerks said of it."""

    tenancy: str
    status: str
    explanation: Explanation | None
    verdicts: tuple[Verdict, ...] = ()
    changed: Changed | None = None

    def text(self) -> str:
        """Return it for people."""
        why = "no candidate shares a blocking key with it"
        said = [
            f"verdict {v.id}: {v.answer}, person {v.person}, by {v.reviewer} at {v.time}"
            for v in self.verdicts
        ]
        found = why if self.explanation is None else self.explanation.text()
        changed = [] if self.changed is None else ["what the other model changes:"]
        changed += [] if self.changed is None else [self.changed.text()]
        return "\n".join([f"{self.tenancy}: {self.status}", *said, found, *changed])

    def json(self) -> str:
        """Return it as one JSON object."""
        why = None if self.explanation is None else json.loads(self.explanation.json())
        said = msgspec.to_builtins(self.verdicts)
        found = {"tenancy": self.tenancy, "status": self.status, "explanation": why}
        found |= {} if self.changed is None else {"changed": msgspec.to_builtins(self.changed)}
        return json.dumps({**found, "verdicts": said})


class Reasons:
    """Explains accounts of a run by the registry as it is at the end.

    The first linker is the one that decided; a second one is asked what it would change.
    """

    def __init__(self, store: Store, linkers: Sequence[Linker]) -> None:
        self._store, self._linkers = store, linkers

    def explain(self, account: str, person: int | None) -> list[Reason]:
        """Return a reason for each tenancy of an account; none when nobody knows it."""
        return [self._reason(case, person) for case in cases_of(self._store, account)]

    def _reason(self, case: Case, person: int | None) -> Reason:
        said, found = case.verdicts, [case.tenancy.person if person is None else person]
        for linker in self._linkers[1:]:
            found.append(linker.identify([case.registrations], [said])[0].person)
        asked = next((one for one in found if one is not None), None)
        why: list[Explanation] = []
        if asked is not None:
            why = [explain(one, case.registrations, asked, said) for one in self._linkers]
        changed = what_changed(*why) if len(why) > 1 else None
        name, status = tenancy_id(*case.name), case.tenancy.status
        return Reason(name, status, why[0] if why else None, said, changed)
