"""Do the addresses agree? Area, street and house as one composite.

Compared field by field, an address in the same street would count area and street as two
independent agreements; on noisy census data that alone cost six points of F1.
"""

from linkage.comparison import Comparison, Level
from linkage.likeness import EQUAL, MISSING, SAME, Look
from linkage.transforms import area, street

LEVELS = (
    Level("house", "the same house"),
    Level("street", "the same street, another house"),
    Level("area", "the same area, another street"),
    Level("other", "another area"),
    Level("missing", "an address is missing"),
)


def rule(house: str, street: str, area: str) -> str:
    """Return the closest place that is the same."""
    for level, degree in (("house", house), ("street", street), ("area", area)):
        if degree == SAME:
            return level
    return "missing" if house == MISSING else "other"


COMPARISON = Comparison(
    name="address",
    question="Do the addresses name the same house, street or area?",
    roles=("address",),
    looks=(
        Look("address", "address", EQUAL),
        Look("street", "street", EQUAL),
        Look("area", "area", EQUAL),
    ),
    levels=LEVELS,
    rule=rule,
    derived={"street": ("address", street), "area": ("address", area)},
)
