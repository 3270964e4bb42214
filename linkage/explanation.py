"""What an explanation says: parts of a weight, blocking keys, the verdict; text, JSON, waterfall.

The parts add up to the weight: prior + bits + frequency corrections, with no residual term.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from linkage.decision import Decision

KeyState = Literal["shared", "demoted", "different", "missing"]


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
    """A blocking key: whether it brought the pair together, and how many people carry theirs.

    'shared' did; 'demoted' is shared by too many to bring anyone together; the values of a
    'different' one are not the same, and one side of a 'missing' one has none.
    """

    rule: str
    state: KeyState
    carriers: int


class Bar(msgspec.Struct, frozen=True):
    """One step of a waterfall: from the sum of all bits before it to the sum with its own."""

    label: str
    start: float
    end: float


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

    def terms(self) -> Iterator[tuple[str, float]]:
        """Yield every addend of the weight, by a name that is the same in other explanations."""
        yield "prior", self.prior
        for part in self.parts:
            yield part.comparison, part.bits
            if part.frequency:
                yield f"{part.comparison} frequency", part.frequency

    def waterfall(self) -> tuple[Bar, ...]:
        """Return the addends one upon the other; the last one ends at the weight."""
        total, bars = 0.0, []
        for label, bits in self.terms():
            bars.append(Bar(label, total, total + bits))
            total += bits
        return tuple(bars)

    def json(self) -> bytes:
        """Return the explanation as JSON, with its waterfall."""
        return msgspec.json.encode({**msgspec.structs.asdict(self), "waterfall": self.waterfall()})

    def text(self) -> str:
        """Return the explanation for people: a table of bits, the keys, the verdict."""
        lines = [f"person {self.person}: {self.verdict}", f"{'bits':>9}  what"]
        lines.append(f"{self.prior:+9.3f}  prior odds that two records taken at random match")
        for part in self.parts:
            lines.append(f"{part.bits:+9.3f}  {part.comparison}: {part.meaning} [{part.level}]")
            if part.frequency:
                lines.append(f"{part.frequency:+9.3f}    for how common the shared value is")
        lines.append(f"{self.weight:+9.3f}  match weight (model {self.model})")
        return "\n".join([*lines, *self._key_lines()])

    def _key_lines(self) -> Iterator[str]:
        found = {state: [k for k in self.keys if k.state == state] for state in _SAID}
        for state, said in _SAID.items():
            named = (
                f"{key.rule} ({key.carriers} in the registry)" if key.carriers else key.rule
                for key in found[state]
            )
            if found[state] or state == "shared":
                yield f"{said}: {', '.join(named) or 'none'}"


_SAID: dict[KeyState, str] = {
    "shared": "blocking keys in common",
    "demoted": "in common, but demoted as too widely shared",
    "different": "keys that are different",
    "missing": "keys that one side has no value for",
}
