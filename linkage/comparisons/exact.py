"""Is it the same value? For categories: a state, a sex, a currency."""

from linkage.comparison import Comparison, Level
from linkage.likeness import EQUAL, Look

LEVELS = (
    Level("same", "the same category", ("category",)),
    Level("other", "the categories are different"),
    Level("missing", "a category is missing"),
)


def rule(category: str) -> str:
    """Return the degree itself."""
    return category


COMPARISON = Comparison(
    name="exact",
    question="Is it the same category?",
    roles=("category",),
    looks=(Look("category", "category", EQUAL),),
    levels=LEVELS,
    rule=rule,
)
