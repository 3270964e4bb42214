"""Why, and why not: the parts of a weight, the keys that brought a pair together, the verdict.

The parts add up to the weight: prior + bits + frequency corrections, with no residual term.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from linkage.comparing import PairSet, batch_side, shelf_side
from linkage.decision import Decision, Thresholds
from linkage.features import Fingerprints
from linkage.linker import Linker

KeyState = Literal["shared", "demoted"]


class Part(msgspec.Struct, frozen=True):
    """What one comparison adds: bits = log2(m / u), and `frequency` for a rare or common value."""

    comparison: str
    level: str
    meaning: str
    m: float
    u: float
    bits: float
    frequency: float


class Key(msgspec.Struct, frozen=True):
    """A blocking key that both sides carry; a demoted one brings nobody together."""

    rule: str
    state: KeyState
    carriers: int


class Explanation(msgspec.Struct, frozen=True):
    """Why a tenancy and a person were linked or not.

    `weight` is prior + all bits and frequencies of `parts`; `registration` says which of the group
    it is of (0 is the first), the best one. `decision` is the verdict on the whole group, which
    may be about another person.
    """

    person: int
    registration: int
    weight: float
    prior: float
    parts: tuple[Part, ...]
    keys: tuple[Key, ...]
    decision: Decision
    verdict: str
    model: str

    def json(self) -> bytes:
        """Return the explanation as JSON."""
        return msgspec.json.encode(self)

    def text(self) -> str:
        """Return the explanation for people: a table of bits, the keys, the verdict."""
        lines = [f"person {self.person}: {self.verdict}", f"{'bits':>9}  what"]
        lines.append(f"{self.prior:+9.3f}  prior odds that two records taken at random match")
        for part in self.parts:
            lines.append(f"{part.bits:+9.3f}  {part.comparison}: {part.meaning} [{part.level}]")
            if part.frequency:
                lines.append(f"{part.frequency:+9.3f}    for how common the shared value is")
        lines.append(f"{self.weight:+9.3f}  match weight (model {self.model})")
        keys = [f"{k.rule} ({k.state}, {k.carriers} in the registry)" for k in self.keys]
        lines.append("blocking keys in common: " + (", ".join(keys) or "none"))
        return "\n".join(lines)


def explain(linker: Linker, group: Sequence[object], person: int) -> Explanation:
    """Return why `person` is or is not the holder of the tenancy with these registrations.

    Works for every person of the registry, candidate or not; raises KeyError for any other, and
    ValueError for a group without registrations.
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
    parts = _parts(linker, pairs, best)
    prior = linker.scorer.model.prior_bits
    keys = _keys(linker, records.keys, person)
    decision = linker.identify([group])[0]
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


def _keys(linker: Linker, group: Fingerprints, person: int) -> tuple[Key, ...]:
    """Return the keys that any registration of the group shares with the person."""
    registry = linker.registry
    known = registry.keys(person)
    shared = (group == known).any(axis=0) & (known != 0)
    counts = registry.index.counts(known).tolist()
    rules = [key.name for key in linker.scorer.model.schema.keys]
    return tuple(
        Key(rules[i], "demoted" if counts[i] > registry.index.cap else "shared", counts[i])
        for i in np.flatnonzero(shared)
    )


def _verdict(
    linker: Linker, decision: Decision, person: int, weight: float, keys: tuple[Key, ...]
) -> str:
    if not keys:
        return "not a candidate: no blocking key in common"
    if all(key.state == "demoted" for key in keys):
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
