"""Thresholds as a user chooses them: by what errors cost, or in bits."""

import sys
from typing import NamedTuple

import typer

from linkage.costs import Costs, costs_of, implied_costs, thresholds_for
from linkage.decision import Thresholds
from linkage.errors import SchemaError
from linkage.review import probabilities

Number = float | None
Three = tuple[Number, Number, Number]


class Rule(NamedTuple):
    """Thresholds, and the costs for which they are the cheapest."""

    thresholds: Thresholds
    costs: Costs


def chosen(costs: Three, bits: Three) -> Rule | None:
    """Return the rule for (false link, missed link, review) costs or (link, review, margin) bits,
    and print it; None when nothing is given. BadParameter says what does not go together.
    """
    if all(one is None for one in (*costs, *bits)):
        return None
    if any(one is not None for one in costs) and any(one is not None for one in bits):
        raise typer.BadParameter(
            "thresholds come from costs or from --link-at, --review-at and --margin, not from both",
            param_hint="--cost-false-link, --cost-missed-link",
        )
    rule = by_bits(_thresholds(bits)) if costs == (None, None, None) else _by_costs(*costs)
    print(f"thresholds: {described(rule)}", file=sys.stderr, flush=True)
    return rule


def by_bits(thresholds: Thresholds) -> Rule:
    """Return thresholds as a rule."""
    return Rule(thresholds, implied_costs(thresholds))


def described(rule: Rule) -> str:
    """Return a rule for people, in bits and as probabilities of a pair.

    >>> print(described(by_bits(Thresholds())).replace("; ", "\\n"))
    link from 7.00 bits (p 0.992), 3.00 ahead of any other
    review from 0.00 bits (p 0.500)
    costs: a false link 64.5, a missed one 1, a look 0.5
    """
    bits, costs = rule.thresholds, rule.costs
    link, review = (probabilities([one])[0] for one in (bits.link, bits.review))
    return (
        f"link from {bits.link:.2f} bits (p {link:.3f}), {bits.margin:.2f} ahead of any other; "
        f"review from {bits.review:.2f} bits (p {review:.3f}); costs: a false link "
        f"{costs.false_link:g}, a missed one {costs.missed_link:g}, a look {costs.review:g}"
    )


def _by_costs(false_link: Number, missed_link: Number, review: Number) -> Rule:
    if false_link is None or missed_link is None:
        raise typer.BadParameter(
            "what a false link and a missed one cost goes together: give both",
            param_hint="--cost-false-link, --cost-missed-link",
        )
    costs = costs_of(false_link, missed_link, review)
    return Rule(thresholds_for(costs), costs)


def _thresholds(bits: Three) -> Thresholds:
    given = dict(zip(("link", "review", "margin"), bits, strict=True))
    try:
        return Thresholds(**{name: value for name, value in given.items() if value is not None})
    except SchemaError as error:
        hint = "--link-at, --review-at, --margin"
        raise typer.BadParameter(str(error), param_hint=hint) from error
