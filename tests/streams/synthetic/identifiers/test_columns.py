"""Identifiers by the million equal the scalar makes, row by row."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.synthetic import identifiers as ids
from streams.synthetic.identifiers import address_columns, columns

ROWS = 20_000  # more than a block, and no multiple of it
LARGEST = 2**33

Column = Callable[..., pa.StringArray]
# The column, its scalar make, and for each argument the range that is stated.
EQUAL: dict[str, tuple[Column, Callable[..., str], Sequence[tuple[int, int]]]] = {
    "id_numbers": (
        columns.id_numbers,
        ids.make_id_number,
        [(0, 10**4), (0, 10**8), (0, 1000)],
    ),
    "usccs": (columns.usccs, ids.make_uscc, [(0, 10**4), (0, LARGEST)]),
    "phones": (columns.phones, ids.make_phone, [(0, LARGEST)]),
    "imsis": (columns.imsis, ids.make_imsi, [(0, LARGEST)]),
    "imeis": (columns.imeis, ids.make_imei, [(0, LARGEST)]),
    "cells": (columns.cells, ids.make_cell, [(0, 10**5), (0, 10**5)]),
    "bank_accounts": (
        columns.bank_accounts,
        ids.make_bank_account,
        [(0, 10**4), (0, LARGEST)],
    ),
    "cards": (columns.cards, ids.make_card, [(0, 300), (0, LARGEST)]),
    "logins": (columns.logins, ids.make_login, [(0, LARGEST)]),
    "macs": (columns.macs, ids.make_mac, [(0, LARGEST)]),
    "nat": (address_columns.nat_addresses, ids.make_nat_address, [(0, LARGEST)]),
    "household": (
        address_columns.household_addresses,
        ids.make_household_address,
        [(0, 2**17 + 15 * 2**24)],
    ),
    "ipv6": (address_columns.ipv6s, ids.make_ipv6, [(0, 2**16), (0, 2**16), (1, 256)]),
}
# These state a range; the others take any number.
BOUNDED = {
    *("id_numbers", "usccs", "cells", "bank_accounts", "household", "ipv6"),
}


def rows(ranges: Sequence[tuple[int, int]], n: int = ROWS) -> list[np.ndarray]:
    draw = np.random.default_rng(3)
    drawn = [draw.integers(low, high, n) for low, high in ranges]
    for column, (low, high) in zip(drawn, ranges, strict=True):
        column[: n // 50] = low + draw.integers(0, 3, n // 50) % (high - low)
        column[n // 50 : n // 25] = high - 1
        draw.shuffle(column)
    return drawn


@pytest.mark.parametrize("what", EQUAL)
def test_every_row_is_what_the_scalar_makes(what: str) -> None:
    column, scalar, ranges = EQUAL[what]
    arguments = rows(ranges)
    expected = list(map(scalar, *(a.tolist() for a in arguments)))
    made = column(*arguments)
    made.validate(full=True)
    assert made.to_pylist() == expected


@pytest.mark.parametrize("what", EQUAL)
def test_no_rows_are_an_empty_column(what: str) -> None:
    column, _, ranges = EQUAL[what]
    assert column(*rows(ranges, 0)).to_pylist() == []


@pytest.mark.parametrize("what", sorted(BOUNDED))
def test_what_does_not_fit_is_refused(what: str) -> None:
    column, _, ranges = EQUAL[what]
    low, high = ranges[0]
    for wrong in (low - 1, high):
        arguments = rows(ranges, 50)
        arguments[0][17] = wrong
        with pytest.raises(ValueError, match="fit"):
            column(*arguments)


@given(st.lists(st.integers(0, 2**64 - 1), max_size=30))
def test_deliveries_are_64_bit_words(words: list[int]) -> None:
    made = columns.deliveries(np.array(words, dtype=np.uint64))
    assert made.to_pylist() == [ids.make_delivery(w) for w in words]


@given(st.sampled_from("geun"), st.lists(st.integers(0, 2**62), max_size=30))
def test_handles_have_the_prefix_asked_for(prefix: str, numbers: list[int]) -> None:
    made = columns.handles(prefix, np.array(numbers, dtype=np.int64))
    assert made.to_pylist() == [ids.make_handle(prefix, n) for n in numbers]


def test_faces_are_letters_and_say_their_levels() -> None:
    levels = np.random.default_rng(5).integers(0, 16, (1_000, 32), dtype=np.uint8)
    assert columns.faces(levels).to_pylist() == [ids.make_face(row) for row in levels.tolist()]
    for wrong in (levels[:, :31], levels + np.uint8(1), levels[0]):
        with pytest.raises(ValueError, match="0 to 15"):
            columns.faces(wrong)


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="equal lengths"):
        columns.cards(np.arange(3), np.arange(4))
