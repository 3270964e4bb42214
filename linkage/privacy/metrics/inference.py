"""Inference (Article 29 Working Party): a hidden point of somebody is told from a decoy."""

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.attacked import attacked_mean
from linkage.privacy.estimate import Estimate, mean_of
from linkage.privacy.metric import Context, Metric
from linkage.privacy.rows import Ints
from linkage.privacy.suspicion import hidden_and_decoy


def _measure(context: Context) -> Estimate:
    return attacked_mean(context, lambda some: _told(some)[0], mean_of(_told(context)[1], 0.5))


def _told(context: Context) -> tuple[Floats, Floats]:
    """Return how often the hidden point of each person is told, by their suspects and by all."""
    asked, hidden, decoy = hidden_and_decoy(context)
    lookup, crowd = context.visible.lookup(), context.suspects
    numbers = [lookup.numbers(point) for point in (hidden, decoy)]
    guesses = _better(*(lookup.many(number) for number in numbers))
    place = np.full(len(crowd.size), -1)
    place[asked] = np.arange(len(asked))
    row = place[crowd.owner]
    mine = np.flatnonzero(row >= 0)
    row, person = row[mine], crowd.person[mine]
    carried = (lookup.carries(number[row], person) for number in numbers)
    votes = _better(*(np.bincount(row[yes], minlength=len(asked)) for yes in carried))
    # Without suspects the attacker is as good as the naive one. Who hides nothing is a coin.
    success, control = np.full((2, len(crowd.size)), 0.5)
    success[asked] = np.where(np.bincount(row, minlength=len(asked)) > 0, votes, guesses)
    control[asked] = guesses
    return success, control


def _better(hidden: Ints, decoy: Ints) -> Floats:
    """Return how often the hidden point is chosen: by the larger number, or by a coin."""
    chosen: Floats = (np.sign(hidden - decoy) + 1) / 2.0
    return chosen


METRIC = Metric(
    name="inference",
    question="How often is a hidden point of somebody told from one of somebody else's?",
    formula="Pr[more of the crowd carry the hidden point than the decoy], a tie is half; control: "
    "more of all people",
    unit="share of the people attacked; a coin has 0.5, and so has who hides nothing",
    must_not_be_read_as="the Opinion's inference of an attribute (attribute_inference); nor as a "
    "leak by the view alone: what is common is guessed by everybody",
    paper="Article 29 WP 2014, Opinion 05/2014; the attack after Yeom et al. 2018, CSF:268",
    measure=_measure,
    against="adversary",
    bounds=(0.0, 1.0),
)
