"""Min-entropy leakage: by how many bits a full trace improves the best guess."""

from math import log2

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_classes import over_classes
from linkage.privacy.scaled import scaled


def _measure(context: Context) -> Estimate:
    share = over_classes(context, lambda _: 1.0, context.absent, (0.0, 1.0))
    return scaled(share, lambda value: log2(max(1.0, value * context.population)))


METRIC = Metric(
    name="leakage",
    question="How many bits does the full trace add to the best guess of who somebody is?",
    formula="log2(V / (1 / N)) = log2 K",
    unit="bits, at most log2 N",
    must_not_be_read_as="mean bits per person: one lucky class counts as much as a large one",
    paper="Smith 2009, FoSSaCS, LNCS 5504:288 (min-entropy leakage)",
    measure=_measure,
)
