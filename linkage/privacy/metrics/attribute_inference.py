"""Attribute inference: a sensitive value is guessed from the crowd that known points leave."""

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.attacked import attacked_mean
from linkage.privacy.estimate import Estimate, mean_of
from linkage.privacy.metric import Context, Metric


def _measure(context: Context) -> Estimate:
    return attacked_mean(context, lambda some: _told(some)[0], mean_of(_told(context)[1]))


def _told(context: Context) -> tuple[Floats, Floats]:
    """Return how often the secret of each person is guessed, by their suspects and by all."""
    assert context.secrets is not None
    secret, crowd = context.secrets, context.suspects
    codes = int(secret.code.max(initial=0)) + 1
    prior = np.bincount(secret.code, minlength=codes)
    mine = secret.code[np.searchsorted(secret.person, context.profiles.people)]
    theirs = secret.code[np.searchsorted(secret.person, crowd.person)]
    # By attacked person and code, how many of the suspects have it; only pairs that occur.
    pairs, votes = np.unique(crowd.owner * codes + theirs, return_counts=True)
    owner = pairs // codes
    most = np.zeros(len(mine), dtype=np.int64)
    np.maximum.at(most, owner, votes)
    top = votes == most[owner]
    ties = np.bincount(owner[top], minlength=len(mine))
    right = np.zeros(len(mine), dtype=np.bool_)
    right[owner[top & (pairs % codes == mine[owner])]] = True
    naive = (prior[mine] == prior.max(initial=0)) / max(1, int((prior == prior.max()).sum()))
    # Without suspects the attacker is as good as the naive one.
    return np.where(most > 0, right / np.maximum(ties, 1), naive), naive


METRIC = Metric(
    name="attribute_inference",
    question="How often is a sensitive value guessed right from those whom known points fit?",
    formula="V(secret | crowd) = E[share right of the crowd's most frequent value]; control: the "
    "most frequent value of all",
    unit="share of the people attacked",
    must_not_be_read_as="a causal effect: a crowd of neighbours shares values anyway",
    paper="Article 29 WP 2014, Opinion 05/2014; Fredrikson et al. 2014, USENIX Security",
    measure=_measure,
    against="adversary",
    needs=("secrets",),
    bounds=(0.0, 1.0),
)
