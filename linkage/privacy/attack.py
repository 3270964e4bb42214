"""What an attack is: a question to whoever publishes, and how often the answer is right.

An attack may publish as often as it likes, with material of its own making: what it learns from
one publication, from many, or from the difference of two, is all it knows of the defence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linkage.catalogue import load_catalogue
from linkage.intervals import Floats
from linkage.privacy.defence import Defence, Form, Material, Published
from linkage.privacy.estimate import Estimate, sampled_mean
from linkage.privacy.hashing import seeded
from linkage.privacy.rows import Ints

FOLDER = Path(__file__).parent / "attacks"
_ENDLESS = 2**53

Publish = Callable[[Material, int], Published]
"""A defence at one strength: material and the seed of this publication."""


@dataclass(frozen=True)
class Attack:
    """A question, and how it is answered; `against` is the form of publication that it reads.

    `run(publish, material, seed)` returns the attack's success on the people of the material, with
    its interval, and as `control` that of the same attack where nothing can be learnt.
    """

    name: str
    question: str
    unit: str
    paper: str
    must_not_be_read_as: str
    against: Form
    run: Callable[[Publish, Material, int], Estimate]


def publisher(defence: Defence, strength: int) -> Publish:
    """Return the defence at one strength, to be attacked."""
    return lambda material, seed: defence.protect(material, strength, seed)


def attacked(people: Ints, most: int, seed: int) -> Ints:
    """Return up to `most` of some people, sorted, drawn by a hash of seed and person.

    It is a hash of the hash, so that a defence that draws people by the seed draws others.
    """
    everybody = np.unique(people)
    drawn = seeded(seed, seeded(seed, everybody).view(np.int64))
    return np.sort(everybody[np.argsort(drawn, kind="stable")[:most]])


def scored(worth: Floats, control: float) -> Estimate:
    """Return the mean of what the attack on each person comes to, from 0 to 1.

    The interval is that of as many independent trials, also where everybody is attacked: which
    points are known, and what chance a defence draws, could have been otherwise.

    >>> found = scored(np.array([1.0] * 8 + [0.0] * 2), control=0.1)
    >>> found.value, found.low < 0.5 < 0.9 < found.high, found.n
    (0.8, True, 10)
    """
    return sampled_mean(worth, _ENDLESS, control=control)


def load_attacks(
    folder: Path = FOLDER, package: str = "linkage.privacy.attacks"
) -> Mapping[str, Attack]:
    """Return every attack of the catalogue by name."""
    return load_catalogue(package, folder, "ATTACK", Attack)
