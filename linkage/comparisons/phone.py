"""Do the phone numbers agree? Numbers go stale, are shared in families and are recycled."""

from linkage.columns import Columns, present, same, within
from linkage.comparison import Comparison, Level, Levels, choose

LEVELS = (
    Level("same", "the same phone number"),
    Level("near", "the phone numbers differ by one typing error"),
    Level("other", "the phone numbers are different"),
    Level("missing", "a phone number is missing"),
)


def agree(left: Columns, right: Columns) -> Levels:
    """Return the level of each pair."""
    a, b = left["phone"], right["phone"]
    equal, known = same(a, b), present(a) & present(b)
    return choose([equal, within(a, b, 1, known & ~equal), known], len(LEVELS) - 1)


COMPARISON = Comparison(
    name="phone",
    question="Do the phone numbers agree?",
    fields=("phone",),
    levels=LEVELS,
    agree=agree,
)
