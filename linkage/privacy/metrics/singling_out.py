"""Singling out (Article 29 Working Party): a description that fits one person only."""

import msgspec
import numpy as np

from linkage.privacy.estimate import Estimate, mean_of, sampled_share
from linkage.privacy.metric import Context, Metric


def _measure(context: Context) -> Estimate:
    crowds, known, n = context.crowds, context.known, context.population
    found = sampled_share(int(np.count_nonzero(crowds == 1)), len(crowds), n)
    lookup = context.visible.lookup()
    carriers = np.maximum(lookup.many(lookup.numbers(known.point)), 1)
    # The chance that a random person fits, if points were independent; nothing known fits all.
    order = np.lexsort((carriers, known.owner))  # so that sums do not depend on who it is
    log = np.bincount(known.owner[order], np.log(carriers[order] / max(n, 1)), len(crowds))
    weight = np.exp(log)
    isolates = n * weight * (1.0 - weight) ** max(n - 1, 0)
    return msgspec.structs.replace(found, control=mean_of(isolates))


METRIC = Metric(
    name="singling_out",
    question="How often does a description by known points isolate exactly one person?",
    formula="Pr[crowd = 1]; control: n w (1 - w)^(n - 1), w the product of the points' shares",
    unit="share of the people attacked",
    must_not_be_read_as="a success over the control where both are high: rare points need no view",
    paper="Article 29 WP 2014, Opinion 05/2014; control of Cohen and Nissim 2020, PNAS 117:8344",
    measure=_measure,
    against="adversary",
    bounds=(0.0, 1.0),
)
