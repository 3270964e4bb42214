"""What errors cost, and the thresholds that make their expected cost least.

Of a pair that is a match with probability p, a link costs (1 - p) * false_link, a non-link
p * missed_link, and a clerk's look `review`. The cheapest of the three is Bayes' decision (Tepping
1968, "A model for optimum linkage of records", JASA 63; Verykios, Moustakides and Elfeky 2003, "A
Bayesian decision model for cost optimal record matching", VLDB Journal 12; with the option not to
decide it is Chow 1970, "On optimum recognition error and reject tradeoff"):

    link      when p >= 1 - review / false_link
    non-link  when p <  review / missed_link
    review    between the two

A look that costs more than the coin toss it saves, false_link * missed_link / (false_link +
missed_link), is never worth it; then both thresholds are p = false_link / (false_link +
missed_link), as in Fellegi and Sunter 1969 with one threshold.
"""

from math import inf, log2

import msgspec

from linkage.decision import Thresholds
from linkage.errors import SchemaError

SHARE_OF_REVIEW = 0.25
"""What a look costs unless told, as a share of the cheaper of the two errors."""


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """What a false link, a missed link and a clerk's look cost, in any one unit.

    Raises SchemaError unless all are finite and more than 0.
    """

    false_link: float
    missed_link: float
    review: float

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            cost = getattr(self, name)
            if not 0 < cost < inf:
                raise SchemaError(f"costs: {name} is {cost}; allowed: finite numbers above 0")

    @property
    def toss(self) -> float:
        """Return the expected cost of deciding the pair that is hardest to decide."""
        return self.false_link * self.missed_link / (self.false_link + self.missed_link)


def costs_of(false_link: float, missed_link: float, review: float | None = None) -> Costs:
    """Return costs; a look costs a quarter of the cheaper error unless told."""
    if review is None:
        review = SHARE_OF_REVIEW * min(false_link, missed_link)
    return Costs(false_link=false_link, missed_link=missed_link, review=review)


def thresholds_for(costs: Costs) -> Thresholds:
    """Return the thresholds, in bits, with the least expected cost.

    The margin is the link threshold itself: with a rival of weight w2 >> 0, p = 1 / (1 + 2**(w2 -
    w1)) is enough for a link from w1 - w2 = log2(p / (1 - p)) on, as it is from w1 on without one.

    >>> found = thresholds_for(costs_of(20, 1))
    >>> round(found.link, 2), round(found.review, 2), round(found.margin, 2)
    (6.3, -1.58, 6.3)
    """
    if costs.review >= costs.toss:
        link = review = log2(costs.false_link / costs.missed_link)
    else:
        # Each is log2(p / (1 - p)) of its p, written so that nothing cancels.
        link = log2((costs.false_link - costs.review) / costs.review)
        review = log2(costs.review / (costs.missed_link - costs.review))
    return Thresholds(link=link, review=review, margin=max(link, 0.0))


def implied_costs(thresholds: Thresholds) -> Costs:
    """Return the costs, in missed links, for which the thresholds are the cheapest.

    >>> implied_costs(Thresholds(link=7, review=0, margin=3))
    Costs(false_link=64.5, missed_link=1.0, review=0.5)
    """
    # p = 1 / (1 + 2**-bits), and 1 - p = 1 / (1 + 2**bits).
    review = 1.0 / (1.0 + 2.0**-thresholds.review)
    return Costs(false_link=review * (1.0 + 2.0**thresholds.link), missed_link=1.0, review=review)
