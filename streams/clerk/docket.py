"""The docket: which tenancies a clerk is still to look at, and what the clerk has said.

Pure: it is told verdicts and says what is open, in the order of what an answer is worth.
"""

from collections.abc import Iterable, Sequence

from linkage.costs import Costs
from linkage.decision import Decision, decide
from linkage.linker import Linker
from linkage.review import Queued, in_order, question, questions
from linkage.verdict import Answer, Verdict, in_force
from streams.cases import Case, Name
from streams.events import VERSION
from streams.verdicts import ClerkVerdict, filed


class Docket:
    """What is open of some cases, by a linker's registry and what errors cost.

    In the beginning and after each verdict these are the cases that model and verdicts leave to a
    clerk; any other can be opened too.
    """

    def __init__(self, linker: Linker, costs: Costs, cases: Iterable[Case]) -> None:
        self._linker, self._costs = linker, costs
        self.cases = {case.name: case for case in cases}
        self._said = {name: set(case.verdicts) for name, case in self.cases.items()}
        self._ranked = dict(zip(self.cases, self._rank(list(self.cases.values())), strict=True))
        self._queued: dict[Name, Queued[Name]] = {}
        for name in self.cases:
            self._look(name)

    def waiting(self) -> list[Queued[Name]]:
        """Return what is open, the worthiest question first."""
        return in_order(self._queued.values())

    def decision(self, name: Name) -> Decision:
        """Return what is decided of a case by model and verdicts."""
        return decide(self._linker.thresholds, self._ranked[name], self._said[name])

    def verdicts(self, name: Name) -> tuple[Verdict, ...]:
        """Return the verdicts in force on a case, the newest first."""
        return in_force(self._said[name])

    def latest(self) -> str:
        """Return the time of the last verdict on any case, or an empty text."""
        return max((v.time for said in self._said.values() for v in said), default="")

    def open(self, name: Name, person: int | None = None) -> None:
        """Put a case on the docket, with the question about `person` or that is worth most now."""
        if person is not None:
            (ranked,) = self._rank([self.cases[name]], [person])
            asked = {one.person: one for one in questions(ranked, self._costs)}.get(person)
        else:
            excluded = {v.person for v in self.verdicts(name) if v.answer == "non-link"}
            left = [one for one in self._ranked[name] if one[0] not in excluded]
            asked = question(left, self._costs)
        if asked is not None:
            self._queued[name] = Queued(name, asked)

    def close(self, name: Name) -> None:
        """Take a case off the docket."""
        self._queued.pop(name, None)

    def hear(self, said: ClerkVerdict) -> None:
        """Take a verdict in: its case stays open as long as it is still one for a clerk."""
        name = (said.source, said.subject, said.start)
        if name in self.cases:
            self._said[name].add(filed(said))
            (self._ranked[name],) = self._rank([self.cases[name]])
            self._look(name)

    def _look(self, name: Name) -> None:
        self.close(name)
        if self.decision(name).status == "review":
            self.open(name)

    def _rank(
        self, cases: Sequence[Case], people: Sequence[int] = ()
    ) -> list[list[tuple[int, float]]]:
        """Return the candidates of cases, whom a verdict links, and these people, by weight."""
        also = [
            [*people, *(v.person for v in self._said[case.name] if v.answer == "link")]
            for case in cases
        ]
        scored = self._linker.score([case.registrations for case in cases], also)
        ranked: list[list[tuple[int, float]]] = [[] for _ in cases]
        columns = (scored.group.tolist(), scored.person.tolist(), scored.weight.tolist())
        for group, person, weight in zip(*columns, strict=True):
            ranked[group].append((person, weight))
        return [sorted(one, key=lambda pair: (-pair[1], pair[0])) for one in ranked]


def verdict_on(name: Name, person: int, answer: Answer, reviewer: str, time: str) -> ClerkVerdict:
    """Return a clerk's verdict on a tenancy and a person."""
    source, subject, start = name
    return ClerkVerdict(
        verdict=answer,
        v=VERSION,
        source=source,
        subject=subject,
        start=start,
        person=person,
        reviewer=reviewer,
        time=time,
    )
