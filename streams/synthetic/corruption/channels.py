"""Errors in registrations, a column at a time: what can go wrong, for whom, and how it reads then.

Who errs is a person and a source, never a coin for each field: the chance that a channel hits a
registration is the channel's rate x the propensity of its person at its source, whose mean over
people is 1. Kinds of error as in pseudopeople, GeCo and FEBRL; rates in `errors`.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streams.synthetic.chance import Dice, Floats, Ints, mix
from streams.synthetic.corruption import misnumber, misspell
from streams.synthetic.corruption.errors import Errors
from streams.synthetic.corruption.mistyped import mistype as mistype  # noqa: PLC0414 - found here with the rest

Form = dict[str, pa.StringArray]
"""One column per field of a registration, all of one length; null is 'missing'."""


class Context(NamedTuple):
    """What an error can draw on besides the form itself, a row for each of the form's.

    `dice` is all the chance a row has: what becomes of it never depends on the rows beside it.
    `mate` is the record of a household member, null for those who live alone; what somebody had
    before is null where there is nothing.
    """

    dice: Dice
    mate: Form
    former_address: pa.StringArray
    former_phone: pa.StringArray
    former_surname: pa.StringArray


class Channel(NamedTuple):
    """One way to get registrations wrong: the fields it may change, and how it changes `rows`.

    `spoil` replaces columns in the form it is given.
    """

    name: str
    fields: tuple[str, ...]
    spoil: Callable[[Form, Ints, Context], None]


def _put(column: pa.StringArray, rows: Ints, values: pa.StringArray) -> pa.StringArray:
    """Return the column with `values` at `rows`."""
    source = np.arange(len(column))
    source[rows] = len(column) + np.arange(len(rows))
    return pa.concat_arrays([column, values]).take(pa.array(source))


def salt(name: str) -> np.uint64:
    """Return what sets a channel's chance apart from that of all others in the same row."""
    return np.uint64(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little"))


def _rewrite(name: str, field: str, how: Callable[[str, int], str]) -> Channel:
    """Return the channel that rewrites the words of a field, those that are there."""
    own = salt(name)

    def spoil(form: Form, rows: Ints, context: Context) -> None:
        words: Sequence[str | None] = form[field].take(pa.array(rows)).to_pylist()
        dice: list[int] = mix(context.dice[rows] ^ own).tolist()
        said = [word and how(word, die) for word, die in zip(words, dice, strict=True)]
        form[field] = _put(form[field], rows, pa.array(said, pa.string()))

    return Channel(name, (field,), spoil)


def _take(name: str, field: str, source: Callable[[Context], pa.StringArray]) -> Channel:
    """Return the channel that takes another column's value where that has one."""

    def spoil(form: Form, rows: Ints, context: Context) -> None:
        at = pa.array(rows)
        said = pc.coalesce(source(context).take(at), form[field].take(at))
        form[field] = _put(form[field], rows, said)

    return Channel(name, (field,), spoil)


def _copy(field: str) -> Channel:
    return _take(f"copied_{field}", field, lambda context: context.mate[field])


def _leave_out(field: str) -> Channel:
    def spoil(form: Form, rows: Ints, _: Context) -> None:
        form[field] = _put(form[field], rows, pa.nulls(len(rows), pa.string()))

    return Channel(f"missing_{field}", (field,), spoil)


def _swap_names(form: Form, rows: Ints, _: Context) -> None:
    at = pa.array(rows)
    surname, given = form["surname"], form["given"]
    form["surname"] = _put(surname, rows, given.take(at))
    form["given"] = _put(given, rows, surname.take(at))


CHANNELS: tuple[Channel, ...] = (
    _take("stale_address", "address", lambda context: context.former_address),
    _take("stale_phone", "phone", lambda context: context.former_phone),
    _take("stale_surname", "surname", lambda context: context.former_surname),
    *(_copy(field) for field in ("phone", "mail", "address", "birth")),
    _rewrite("nickname_given", "given", misspell.nickname),
    Channel("swapped_names", ("surname", "given"), _swap_names),
    _rewrite("phonetic_surname", "surname", misspell.mishear),
    _rewrite("phonetic_given", "given", misspell.mishear),
    _rewrite("typo_surname", "surname", misspell.typo),
    _rewrite("typo_given", "given", misspell.typo),
    _rewrite("keyboard_surname", "surname", misspell.keyboard),
    _rewrite("keyboard_given", "given", misspell.keyboard),
    _rewrite("ocr_surname", "surname", misspell.misread),
    _rewrite("ocr_given", "given", misspell.misread),
    _rewrite("swapped_day_month", "birth", misnumber.swap_day_and_month),
    _rewrite("misread_birth", "birth", misnumber.misread_year),
    _rewrite("ocr_birth", "birth", misnumber.misread_date),
    _rewrite("wrong_sex", "sex", misnumber.other_sex),
    _rewrite("slip_phone", "phone", misnumber.slip_phone),
    _rewrite("slip_address", "address", misnumber.slip_house),
    _rewrite("typo_mail", "mail", misspell.mail_typo),
    *(_leave_out(f) for f in ("surname", "given", "birth", "sex", "address", "phone", "mail")),
)
"""All channels, in the order in which they hit: what one says, the next may misspell."""

STRATA = ("ok", "missing", "mistyped", "borrowed")
"""What a claimed ID number can be; borrowed is valid, and somebody else's."""


def plan_faults(draw: np.random.Generator, propensity: Floats, errors: Errors) -> Ints:
    """Return for each registration the channels that hit it, as a bit mask over CHANNELS.

    ValueError if `errors` has a rate for a channel that does not exist.
    """
    if unknown := sorted(errors.rates.keys() - {channel.name for channel in CHANNELS}):
        raise ValueError(f"errors {errors.name!r} has a rate for {unknown[0]!r}: no such channel")
    mask: Ints = np.zeros(len(propensity), dtype=np.int64)
    for bit, channel in enumerate(CHANNELS):
        rate = errors.rates.get(channel.name, 0.0)
        hit = draw.random(len(propensity)) < rate * propensity
        mask |= hit.astype(np.int64) << bit
    return mask


def plan_claims(draw: np.random.Generator, propensity: Floats, errors: Errors) -> Ints:
    """Return for each account the place of its claimed ID's stratum in STRATA.

    Each share but that of 'ok' is multiplied by the propensity, so over people whose propensities
    have mean 1 the shares are `errors.claimed`; 'ok' has what is left, at least nothing.
    """
    where = draw.random(len(propensity))
    claims: Ints = np.zeros(len(propensity), dtype=np.int64)
    for cut in np.cumsum(errors.claimed[:0:-1]):
        claims += where < cut * propensity
    return claims


def spoil(form: Form, mask: Ints, context: Context) -> Form:
    """Return the form after all channels in `mask` (a row's bits over CHANNELS), in their order.

    A row's result depends on that row of form, mask and context alone.
    """
    hit = np.flatnonzero(mask)
    at, bits = pa.array(hit), mask[hit]
    before = {field: column.take(at) for field, column in form.items()}
    after = dict(before)
    around = Context(
        context.dice[hit],
        {field: column.take(at) for field, column in context.mate.items()},
        context.former_address.take(at),
        context.former_phone.take(at),
        context.former_surname.take(at),
    )
    for bit, channel in enumerate(CHANNELS):
        rows = np.flatnonzero(bits >> bit & 1)
        if len(rows):
            channel.spoil(after, rows, around)
    return {
        field: column if after[field] is before[field] else _put(column, hit, after[field])
        for field, column in form.items()
    }
