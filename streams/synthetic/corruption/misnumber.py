"""Digits gone wrong: dates of birth, phone numbers and house numbers, misread or mistyped.

As in misspell: a value and a die in, a value of the same pattern out, the same one if the error
cannot happen to it.
"""

from datetime import date

_LOOKS = {"0": "689", "1": "47", "2": "7", "3": "8", "4": "19", "5": "6", "6": "058", "7": "12"}
LOOKS_LIKE = _LOOKS | {"8": "0369", "9": "048"}
"""Digits of like shape. This world's choice: the published tables pair digits with letters."""
_KEYPAD = {"1": "24", "2": "135", "3": "26", "4": "157", "5": "2468", "6": "359", "7": "48"}
KEYPAD = _KEYPAD | {"8": "5790", "9": "68", "0": "8"}
"""Digits whose keys touch on a telephone."""


def swap_day_and_month(birth: str, _: int) -> str:
    """Return the date with day and month in each other's place, if that is a date.

    >>> swap_day_and_month("1990-02-08", 0), swap_day_and_month("1990-02-28", 0)
    ('1990-08-02', '1990-02-28')
    """
    said = f"{birth[:4]}-{birth[8:]}-{birth[5:7]}"
    return said if _is_date(said) else birth


def misread_year(birth: str, die: int) -> str:
    """Return the date with another last digit of the year, or another decade of its century.

    The decade is misread in one of four, and in the 20th century only, so that nobody is born
    after the world's present.

    >>> misread_year("1990-02-08", 1), misread_year("1990-02-08", 0)
    ('1991-02-08', '1900-02-08')
    """
    rest, quarter = divmod(die, 4)
    at = 2 if quarter == 0 and birth.startswith("19") else 3
    years = [
        f"{birth[:at]}{digit}{birth[at + 1 :]}" for digit in "0123456789" if digit != birth[at]
    ]
    found = [said for said in years if _is_date(said)]
    return found[rest % len(found)] if found else birth


def misread_date(birth: str, die: int) -> str:
    """Return the date with one digit, from the year's last on, taken for one of like shape.

    >>> misread_date("1990-02-08", 0)
    '1996-02-08'
    """
    found = [
        said
        for at in (3, 5, 6, 8, 9)
        for digit in LOOKS_LIKE[birth[at]]
        if _is_date(said := f"{birth[:at]}{digit}{birth[at + 1 :]}")
    ]
    return found[die % len(found)] if found else birth


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def slip_phone(phone: str, die: int) -> str:
    """Return the number (+999 and nine digits) with a digit beside the right one, or two swapped.

    >>> slip_phone("+999000000001", 0), slip_phone("+999012345678", 1)
    ('+999800000001', '+999102345678')
    """
    rest, swap = divmod(die, 2)
    rest, place = divmod(rest, 8)
    at = 4 + place
    if swap and phone[at] != phone[at + 1]:
        return phone[:at] + phone[at + 1] + phone[at] + phone[at + 2 :]
    keys = KEYPAD[phone[at]]
    return phone[:at] + keys[rest % len(keys)] + phone[at + 1 :]


def slip_house(address: str, die: int) -> str:
    """Return the address (area-street-house) with another digit in the number of the house.

    >>> slip_house("a17-s4-h113", 0)
    'a17-s4-h213'
    """
    start = address.rindex("h") + 1
    rest, place = divmod(die, len(address) - start)
    at = start + place
    digits = "123456789" if place == 0 else "0123456789"
    others = digits.replace(address[at], "")
    return address[:at] + others[rest % len(others)] + address[at + 1 :]


def other_sex(sex: str, _: int) -> str:
    """Return the sex that was not meant.

    >>> other_sex("F", 0)
    'M'
    """
    return "M" if sex == "F" else "F"
