"""Do the dates agree? Dates are mistyped, and day and month change places."""

from linkage.comparison import Comparison, Level
from linkage.likeness import DATES, Look

LEVELS = (
    Level("same", "the same date"),
    Level("near", "the dates differ by a typing error, or day and month are swapped"),
    Level("far", "the same year"),
    Level("other", "the dates are different"),
    Level("missing", "a date is missing"),
)


def rule(day: str) -> str:
    """Return the degree itself."""
    return day


COMPARISON = Comparison(
    name="date",
    question="Is it the same date?",
    roles=("day",),
    looks=(Look("day", "day", DATES),),
    levels=LEVELS,
    rule=rule,
)
