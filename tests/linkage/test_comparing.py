"""Levels of many pairs at once are what the rule says of each, whatever the comparison."""

from itertools import product
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.comparing import Comparer, PairSet, batch_side
from linkage.comparison import Comparison, Level
from linkage.likeness import EQUAL, MISSING, NUMBERS, OTHER, SAME, SPELLING, TYPING, WORDS, Look
from linkage.schema import Schema

ROLES = ("x", "y", "z")
VALUES = (None, "high street", "street high", "high streets", "mill lane", "mil lane", "high")
LEVELS = tuple(Level(name, name) for name in "abcdefg")


def degree(look: Look, left: str | None, right: str | None) -> str:
    if left is None or right is None:
        return MISSING
    if left == right:
        return SAME
    if look.measure.grade is None:
        return OTHER
    return look.measure.degrees[look.measure.grade([left], [right])[0]]


@given(
    looks=st.lists(
        st.builds(
            Look,
            st.sampled_from(ROLES),
            st.sampled_from(ROLES),
            st.sampled_from([EQUAL, TYPING, SPELLING, WORDS]),
        ),
        min_size=1,
        max_size=4,
    ),
    seed=st.integers(0, 10**6),
    choices=st.sampled_from(["ab", "abcdefg", "aaaaaab"]),
)
@settings(max_examples=40, deadline=None)
def test_any_rule_over_any_looks_is_followed(looks: list[Look], seed: int, choices: str) -> None:
    rng = Random(seed)
    said = {d: rng.choice(choices) for d in product(*(look.degrees for look in looks))}
    made = Comparison("made", "Any?", ROLES, tuple(looks), LEVELS, lambda *d: said[d])
    schema = Schema.of(dict.fromkeys(ROLES, "text"), [("made", ROLES)], [("x",)])
    comparer = Comparer(schema, {"made": made})
    records = [tuple(rng.choice(VALUES) for _ in ROLES) for _ in range(12)]
    side = batch_side(comparer.encoder.encode(records))
    pairs = list(product(range(12), repeat=2))
    levels = comparer.levels(PairSet(side, side, *np.array(pairs).T))[0]
    for (i, j), level in zip(pairs, levels.tolist(), strict=True):
        one, other = (dict(zip(ROLES, records[k], strict=True)) for k in (i, j))
        degrees = [degree(look, one[look.left], other[look.right]) for look in looks]
        assert LEVELS[level].name == said[tuple(degrees)]


def test_quantities_are_near_by_shares_of_the_larger() -> None:
    pairs = [("100", "99"), ("100", "98.9"), ("100", "90"), ("100", "89"), ("1e+308", "-1e+308")]
    grades = NUMBERS.grade(*zip(*pairs, strict=True))
    assert [NUMBERS.degrees[grade] for grade in grades] == ["near", "far", "far", "other", "other"]
