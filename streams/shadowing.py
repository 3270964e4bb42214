"""What a model that is tried would change of a run's links, counted by kind and reason."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from linkage.decision import Decision, Status, Thresholds
from linkage.linker import Linker
from linkage.model import Model
from linkage.records import Identity
from linkage.registry import Registry
from linkage.shadow import Difference, difference
from streams.cases import Case, Name
from streams.ids import tenancy_id
from streams.stages.tenancy import Tenancy
from streams.store.protocol import Store

BATCH = 5000


class Row(msgspec.Struct, frozen=True):
    """Differences of one kind that have one reason: how many, and the first of them by name."""

    kind: str
    reason: str
    count: int
    examples: dict[str, Difference]


class Diff(msgspec.Struct, frozen=True):
    """What the second of two models would change: of how many tenancies, by kind and reason."""

    models: tuple[str, str]
    tenancies: int
    differ: int
    kinds: dict[str, int]
    rows: tuple[Row, ...]


def linkers_over(
    identities: Iterable[Identity], thresholds: Thresholds, models: Sequence[Model]
) -> list[Linker]:
    """Return a linker of each model over these people; models of one schema share a registry."""
    people = [(one.person, one.record) for one in identities]
    made = {schema: Registry(schema) for schema in dict.fromkeys(m.schema for m in models)}
    for registry in made.values():
        registry.change(people)
    return [Linker(model, made[model.schema], thresholds) for model in models]


def live(store: Store) -> dict[Name, Decision]:
    """Return what the shadow of a run decides otherwise, as its tasks keep it."""
    found: dict[Name, Decision] = {}
    for task in store.tasks():
        if task.startswith("identify/"):
            source = task.split("/")[1].removeprefix("events.")
            for key, value in store.peek(task, "shadows"):
                subject, start = msgspec.msgpack.decode(key, type=tuple[str, int])
                found[source, subject, start] = msgspec.msgpack.decode(value, type=Decision)
    return found


def offline(linker: Linker, cases: Sequence[Case]) -> dict[Name, Decision]:
    """Return what a linker decides of cases."""
    found: dict[Name, Decision] = {}
    for first in range(0, len(cases), BATCH):
        some = cases[first : first + BATCH]
        groups, said = [c.registrations for c in some], [c.verdicts for c in some]
        decisions = linker.identify(groups, said if any(said) else ())
        found.update(zip([case.name for case in some], decisions, strict=True))
    return found


def diff(
    linkers: tuple[Linker, Linker],
    cases: Sequence[Case],
    tried: Mapping[Name, Decision],
    examples: int,
) -> Diff:
    """Return where `tried`, by the second linker, differs from what stands, by the first.

    A tenancy that is not in `tried` does not differ. Each reason comes with some examples.
    """
    found = dict(_differences(linkers, cases, tried))
    counts = Counter((one.kind, one.reason) for one in found.values())
    rows = []
    for (kind, reason), count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        names = sorted(n for n, one in found.items() if (one.kind, one.reason) == (kind, reason))
        shown = {tenancy_id(*name): found[name] for name in names[:examples]}
        rows.append(Row(kind, reason, count, shown))
    return Diff(
        models=(linkers[0].model_version, linkers[1].model_version),
        tenancies=len(cases),
        differ=len(found),
        kinds=dict(Counter(one.kind for one in found.values()).most_common()),
        rows=tuple(rows),
    )


def text(found: Diff) -> str:
    """Return it for people: kinds, and under each its reasons with examples."""
    old, new = found.models
    lines = [f"model {old} -> {new}: {found.differ:,} of {found.tenancies:,} tenancies change"]
    for kind, count in found.kinds.items():
        lines.append(f"\n{count:>9,}  {kind}")
        for row in found.rows:
            if row.kind == kind:
                lines.append(f"{row.count:>13,}  {row.reason}")
                lines += [_line(name, one) for name, one in row.examples.items()]
    return "\n".join(lines)


def _differences(
    linkers: tuple[Linker, Linker], cases: Iterable[Case], tried: Mapping[Name, Decision]
) -> Iterator[tuple[Name, Difference]]:
    for case in cases:
        if case.name in tried:
            decisions = decision_of(case.tenancy), tried[case.name]
            one = difference(linkers, case.registrations, case.verdicts, decisions)
            if one is not None:
                yield case.name, one


def decision_of(tenancy: Tenancy) -> Decision:
    """Return the decision that a tenancy stands on."""
    t = tenancy
    return Decision(_STATUS[t.status], t.person, t.weight, t.runner_up, t.margin, t.verdicts)


_STATUS: Mapping[str, Status] = {
    "linked": "link",
    "review": "review",
    "unlinked": "non-link",
    "retracted": "non-link",
}


def _line(name: str, one: Difference) -> str:
    who, (old, new) = f"person {one.person}", one.weights
    if one.kind in ("moved", "review moved"):
        who = f"person {one.before.person} -> {one.after.person}"
    return f"{'':>15}{name}, {who}: {old:.2f} -> {new:.2f} bits"
