"""Graph matching on encodings: whose is which, without the key."""

from dataclasses import dataclass
from functools import reduce

import msgspec
import numpy as np

from linkage.errors import RiskError
from linkage.privacy.attack import Attack, Publish, scored
from linkage.privacy.bloom import Bits
from linkage.privacy.defence import Material, Published
from linkage.privacy.estimate import Estimate
from linkage.privacy.graph_match import ROUNDS, Ints, align, compare
from linkage.privacy.hashing import seeded, text_hash

KEYS = 4
"""How many keys of his own the attacker encodes his records under."""


@dataclass(frozen=True)
class Attempt:
    """What the attacker has: of `people` encoded he holds the share `overlap` in plain, and others.

    `rounds` are those of `graph_match.align`, 0 for features alone; `runs` draw people and key
    anew. Raises RiskError for what cannot be.
    """

    overlap: float = 1.0
    rounds: int = ROUNDS
    people: int = 200
    runs: int = 5

    def __post_init__(self) -> None:
        if not 0.0 < self.overlap <= 1.0:
            raise RiskError(f"overlap: got {self.overlap}, needs a share above 0, at most 1")
        if self.rounds < 0 or min(self.people, self.runs) < 1:
            raise RiskError(
                f"rounds, people, runs: got {self.rounds}, {self.people}, {self.runs}; needs 0, 1, "
                "1 or more"
            )


def named_right(publish: Publish, material: Material, seed: int, attempt: Attempt) -> Estimate:
    """Return the share of people who are named right, of those encoded whom the attacker holds.

    In a run all succeed or fail together, so the interval is of runs. The control is to assign
    plain records to encodings at random.
    """
    worth, chances, n = list[float](), list[float](), 0
    for number in range(attempt.runs if len(material.people) else 0):
        held, known = _drawn(material.people, attempt, seed * attempt.runs + number)
        found = _found(publish, material, (held, known), seed * attempt.runs + number, attempt)
        common = len(np.intersect1d(held, known))
        worth.append(found / common)
        chances.append(1.0 / len(known))
        n += common
    control = float(np.mean(chances)) if chances else 0.0
    return msgspec.structs.replace(scored(np.array(worth), control), n=n)


def _drawn(people: Ints, attempt: Attempt, seed: int) -> tuple[Ints, Ints]:
    """Return whom the holder has and whom the attacker, as many each, in no telling order."""
    everybody = np.sort(people)
    shuffled = everybody[np.argsort(seeded(seed, everybody), kind="stable")]
    # Both have n, of whom c are common: 2 n - c people in all.
    n = max(1, min(attempt.people, int(len(people) / (2.0 - attempt.overlap))))
    common = max(1, round(n * attempt.overlap), 2 * n - len(people))
    known = np.concatenate((shuffled[:common], shuffled[n : 2 * n - common]))
    return shuffled[:n], known


def _found(
    publish: Publish, material: Material, both: tuple[Ints, Ints], seed: int, attempt: Attempt
) -> int:
    """Return how many encodings are read right."""
    held, known = both
    published = publish(_of(material, held), seed)
    mine = _of(material, known)
    own = [publish(mine, text_hash(f"own key {key} of {seed}") >> 1) for key in range(KEYS)]
    encodings, known = published.encodings, _shuffled(own, seed)
    if encodings is None or not len(encodings) or not len(known):
        return 0
    ours = [_rows(one, known) for one in own]
    pairs = align(compare(ours, encodings, seed), attempt.rounds)
    return int((known[pairs.plain] == published.encoded[pairs.encoded]).sum())


def _shuffled(own: list[Published], seed: int) -> Ints:
    """Return whom all of the attacker's own encodings have, in an order that tells nothing.

    What cannot be told apart is assigned in the order of its rows, so that order must be chance.
    """
    known = reduce(np.intersect1d, [one.encoded for one in own])
    return known[np.argsort(seeded(seed + 1, known), kind="stable")]


def _rows(published: Published, people: Ints) -> Bits:
    """Return encodings of the attacker's own, a row for each of `people`: he knows whose is whose.

    Raises RiskError for numbers of people without encodings.
    """
    if published.encodings is None:
        raise RiskError("encodings: got none with numbers of people, needs a row for each")
    row = np.argsort(published.encoded, kind="stable")
    bits: Bits = published.encodings[row[np.searchsorted(published.encoded[row], people)]]
    return bits


def _of(material: Material, people: Ints) -> Material:
    """Return who these people are, in the order of their numbers, and nothing of their traces."""
    row = {person: number for number, person in enumerate(material.people.tolist())}
    chosen = np.sort(people)
    records = tuple(material.records[row[person]] for person in chosen.tolist())
    return Material(material.traces.take(chosen[:0]), chosen, records)


def _run(publish: Publish, material: Material, seed: int) -> Estimate:
    return named_right(publish, material, seed, Attempt())


ATTACK = Attack(
    name="graph_matching",
    question="Whose is each encoding, asked by who lacks the key and holds everybody's records?",
    unit="share of the encoded people who are named right",
    paper="Vidanage et al. 2020 (CIKM), with anchors as Narayanan and Shmatikov 2009",
    must_not_be_read_as="a bound: where this attack fails another may not",
    against="encodings",
    run=_run,
)
