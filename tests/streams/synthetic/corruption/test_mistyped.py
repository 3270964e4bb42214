"""Mistyped ID numbers: near the true one, of the safe range, and caught by their check digit."""

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from stdnum.iso7064 import mod_11_2

from streams.events import Registration
from streams.synthetic.chance import chance, draw_dice
from streams.synthetic.corruption.mistyped import mistype

NUMBERS = st.from_regex(r"\A09[0-9]{15}\Z").map(lambda body: body + mod_11_2.calc_check_digit(body))
DICE = st.integers(0, 2**64 - 1)


@given(st.lists(st.tuples(NUMBERS, DICE), min_size=1, max_size=50))
def test_a_mistyped_number_is_near_and_wrong(rows: list[tuple[str, int]]) -> None:
    numbers, dice = zip(*rows, strict=True)
    said = mistype(pa.array(numbers), np.array(dice, dtype=np.uint64)).to_pylist()
    for right, wrong in zip(numbers, said, strict=True):
        assert msgspec.convert({"opened": 0, "id_number": wrong}, Registration).id_number == wrong
        assert OSA.distance(right, wrong) == 1
        assert not mod_11_2.is_valid(wrong)


@given(st.lists(st.tuples(NUMBERS | st.none(), DICE), min_size=1, max_size=20), st.data())
def test_a_row_depends_on_itself(rows: list[tuple[str | None, int]], data: st.DataObject) -> None:
    numbers = pa.array([number for number, _ in rows], pa.string())
    dice = np.array([die for _, die in rows], dtype=np.uint64)
    at = data.draw(st.lists(st.integers(0, len(rows) - 1)))
    part = mistype(numbers.take(pa.array(at, pa.int64())), dice[at])
    said = mistype(numbers, dice).to_pylist()
    assert part.to_pylist() == [said[i] for i in at]
    assert [wrong is None for wrong in said] == [number is None for number, _ in rows]


def test_every_place_is_hit_and_both_ways() -> None:
    dice = draw_dice(chance(1, "dice"), 20_000)
    said = mistype(pa.array(["090123456789012340"] * 20_000), dice).to_pylist()
    changed = [
        tuple(i for i, (a, b) in enumerate(zip("090123456789012340", wrong, strict=True)) if a != b)
        for wrong in said
    ]
    assert {places for places in changed if len(places) == 1} == {(i,) for i in range(2, 16)}
    assert {places for places in changed if len(places) == 2} == {(i, i + 1) for i in range(2, 16)}


def test_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="has not 18 characters"):
        mistype(pa.array(["0900"]), np.zeros(1, dtype=np.uint64))
