"""Do the official particulars agree? ID number, birth date and sex, jointly.

A GB 11643 number contains the birth date (digits 7-14) and the sex (digit 17). Three independent
comparisons would count one fact three times, so there is one level per combination. Its check
digit catches every single error, hence two numbers that differ by one typing error are never two
people's: one of them is mistyped. The number equal and the birth date another, on the other hand,
is the mark of a borrowed ID.
"""

from linkage.comparison import Comparison, Level
from linkage.likeness import DATES, EQUAL, MISSING, NEAR, OTHER, SAME, TYPING, Look

LEVELS = (
    Level("id", "the ID number is the same and nothing contradicts it"),
    Level("id_birth_near", "the ID number is the same, the birth date or sex slightly off"),
    Level("id_birth_other", "the ID number is the same, the birth date is another"),
    Level("id_near", "the ID numbers differ by one typing error"),
    Level("birth", "an ID number is missing; birth date and sex are the same"),
    Level("birth_near", "an ID number is missing; birth date or sex are slightly off"),
    Level("id_other_birth", "the ID numbers are different; birth date and sex are the same"),
    Level("id_other_birth_near", "the ID numbers are different; birth date or sex slightly off"),
    Level("birth_other", "an ID number is missing; the birth dates are different"),
    Level("other", "the ID numbers are different, and no birth date speaks for the pair"),
    Level("missing", "neither ID numbers nor birth dates can be compared"),
)


def rule(number: str, birth: str, sex: str) -> str:
    """Return the level of each combination."""
    exact = birth == SAME and sex != OTHER
    slight = (birth == SAME and sex == OTHER) or (birth == NEAR and sex != OTHER)
    contrary = birth != MISSING and not exact and not slight
    if number == SAME:
        return "id_birth_other" if contrary else "id_birth_near" if slight else "id"
    if number == NEAR and not contrary:
        return "id_near"
    if number == MISSING:
        return (
            "birth"
            if exact
            else "birth_near"
            if slight
            else "birth_other"
            if contrary
            else "missing"
        )
    return "id_other_birth" if exact else "id_other_birth_near" if slight else "other"


COMPARISON = Comparison(
    name="identity",
    question="Do ID number, birth date and sex agree?",
    roles=("id_number", "birth", "sex"),
    looks=(
        Look("id_number", "id_number", TYPING),
        Look("birth", "birth", DATES),
        Look("sex", "sex", EQUAL),
    ),
    levels=LEVELS,
    rule=rule,
)
