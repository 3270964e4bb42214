"""Do two quantities agree? For prices, lengths and years."""

from linkage.comparison import Comparison, Level
from linkage.likeness import NUMBERS, Look

LEVELS = (
    Level("same", "the same quantity"),
    Level("near", "within one per cent of each other"),
    Level("far", "within ten per cent of each other"),
    Level("other", "the quantities are different"),
    Level("missing", "a quantity is missing"),
)


def rule(quantity: str) -> str:
    """Return the degree itself."""
    return quantity


COMPARISON = Comparison(
    name="number",
    question="Is it the same quantity?",
    roles=("quantity",),
    looks=(Look("quantity", "quantity", NUMBERS),),
    levels=LEVELS,
    rule=rule,
)
