"""Errors in registrations: who errs is a person and a source, never a coin for each field.

A registration's chance for each channel is RATE x the person's propensity x the source's, both
with mean 1 over people and set by the source. Shares and channels follow pseudopeople and GeCo
in kind; the rates are this world's own 'typical' preset and are documented parameters.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from linkage.records import Record
from streams.synthetic.chance import Floats, Ints, Roll

Form = dict[str, str | None]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class Context(NamedTuple):
    """What an error can draw on besides the form itself."""

    roll: Roll
    mate: Record | None
    former_address: str
    former_phone: str


class Channel(NamedTuple):
    """One way to get a registration wrong: its base rate and what it does to the form."""

    name: str
    rate: float
    spoil: Callable[[Form, Context], None]


def _typo(word: str, roll: Roll) -> str:
    """Return the word with a letter added, dropped, replaced or swapped with the next."""
    at, kind, letter = roll.below(len(word)), roll.below(4), _LETTERS[roll.below(26)]
    if kind == 0:
        word = word[: at + 1] + letter + word[at + 1 :]
    elif kind == 1 and len(word) > 2:
        word = word[:at] + word[at + 1 :]
    elif kind == 2 and at + 1 < len(word):
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    else:
        word = word[:at] + letter + word[at + 1 :]
    return word.capitalize()


def _slip(word: str, roll: Roll) -> str:
    """Return the word with one letter replaced by its neighbour on the keyboard."""
    at = roll.below(len(word))
    row = next(row for row in _KEYBOARD if word[at].lower() in row)
    place = row.index(word[at].lower()) + (1 if roll.below(2) else -1)
    return (word[:at] + row[place % len(row)] + word[at + 1 :]).capitalize()


def _misspell(field: str, how: Callable[[str, Roll], str]) -> Callable[[Form, Context], None]:
    def spoil(form: Form, context: Context) -> None:
        word = form[field]
        if word:
            form[field] = how(word, context.roll)

    return spoil


def _leave_out(field: str) -> Callable[[Form, Context], None]:
    def spoil(form: Form, _: Context) -> None:
        form[field] = None

    return spoil


def _copy(field: str) -> Callable[[Form, Context], None]:
    def spoil(form: Form, context: Context) -> None:
        value = getattr(context.mate, field, None)
        form[field] = value or form[field]

    return spoil


def _swap_names(form: Form, _: Context) -> None:
    form["surname"], form["given"] = form["given"], form["surname"]


def _swap_day_and_month(form: Form, _: Context) -> None:
    birth = form["birth"]
    if birth and int(birth[8:]) <= 12:
        form["birth"] = f"{birth[:4]}-{birth[8:]}-{birth[5:7]}"


def _misread_birth(form: Form, context: Context) -> None:
    birth = form["birth"]
    if birth:
        form["birth"] = f"{birth[:3]}{context.roll.below(10)}{birth[4:]}"


def _stale_address(form: Form, context: Context) -> None:
    form["address"] = context.former_address


def _stale_phone(form: Form, context: Context) -> None:
    form["phone"] = context.former_phone


CHANNELS: tuple[Channel, ...] = (
    Channel("stale_address", 0.04, _stale_address),
    Channel("stale_phone", 0.03, _stale_phone),
    Channel("copied_phone", 0.02, _copy("phone")),
    Channel("copied_mail", 0.01, _copy("mail")),
    Channel("typo_surname", 0.015, _misspell("surname", _typo)),
    Channel("typo_given", 0.02, _misspell("given", _typo)),
    Channel("keyboard_surname", 0.005, _misspell("surname", _slip)),
    Channel("keyboard_given", 0.005, _misspell("given", _slip)),
    Channel("swapped_names", 0.005, _swap_names),
    Channel("swapped_day_month", 0.005, _swap_day_and_month),
    Channel("misread_birth", 0.005, _misread_birth),
    Channel("missing_birth", 0.01, _leave_out("birth")),
    Channel("missing_sex", 0.01, _leave_out("sex")),
    Channel("missing_address", 0.03, _leave_out("address")),
    Channel("missing_phone", 0.04, _leave_out("phone")),
    Channel("missing_mail", 0.06, _leave_out("mail")),
)

STRATA = ("ok", "missing", "mistyped", "borrowed")
CLAIMED = (0.87, 0.08, 0.04, 0.01)
"""Shares of claimed IDs that are right, missing, mistyped and borrowed (valid, somebody else's)."""


def plan_faults(draw: np.random.Generator, propensity: Floats) -> Ints:
    """Return for each registration the channels that hit it, as a bit mask over CHANNELS."""
    mask: Ints = np.zeros(len(propensity), dtype=np.int64)
    for bit, channel in enumerate(CHANNELS):
        hit = draw.random(len(propensity)) < channel.rate * propensity
        mask |= hit.astype(np.int64) << bit
    return mask


def plan_claims(draw: np.random.Generator, propensity: Floats) -> Ints:
    """Return for each account the place of its claimed ID's stratum in STRATA.

    People prone to errors have more of them; the shares over all accounts are CLAIMED.
    """
    mean = float(propensity.mean()) if len(propensity) else 1.0
    where = draw.random(len(propensity)) / np.maximum(propensity, 1e-9) * max(mean, 1e-9)
    claims: Ints = np.zeros(len(propensity), dtype=np.int64)
    for cut in np.cumsum(CLAIMED[:0:-1]):
        claims += where < cut
    return claims


def spoil(form: Form, mask: int, context: Context) -> None:
    """Apply the channels in `mask` to a form, in the order of CHANNELS."""
    for bit, channel in enumerate(CHANNELS):
        if mask >> bit & 1:
            channel.spoil(form, context)


def mistype(number: str, roll: Roll) -> str:
    """Return an ID number with a wrong digit or two neighbours swapped, still in region 09.

    >>> mistype("09001719900228003X", Roll(3)) == "09001719900228003X"
    False
    """
    at = 2 + roll.below(14)
    if roll.below(2) and number[at] != number[at + 1]:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    other = (int(number[at]) + 1 + roll.below(9)) % 10
    return f"{number[:at]}{other}{number[at + 1 :]}"
