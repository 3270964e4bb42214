"""Averaging: publish the same again and again, and the noise goes away."""

import numpy as np

from linkage.privacy.attack import Attack, Publish
from linkage.privacy.cells import Asked, Floats, asked, judged, told, without
from linkage.privacy.defence import Material
from linkage.privacy.estimate import Estimate
from linkage.privacy.hashing import text_hash

TIMES, TARGETS = 64, 100
"""How often it is published, and how many people are asked about, each of two cells."""


def averaged(publish: Publish, material: Material, seed: int, times: int) -> Estimate:
    """Return how often somebody's presence in a cell is told right from so many publications.

    The attacker knows everybody else, as differential privacy supposes. What counts would be on
    average without those he asks about, he finds out by publishing that as often himself.
    """
    questions = asked(material.traces, TARGETS, seed)
    if not len(questions.person):
        return judged(questions, np.zeros(0))
    here = _mean(publish, material, questions, (f"{seed} theirs", times))
    gone = without(material, questions.rows)
    return judged(questions, here - _mean(publish, gone, questions, (f"{seed} own", times)))


def _mean(publish: Publish, material: Material, questions: Asked, how: tuple[str, int]) -> Floats:
    name, times = how
    total = np.zeros(len(questions.cells))
    for number in range(times):
        total += told(publish(material, text_hash(f"{name} {number}") >> 1), questions.cells)
    return total / times


def _run(publish: Publish, material: Material, seed: int) -> Estimate:
    return averaged(publish, material, seed, TIMES)


ATTACK = Attack(
    name="averaging",
    question="Was somebody in a cell, told from the average of many publications of the same?",
    unit="share of the questions answered right; a coin has 0.5",
    paper="Denning 1980, ACM TODS 5:291 (averaging noise away); Dinur and Nissim 2003, PODS",
    must_not_be_read_as="what one publication tells: it counts on fresh noise every time",
    against="counts",
    run=_run,
)
