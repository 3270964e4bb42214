"""Link, clerical review or non-link: the rule, and what it says of one tenancy.

A clerk's verdict goes before the rule: who is linked by one holds the tenancy, and who is not a
link by one is no candidate. What is left is the model's to decide.
"""

from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from linkage.errors import SchemaError
from linkage.verdict import Verdict, in_force

Status = Literal["link", "review", "non-link"]


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """When a weight is enough, in bits.

    At `link` and above, with at least `margin` bits over the runner-up if there is one, a pair is
    a link; at `review` and above it goes to clerical review. `linkage.costs` derives all three
    from what errors cost.
    """

    link: float = 7.0
    review: float = 0.0
    margin: float = 3.0

    def __post_init__(self) -> None:
        if not (self.margin >= 0.0 and self.link >= self.review):
            raise SchemaError(
                f"thresholds: link {self.link} must not lie below review {self.review}, and "
                f"margin {self.margin} must not be negative"
            )


class Decision(msgspec.Struct, frozen=True):
    """What is decided of one tenancy.

    `person` is the best candidate, for a non-link too, and None when there was no candidate;
    `weight` is its match weight in bits, prior included (minus infinity never occurs: without a
    candidate it is 0), also where a verdict went before it. `margin` is the distance to the
    runner-up in bits, or without one the weight above the review threshold. While there is a
    runner-up it is only negative where a verdict linked somebody whom the model puts lower.
    `verdicts` are the ids of those that had a part in it: the one that linked, or those that took
    candidates away.
    """

    status: Status
    person: int | None
    weight: float
    runner_up: int | None
    margin: float
    verdicts: tuple[str, ...] = ()


NOBODY = Decision("non-link", None, 0.0, None, 0.0)
"""The decision when no candidate came up."""


def decide(
    thresholds: Thresholds,
    ranked: Sequence[tuple[int, float]],
    verdicts: Collection[Verdict] = (),
) -> Decision:
    """Return the decision on candidates, ranked (person, weight in bits) from the best down.

    `verdicts` are all there are on the tenancy, in any order. A candidate that a verdict links
    must be in `ranked` if the registry has them, whether or not a blocking key brought them up;
    one that is not there cannot be linked, and the next newest verdict or the model decides.
    Without verdicts only the first two candidates are looked at.

    >>> rule = Thresholds(link=7, review=0, margin=3)
    >>> decide(rule, [(4, 12.0), (5, 10.5)]).status, decide(rule, [(4, 12.0)]).status
    ('review', 'link')
    >>> said = Verdict(4, "non-link", "clerk-17", "10:00", "v1")
    >>> decide(rule, [(4, 12.0), (5, 10.5)], [said])
    Decision(status='link', person=5, weight=10.5, runner_up=None, margin=10.5, verdicts=('v1',))
    """
    if not verdicts:
        return _by_rule(thresholds, ranked)
    standing, there = in_force(verdicts), {person for person, _ in ranked}
    present = [verdict for verdict in standing if verdict.person in there]
    excluded = {v.person: v.id for v in present if v.answer == "non-link"}
    left = [one for one in ranked if one[0] not in excluded]
    linked = next((verdict for verdict in present if verdict.answer == "link"), None)
    if linked is None:
        decision = _by_rule(thresholds, left)
        return msgspec.structs.replace(decision, verdicts=tuple(sorted(excluded.values())))
    ((person, weight),) = (one for one in left if one[0] == linked.person)
    others = [one for one in left if one[0] != linked.person]
    rival, margin = _lead(thresholds, weight, others)
    return Decision("link", person, weight, rival, margin, (linked.id,))


def _by_rule(thresholds: Thresholds, ranked: Sequence[tuple[int, float]]) -> Decision:
    if not ranked:
        return NOBODY
    person, weight = ranked[0]
    rival, margin = _lead(thresholds, weight, ranked[1:2])
    if weight >= thresholds.link and (rival is None or margin >= thresholds.margin):
        status: Status = "link"
    elif weight >= thresholds.review:
        status = "review"
    else:
        status = "non-link"
    return Decision(status, person, weight, rival, margin)


def _lead(
    thresholds: Thresholds, weight: float, others: Sequence[tuple[int, float]]
) -> tuple[int | None, float]:
    """Return the best of the others and how far they are behind."""
    if not others:
        return None, weight - thresholds.review
    return others[0][0], weight - others[0][1]
