"""Do the official particulars agree? ID number, birth date and sex, jointly.

A GB 11643 number contains the birth date (digits 7-14) and the sex (digit 17). Three independent
comparisons would count one fact three times, so there is one level per combination. Its check
digit catches every single error, hence two numbers that differ by one typing error are never two
people's: one of them is mistyped. The number equal and the birth date another, on the other hand,
is the mark of a borrowed ID.
"""

from linkage.columns import Column, Columns, Mask, column, present, same, within
from linkage.comparison import Comparison, Level, Levels, choose

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


def swapped(birth: str | None) -> str | None:
    """Return a date with day and month in swapped order.

    >>> swapped("1985-02-13")
    '1985-13-02'
    """
    return None if birth is None else f"{birth[:4]}-{birth[8:]}-{birth[5:7]}"


def near(left: Column, right: Column, where: Mask) -> Mask:
    """Return which dates differ by one typing error or by swapped day and month."""
    turned = column([swapped(value) for value in left])
    return where & (within(left, right, 1, where) | same(turned, right))


def agree(left: Columns, right: Columns) -> Levels:
    """Return the level of each pair."""
    numbers = present(left["id_number"]) & present(right["id_number"])
    dates = present(left["birth"]) & present(right["birth"])
    sexes = present(left["sex"]) & present(right["sex"])
    wrong_sex = sexes & ~same(left["sex"], right["sex"])
    number, date = same(left["id_number"], right["id_number"]), same(left["birth"], right["birth"])
    almost = near(left["birth"], right["birth"], dates & ~date)
    mistyped = within(left["id_number"], right["id_number"], 1, numbers & ~number)
    exact, slight = date & ~wrong_sex, (date & wrong_sex) | (almost & ~wrong_sex)
    contrary = dates & ~exact & ~slight
    unknown = ~numbers
    return choose(
        [
            number & ~contrary & ~slight,
            number & slight,
            number,
            mistyped & ~contrary,
            unknown & exact,
            unknown & slight,
            numbers & exact,
            numbers & slight,
            unknown & contrary,
            numbers,
        ],
        len(LEVELS) - 1,
    )


COMPARISON = Comparison(
    name="identity",
    question="Do ID number, birth date and sex agree?",
    fields=("id_number", "birth", "sex"),
    levels=LEVELS,
    agree=agree,
)
