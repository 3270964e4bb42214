"""What another model would decide otherwise, tenancy by tenancy, and by which of its terms.

The model that is tried is the shadow. A difference is one of standing: another status, or another
person while the status says that there is one. Weights alone are no difference.
"""

from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from linkage.decision import Decision
from linkage.explain import explain
from linkage.explanation import Explanation
from linkage.linker import Linker
from linkage.verdict import Verdict

Kind = Literal[
    "gained",
    "gained from review",
    "moved",
    "lost to review",
    "lost",
    "into review",
    "review moved",
    "out of review",
]
_KINDS: dict[tuple[str, str], Kind] = {
    ("non-link", "link"): "gained",
    ("review", "link"): "gained from review",
    ("link", "link"): "moved",
    ("link", "review"): "lost to review",
    ("link", "non-link"): "lost",
    ("non-link", "review"): "into review",
    ("review", "review"): "review moved",
    ("review", "non-link"): "out of review",
}


def kind_of(before: Decision, after: Decision) -> Kind | None:
    """Return how a decision differs from the one before it, or None when it does not.

    >>> yes, other = Decision("link", 4, 9.0, None, 9.0), Decision("link", 5, 9.5, 4, 3.5)
    >>> no = Decision("non-link", 4, -2.0, None, -2.0)
    >>> kind_of(yes, other), kind_of(yes, no), kind_of(no, yes), kind_of(yes, yes)
    ('moved', 'lost', 'gained', None)
    """
    same = before.status == "non-link" or before.person == after.person
    if before.status == after.status and same:
        return None
    return _KINDS[before.status, after.status]


class Difference(msgspec.Struct, frozen=True):
    """A tenancy on which the shadow decides otherwise.

    `person` is of whom `reason` tells, with their weight in bits under either model: whoever gains
    or loses. `reason` is the term that changed most in that direction; behind "rival: " it is the
    one that changed most against the runner-up, where not the weight but the lead decides. "key: "
    names the blocking keys that bring the person, or the rival, up under one model alone.
    """

    kind: Kind
    reason: str
    person: int | None
    weights: tuple[float, float]
    before: Decision
    after: Decision


def difference(
    linkers: tuple[Linker, Linker],
    group: Sequence[object],
    verdicts: Collection[Verdict],
    decisions: tuple[Decision, Decision],
) -> Difference | None:
    """Return how, and why, the second linker's decision differs from the first's, if it does.

    `verdicts` are the clerks' on this tenancy. Whoever has left the registry since is told as such.
    """
    before, after = decisions
    kind = kind_of(before, after)
    if kind is None:
        return None
    up = _RANK[after.status] >= _RANK[before.status]
    better, other = (after, before) if up else (before, after)
    rival = other.runner_up if other.person == better.person else other.person
    pair = _Pair(linkers, group, verdicts)
    own = pair.explained(better.person)
    if own is None:
        return Difference(kind, "not in the registry any more", better.person, (0, 0), *decisions)
    limits = linkers[0].thresholds
    limit = limits.link if better.status == "link" else limits.review
    enough = [one.weight >= limit for one in own]
    reason = pair.reason(own, None if enough[0] != enough[1] else rival, 1 if up else -1)
    return Difference(kind, reason, better.person, (own[0].weight, own[1].weight), *decisions)


_RANK = {"non-link": 0, "review": 1, "link": 2}
Both = tuple[Explanation, Explanation]


class _Pair:
    """Two linkers and one tenancy that they do not agree on."""

    def __init__(
        self,
        linkers: tuple[Linker, Linker],
        group: Sequence[object],
        verdicts: Collection[Verdict],
    ) -> None:
        self._linkers, self._group, self._verdicts = linkers, group, verdicts

    def explained(self, person: int | None) -> Both | None:
        """Return both explanations of a person, or None for one who is not in the registry."""
        if person is None or any(person not in linker.registry for linker in self._linkers):
            return None
        old, new = (explain(one, self._group, person, self._verdicts) for one in self._linkers)
        return old, new

    def reason(self, own: Both, rival: int | None, sign: int) -> str:
        """Return why somebody gains (+1) or loses (-1), by themselves or against a rival."""
        if keys := _only_one_brings_up(own):
            return f"key: {keys}"
        gaps = _gaps(own)
        against = self.explained(rival)
        if against is not None:
            if keys := _only_one_brings_up(against):
                return f"rival: key: {keys}"
            theirs = _gaps(against)
            gaps = {label: gaps.get(label, 0) - theirs.get(label, 0) for label in gaps | theirs}
        label = max(sorted(gaps), key=lambda name: sign * gaps[name])
        return label if against is None else f"rival: {label}"


def _gaps(both: Both) -> dict[str, float]:
    """Return by how many bits each term changed, the unchanged ones too."""
    old, new = (dict(one.terms()) for one in both)
    return {label: new.get(label, 0.0) - old.get(label, 0.0) for label in old | new}


def _only_one_brings_up(both: Both) -> str:
    """Return the blocking keys that bring a pair together under one of the models alone."""
    old, new = ([key.rule for key in one.keys if key.state == "shared"] for one in both)
    return "" if bool(old) == bool(new) else ", ".join(old or new)
