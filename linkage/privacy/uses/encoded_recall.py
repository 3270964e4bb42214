"""Encoded recall: how many records of two holders are still linked by their encodings.

A second holder has the same people, with a slip of the pen in one field of ten, and encodes with
the same secret. Pairs are called links from a likeness (Dice) on, at the threshold of best F1.
"""

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.attack import Publish, attacked
from linkage.privacy.bloom import dice
from linkage.privacy.defence import Material
from linkage.privacy.drawn import keyed
from linkage.privacy.metric import Flags
from linkage.privacy.rows import Ints
from linkage.privacy.use import Use

PEOPLE = 400
SLIPS = 10
"""One field in so many has lost a character at the second holder."""
_OTHER = 1 << 41
"""What the second holder's numbers of people are apart, so that their noise is another."""


def _kept(publish: Publish, material: Material, seed: int) -> float:
    some = attacked(material.people, PEOPLE, seed)
    if not len(some):
        return 1.0
    mine = _of(material, some)
    theirs = Material(mine.traces, some + _OTHER, misspelt(mine.records, some, seed))
    here, there = publish(mine, seed), publish(theirs, seed)
    if here.encodings is None or there.encodings is None:
        return 0.0
    same = here.encoded[:, None] == there.encoded[None, :] - _OTHER
    return recall(dice(here.encodings, there.encodings).ravel(), same.ravel(), len(some))


def misspelt(
    records: tuple[tuple[str, ...], ...], people: Ints, seed: int
) -> tuple[tuple[str, ...], ...]:
    """Return records of which one field in SLIPS has lost a character; by seed and person."""
    wide = max(map(len, records), default=0)
    drawn = [keyed(seed, people, np.full(len(people), field)) for field in range(wide)]

    def slipped(row: int, field: int, text: str) -> str:
        chance = int(drawn[field][row])
        at = chance // SLIPS % max(len(text), 1)
        return text[:at] + text[at + 1 :] if chance % SLIPS == 0 else text

    return tuple(
        tuple(slipped(row, field, text) for field, text in enumerate(record))
        for row, record in enumerate(records)
    )


def recall(likeness: Floats, same: Flags, n: int) -> float:
    """Return the share of n true pairs that are links, at the threshold of best F1.

    >>> recall(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]), 2)
    1.0
    >>> recall(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, False, True]), 2)
    0.5
    """
    order = np.argsort(-likeness, kind="stable")
    right = np.cumsum(same[order])
    # A threshold takes all pairs of one likeness or none.
    last = np.append(np.diff(likeness[order]) != 0.0, True)
    f1 = 2.0 * right[last] / (np.flatnonzero(last) + 1 + n)
    return float(right[last][np.argmax(f1)] / n) if len(f1) else 0.0


def _of(material: Material, people: Ints) -> Material:
    row = {person: number for number, person in enumerate(material.people.tolist())}
    records = tuple(material.records[row[person]] for person in people.tolist())
    return Material(material.traces.take(people[:0]), people, records)


USE = Use(
    name="encoded_recall",
    question="How many records of two holders are linked by their encodings?",
    formula="true pairs with Dice >= t / true pairs, at the t of best F1",
    unit="share of the pairs that belong together",
    paper="Schnell, Bachteler and Reiher 2009, BMC Medical Informatics 9:41",
    must_not_be_read_as="recall on a real population: slips here are one character in one field of "
    "ten, and the threshold is the best there is",
    reads=("encodings",),
    kept=_kept,
)
