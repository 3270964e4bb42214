"""What changed: two explanations of one tenancy and person, term by term.

Between them may lie another model, another record in the registry, another registration, another
count of a blocking key, or a clerk's verdict. The differences add up to that of the weights.
"""

import msgspec

from linkage.decision import Decision
from linkage.explanation import Explanation, KeyState


class TermChange(msgspec.Struct, frozen=True):
    """An addend of the weight that is not what it was, in bits; 0 where it was or is not there."""

    label: str
    before: float
    after: float


class KeyChange(msgspec.Struct, frozen=True):
    """A blocking key whose part in bringing the pair together changed."""

    rule: str
    before: KeyState
    after: KeyState


class Changed(msgspec.Struct, frozen=True):
    """What is different, and the decisions before and after."""

    terms: tuple[TermChange, ...]
    keys: tuple[KeyChange, ...]
    before: Decision
    after: Decision
    models: tuple[str, str]

    @property
    def bits(self) -> float:
        """Return the change of the weight: the sum over all terms."""
        return sum(term.after - term.before for term in self.terms)

    def text(self) -> str:
        """Return the changes for people, the largest first."""
        old, new = self.before, self.after
        lines = [f"{old.status} -> {new.status}, {self.bits:+.3f} bits"]
        if self.models[0] != self.models[1]:
            lines.append(f"model {self.models[0]} -> {self.models[1]}")
        for term in sorted(self.terms, key=lambda t: (-abs(t.after - t.before), t.label)):
            lines.append(f"{term.after - term.before:+9.3f}  {term.label}")
        lines += [f"key {key.rule}: {key.before} -> {key.after}" for key in self.keys]
        if old.verdicts != new.verdicts:
            lines.append(f"verdicts {list(old.verdicts)} -> {list(new.verdicts)}")
        return "\n".join(lines)


def what_changed(before: Explanation, after: Explanation) -> Changed:
    """Return what is different between two explanations of one person; raises ValueError if not."""
    if before.person != after.person:
        raise ValueError(f"explanations of person {before.person} and of {after.person}")
    old, new = dict(before.terms()), dict(after.terms())
    terms = tuple(
        TermChange(label, old.get(label, 0.0), new.get(label, 0.0))
        for label in dict.fromkeys([*old, *new])
        if old.get(label) != new.get(label)
    )
    states = {key.rule: key.state for key in before.keys}
    keys = tuple(
        KeyChange(key.rule, states[key.rule], key.state)
        for key in after.keys
        if states.get(key.rule, key.state) != key.state
    )
    models = (before.model, after.model)
    return Changed(terms, keys, before.decision, after.decision, models)
