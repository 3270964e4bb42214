"""Is it the same code? For numbers with a meaning of their own: an ID, a postcode."""

from linkage.comparison import Comparison, Level
from linkage.likeness import TYPING, Look

LEVELS = (
    Level("same", "the same code", ("number_or_code",)),
    Level("near", "the codes differ by one typing error"),
    Level("other", "the codes are different"),
    Level("missing", "a code is missing"),
)


def rule(number_or_code: str) -> str:
    """Return the degree itself."""
    return number_or_code


COMPARISON = Comparison(
    name="code",
    question="Is it the same code?",
    roles=("number_or_code",),
    looks=(Look("number_or_code", "number_or_code", TYPING),),
    levels=LEVELS,
    rule=rule,
)
