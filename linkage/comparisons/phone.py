"""Do the phone numbers agree? Numbers go stale, are shared in families and are recycled."""

from linkage.comparison import Comparison, Level
from linkage.likeness import TYPING, Look

LEVELS = (
    Level("same", "the same phone number"),
    Level("near", "the phone numbers differ by one typing error"),
    Level("other", "the phone numbers are different"),
    Level("missing", "a phone number is missing"),
)


def rule(phone: str) -> str:
    """Return the degree itself."""
    return phone


COMPARISON = Comparison(
    name="phone",
    question="Do the phone numbers agree?",
    roles=("phone",),
    looks=(Look("phone", "phone", TYPING),),
    levels=LEVELS,
    rule=rule,
)
