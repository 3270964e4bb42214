"""What is decided of the tenancies of some accounts, by the model and by one that is tried."""

from collections.abc import Mapping
from typing import NamedTuple

from linkage.decision import Decision
from streams.stage import Desk
from streams.stages.tenancy import Arrangement

Decisions = dict[str, dict[int, Decision]]
"""The decision on each tenancy, by account and start."""


class Answers(NamedTuple):
    """What the model decides, and what a shadow would decide, which is nothing without one.

    `deferred` are accounts that have candidates left which one of them has not compared.
    """

    decided: Decisions
    tried: Decisions
    deferred: set[str]


def answers(desk: Desk, found: Mapping[str, Arrangement], pairs: int | None) -> Answers:
    """Return the decisions on accounts, by at most `pairs` comparisons of each linker."""
    groups = [(subject, start) for subject, one in found.items() for start in sorted(one.records)]
    records = [found[subject].records[start] for subject, start in groups]
    said = [found[subject].verdicts.get(start, ()) for subject, start in groups]
    out = Answers({subject: {} for subject in found}, {subject: {} for subject in found}, set())
    for linker, answer in ((desk.linker, out.decided), (desk.shadow, out.tried)):
        if linker is not None:
            decisions, late = linker.identify_within(records, pairs, said if any(said) else ())
            out.deferred.update(groups[n][0] for n in late)
            for (subject, start), decision in zip(groups, decisions, strict=True):
                answer[subject][start] = decision
    return out
