"""Singling out (Article 29 Working Party): a description that fits one person only.

Its value is that of `unicity`; what it adds is the control: how often such a description isolates
somebody where the person that it was made of is not.
"""

import msgspec
import numpy as np

from linkage.privacy.attacked import attacked_share
from linkage.privacy.estimate import Estimate, mean_of
from linkage.privacy.metric import Context, Metric
from linkage.privacy.suspicion import alone


def _measure(context: Context) -> Estimate:
    found = attacked_share(context, alone)
    # Without its own person, a description of two isolates the other. So the weight need not be
    # made of the points' shares, as if points were independent: traces are far from it.
    control = mean_of((context.crowds == 2).astype(np.float64))
    return msgspec.structs.replace(found, control=control)


METRIC = Metric(
    name="singling_out",
    question="How often does a description by known points isolate exactly one person?",
    formula="Pr[crowd = 1]; control: Pr[crowd = 2], which is expected to be "
    "(N - 1) w (1 - w)^(N - 2), w the description's weight",
    unit="share of the people attacked",
    must_not_be_read_as="a success over the control where both are high: rare points need no "
    "view; nor is the control more than a lower bound if the attacker errs",
    paper="Article 29 WP 2014, Opinion 05/2014; control of Cohen and Nissim 2020, PNAS 117:8344",
    measure=_measure,
    against="adversary",
    bounds=(0.0, 1.0),
)
