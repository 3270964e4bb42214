"""Link, clerical review or non-link: the rule, and what it says of one tenancy."""

from typing import Literal

import msgspec

from linkage.errors import SchemaError

Status = Literal["link", "review", "non-link"]


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """When a weight is enough, in bits.

    At `link` and above, with at least `margin` bits over the runner-up, a pair is a link; at
    `review` and above it goes to clerical review. Without a runner-up the margin is counted from
    `review`, so `link - review` must be at least `margin`: an only candidate that is heavy enough
    always links.
    """

    link: float = 7.0
    review: float = 0.0
    margin: float = 3.0

    def __post_init__(self) -> None:
        if not (self.margin >= 0.0 and self.link - self.review >= self.margin):
            raise SchemaError(
                f"thresholds: link {self.link} must lie at least margin {self.margin} (not "
                f"negative) above review {self.review}"
            )


class Decision(msgspec.Struct, frozen=True):
    """What is decided of one tenancy.

    `person` is the best candidate, for a non-link too, and None when there was no candidate;
    `weight` is its match weight in bits, prior included (minus infinity never occurs: without a
    candidate it is 0). `margin` is the distance to the runner-up in bits, or without one the
    weight above the review threshold; it is never negative while there is a runner-up.
    """

    status: Status
    person: int | None
    weight: float
    runner_up: int | None
    margin: float


NOBODY = Decision("non-link", None, 0.0, None, 0.0)
"""The decision when no candidate came up."""


def decide(
    thresholds: Thresholds, best: tuple[int, float], second: tuple[int, float] | None
) -> Decision:
    """Return the decision on the best and the second best (person, weight).

    >>> decide(Thresholds(link=7, review=0, margin=3), (4, 12.0), (5, 10.5)).status
    'review'
    >>> decide(Thresholds(link=7, review=0, margin=3), (4, 12.0), None).status
    'link'
    """
    person, weight = best
    margin = weight - (thresholds.review if second is None else second[1])
    if weight >= thresholds.link and margin >= thresholds.margin:
        status: Status = "link"
    elif weight >= thresholds.review:
        status = "review"
    else:
        status = "non-link"
    return Decision(status, person, weight, None if second is None else second[0], margin)
