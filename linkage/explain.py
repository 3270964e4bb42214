"""Why, and why not: explains what the linker decides on one tenancy and one person."""

from collections.abc import Collection, Sequence

import msgspec
import numpy as np

from linkage.comparing import PairSet, batch_side, shelf_side
from linkage.decision import Decision, Thresholds
from linkage.dependence import MEANING
from linkage.explanation import Explanation, Key, KeyState, Part
from linkage.features import Fingerprints
from linkage.linker import Linker
from linkage.verdict import Verdict


def explain(
    linker: Linker, group: Sequence[object], person: int, verdicts: Collection[Verdict] = ()
) -> Explanation:
    """Return why `person` is or is not the holder of the tenancy with these registrations.

    `verdicts` are the clerks' on this tenancy. Works for every person of the registry, candidate
    or not; raises KeyError for any other, and ValueError for a group without registrations.
    """
    row = linker.registry.row(person)
    if row is None:
        raise KeyError(f"person {person} is not in the registry")
    if not group:
        raise ValueError("a group needs at least one registration")
    records, _ = linker.encode([group])
    rows = np.arange(len(group)), np.full(len(group), row)
    pairs = PairSet(batch_side(records), shelf_side(linker.registry.shelf), *rows)
    best = int(np.argmax(linker.scorer.weigh(pairs)))
    parts = (*_parts(linker, pairs, best), *_together(linker, pairs, best))
    prior = linker.scorer.model.prior_bits
    keys = _keys(linker, records.keys, person)
    decision = linker.identify([group], [verdicts])[0]
    weight = prior + sum(part.bits + part.frequency for part in parts)
    return Explanation(
        person=person,
        registration=best,
        weight=weight,
        prior=prior,
        parts=parts,
        keys=keys,
        decision=decision,
        verdict=_verdict(linker, decision, person, weight, keys),
        model=linker.model_version,
    )


def _parts(linker: Linker, pairs: PairSet, best: int) -> tuple[Part, ...]:
    """Return what each comparison says of the best pair."""
    model, out = linker.scorer.model, []
    codes = linker.scorer.comparer.comparisons
    for trained, code, part in zip(
        model.comparisons, codes, linker.scorer.parts(pairs), strict=True
    ):
        level = int(part.level[best])
        out.append(
            Part(
                comparison=trained.label,
                level=code.levels[level].name,
                meaning=code.levels[level].meaning,
                m=trained.levels[level].m,
                u=trained.levels[level].u,
                bits=trained.levels[level].bits,
                frequency=float(part.frequency[best]),
            )
        )
    return tuple(out)


def _together(linker: Linker, pairs: PairSet, best: int) -> tuple[Part, ...]:
    """Return what the comparisons of the best pair say together, if the model knows of it."""
    if not any(msgspec.structs.astuple(linker.scorer.model.dependence)):
        return ()
    match, other = linker.scorer.together(linker.scorer.parts(pairs))
    m, u = float(match[best]), float(other[best])
    level = "overlap" if m < u else "support"
    return (Part("together", level, MEANING[level], 2.0**m, 2.0**u, m - u, 0.0),)


def _keys(linker: Linker, group: Fingerprints, person: int) -> tuple[Key, ...]:
    """Return every blocking key of the schema, by whether it brings the pair together."""
    registry = linker.registry
    known = registry.keys(person)
    counts = registry.index.counts(known)
    states: list[tuple[KeyState, object]] = [
        ("missing", (known == 0) | (group == 0).all(axis=0)),
        ("different", ~(group == known).any(axis=0)),
        ("demoted", counts > registry.index.cap),
        ("shared", np.ones(len(known), np.bool_)),
    ]
    names, conditions = zip(*states, strict=True)
    found = np.array(names)[np.argmax(conditions, axis=0)].tolist()
    rules = [key.name for key in linker.scorer.model.schema.keys]
    return tuple(map(Key, rules, found, counts.tolist()))


def _verdict(
    linker: Linker, decision: Decision, person: int, weight: float, keys: tuple[Key, ...]
) -> str:
    if decision.verdicts:
        return _by_clerk(decision, person)
    states = {key.state for key in keys}
    if not states & {"shared", "demoted"}:
        return "not a candidate: no blocking key in common"
    if "shared" not in states:
        return "not a candidate: every blocking key in common is demoted as too widely shared"
    if decision.person != person:
        return (
            f"beaten by person {decision.person}, who weighs {decision.weight:.3f} bits "
            f"against {weight:.3f}"
        )
    rival = decision.runner_up
    ahead = "of the review threshold" if rival is None else f"of person {rival}"
    if decision.status == "link":
        return f"linked, {decision.margin:.3f} bits ahead {ahead}"
    return _short_of(linker.thresholds, decision, ahead)


def _by_clerk(decision: Decision, person: int) -> str:
    said = f"by the clerical verdict {', '.join(decision.verdicts)}"
    if decision.person == person:
        return f"{decision.status} {said}"
    other = "nobody" if decision.person is None else f"person {decision.person}"
    return f"{decision.status} with {other} {said}"


def _short_of(limits: Thresholds, decision: Decision, ahead: str) -> str:
    weight = decision.weight
    if weight < limits.review:
        return f"not linked: {weight:.3f} bits are below the review threshold {limits.review:g}"
    if weight < limits.link:
        return f"clerical review: {weight:.3f} bits are below the link threshold {limits.link:g}"
    return (
        f"clerical review: only {decision.margin:.3f} bits ahead {ahead}, "
        f"{limits.margin:g} are needed"
    )
