"""Laws of every comparison in the catalogue, dropped-in ones included."""

from dataclasses import make_dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.comparing import Comparer, PairSet, batch_side
from linkage.comparison import Comparison, load_comparisons
from linkage.dependence import Dependence
from linkage.errors import CatalogueError, SchemaError
from linkage.likeness import EQUAL, MISSING, NEAR, OTHER, SAME, TYPING, Look, Measure
from linkage.linker import Linker
from linkage.model import ComparisonModel, LevelModel, Model
from linkage.people import people_schema
from linkage.records import Identity, Record
from linkage.registry import Registry
from linkage.schema import Compare, Field, Key, Schema

COMPARISONS = load_comparisons()
EVERY = pytest.mark.parametrize("comparison", COMPARISONS.values(), ids=list(COMPARISONS))

KINDS_BY_ROLE = {f.name: f.kind for f in people_schema(COMPARISONS).fields} | {
    "number_or_code": "code",
    "day": "date",
    "quantity": "number",
}
WORDS = ["li", "lin", "wei", "wang", "zhang", "zhagn", "a", "ab"]
POOLS = {
    "id_number": ["090000198502131233", "090000198502131234", "09000019901231001X"],
    "surname": WORDS,
    "given": WORDS,
    "birth": ["1985-02-13", "1985-13-02", "1985-02-18", "1990-12-31"],
    "sex": ["F", "M"],
    "address": ["a1-s2-h3", "a1-s2-h4", "a1-s9-h3", "a7-s2-h3", "a1"],
    "phone": ["+999000000001", "+999000000002", "+999555555555"],
    "mail": ["wei.li7@example.com", "wei.li8@example.com"],
    "number_or_code": ["2042", "2043", "2403", "9"],
    "day": ["1985-02-13", "1985-13-02", "1985-07-18", "1990-12-31"],
    "quantity": ["100", "100.5", "95", "7", "0"],
    "category": ["nsw", "vic"],
    "word": ["canberra", "canbera", "carlton", "perth"],
    "phrase": ["high street", "street high", "high streets", "mill lane", "mill high lane"],
}
"""Values of every role; a comparison with a new role has its own under its name."""
Sample = make_dataclass("Sample", [(role, Any, None) for role in POOLS])
SAMPLES = st.builds(Sample, **{r: st.none() | st.sampled_from(v) for r, v in POOLS.items()})
PAIRS = st.lists(st.tuples(SAMPLES, SAMPLES), min_size=1, max_size=12)
FULL = Record(
    id_number="090000198502131233",
    surname="zhang",
    given="wei",
    birth="1985-02-13",
    sex="M",
    address="a1-s2-h3",
    phone="+999000000001",
    mail="wei.zhang7@example.com",
)
WHOLE = Sample(**{r: getattr(FULL, r, values[0]) for r, values in POOLS.items()})


def schema_of(comparison: Comparison) -> Schema:
    """Return a schema in which the comparison's roles are the fields."""
    return Schema(
        fields=tuple(Field(name, KINDS_BY_ROLE.get(name, "text")) for name in comparison.roles),
        compare=(Compare(comparison.name, comparison.roles),),
        keys=(Key("any", (comparison.roles[0],)),),
    )


COMPARERS: dict[int, tuple[Comparison, Comparer]] = {}


def agree(comparison: Comparison, pairs: list[tuple[Any, Any]]) -> list[int]:
    if id(comparison) not in COMPARERS:
        made = Comparer(schema_of(comparison), {comparison.name: comparison})
        COMPARERS[id(comparison)] = comparison, made
    _, comparer = COMPARERS[id(comparison)]
    canonical, encode = comparer.encoder.canonical, comparer.encoder.encode
    sides = [batch_side(encode([canonical(pair[i]) for pair in pairs])) for i in (0, 1)]
    rows = np.arange(len(pairs))
    return comparer.levels(PairSet(*sides, rows, rows))[0].tolist()


@EVERY
def test_it_explains_itself(comparison: Comparison) -> None:
    names = [level.name for level in comparison.levels]
    assert comparison.question.endswith("?")
    assert len(set(names)) == len(names) >= 3
    assert names[-1] == "missing"
    assert all(len(level.meaning) > 10 for level in comparison.levels)
    seen = {role for look in comparison.looks for role in (look.left, look.right)}
    assert seen <= set(comparison.roles) | set(comparison.derived)
    graded = [look for look in comparison.looks if look.measure.grade is not None]
    assert {role for look in graded for role in (look.left, look.right)} <= set(comparison.roles)
    for level in comparison.levels:
        assert set(level.frequency) <= set(comparison.roles)


@EVERY
@given(pairs=PAIRS)
def test_a_pair_is_judged_alone(comparison: Comparison, pairs: list[tuple[Any, Any]]) -> None:
    assert agree(comparison, pairs) == [agree(comparison, [pair])[0] for pair in pairs]


@EVERY
@given(pairs=PAIRS)
def test_left_and_right_count_the_same(
    comparison: Comparison, pairs: list[tuple[Any, Any]]
) -> None:
    assert agree(comparison, pairs) == agree(comparison, [(b, a) for a, b in pairs])


@EVERY
@given(pairs=PAIRS)
def test_strings_are_only_left_unread_where_they_do_not_matter(
    comparison: Comparison, pairs: list[tuple[Any, Any]]
) -> None:
    names = [level.name for level in comparison.levels]
    by_rule = [by_the_rule(comparison, a, b) for a, b in pairs]
    assert [names[level] for level in agree(comparison, pairs)] == by_rule


def by_the_rule(comparison: Comparison, left: Any, right: Any) -> str:
    """Return the level with every look graded, whether or not it can change the level."""
    return comparison.rule(
        *(
            degree(look, _role(comparison, left, look.left), _role(comparison, right, look.right))
            for look in comparison.looks
        )
    )


def _role(comparison: Comparison, record: Any, role: str) -> str | None:
    if role in comparison.derived:
        of, transform = comparison.derived[role]
        value = getattr(record, of)
        return None if value is None else transform(value)
    return getattr(record, role)


def degree(look: Look, left: str | None, right: str | None) -> str:
    if left is None or right is None:
        return MISSING
    if left == right:
        return SAME
    if look.measure.grade is None:
        return OTHER
    return look.measure.degrees[look.measure.grade([left], [right])[0]]


@EVERY
def test_same_is_the_first_level_and_nothing_is_the_last(comparison: Comparison) -> None:
    nothing, last = Sample(), len(comparison.levels) - 1
    pairs = [(WHOLE, WHOLE), (WHOLE, nothing), (nothing, WHOLE), (nothing, nothing)]
    assert agree(comparison, pairs) == [0, last, last, last]


@EVERY
def test_no_pairs_have_no_levels(comparison: Comparison) -> None:
    assert agree(comparison, []) == []


DROPPED = '''
"""Is the sex the same?"""
from linkage.comparison import Comparison, Level
from linkage.likeness import EQUAL, Look

COMPARISON = Comparison(
    name="gender",
    question="Is the sex the same?",
    roles=("sex",),
    looks=(Look("sex", "sex", EQUAL),),
    levels=(Level("same", "the same sex"), Level("other", "another"), Level("missing", "unknown")),
    rule=lambda sex: sex,
)
'''


def test_a_new_comparison_is_one_new_file(tmp_path: Path) -> None:
    (tmp_path / "gender.py").write_text(DROPPED)
    found = load_comparisons(tmp_path)
    assert list(found) == ["gender"]
    levels = (("same", 1.0), ("other", 0.25), ("missing", 0.5))
    trained = msgspec.structs.replace(
        Model.default(),
        schema=people_schema(found),
        comparisons=(
            ComparisonModel("gender(sex)", tuple(LevelModel(n, m, 0.5) for n, m in levels)),
        ),
        prior=0.5,
        dependence=Dependence(),
    )
    registry = Registry(trained.schema, catalogue=found)
    registry.upsert(Identity(1, FULL))
    linker = Linker(trained, registry, catalogue=found)
    weights = [
        linker.identify([[msgspec.structs.replace(FULL, sex=sex)]])[0].weight
        for sex in ("M", "F", None)
    ]
    assert weights == [1.0, -1.0, 0.0]


def test_a_rule_that_says_what_is_no_level_is_named() -> None:
    with pytest.raises(SchemaError, match=r"'phone': its rule says 'perhaps' of .*missing"):
        agree(_phone(rule=lambda _: "perhaps"), [(FULL, FULL)])


def test_a_file_without_a_comparison_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(CatalogueError, match=r"empty\.py: exports no COMPARISON"):
        load_comparisons(tmp_path)


def _phone(**changes: Any) -> Comparison:
    """Return a plain comparison of phone numbers, for mutants to be made from."""
    return replace(COMPARISONS["phone"], **changes)


def _graded(grade) -> Comparison:
    return _phone(looks=(Look("phone", "phone", Measure((NEAR, OTHER), grade)),))


def _by_neighbours(left, right):
    return np.arange(len(left), dtype=np.int8) % 2


def _one_sided(left, right):
    return np.array([a > b for a, b in zip(left, right, strict=True)], np.int8)


class _Hasty(Comparison):
    """Leaves strings unread wherever they are unequal."""

    open = (np.zeros(4, np.bool_),)


MUTANTS = [
    (test_it_explains_itself, _phone(question="no question")),
    (test_it_explains_itself, _phone(looks=(Look("mail", "mail", EQUAL),))),
    (test_a_pair_is_judged_alone, _graded(_by_neighbours)),
    (test_left_and_right_count_the_same, _graded(_one_sided)),
    (
        test_strings_are_only_left_unread_where_they_do_not_matter,
        _Hasty(**{f: getattr(_phone(), f) for f in Comparison.__dataclass_fields__}),
    ),
    (
        test_same_is_the_first_level_and_nothing_is_the_last,
        _phone(rule=lambda phone: OTHER if phone == MISSING else phone),
    ),
]

OTHERS = msgspec.structs.replace(FULL, phone="+999555555555", mail="wei.li8@example.com")
NEARLY = msgspec.structs.replace(FULL, phone="+999000000010")
BY_HAND = [
    (WHOLE, WHOLE),
    (WHOLE, Sample()),
    *((replace(WHOLE, phone=one.phone), replace(WHOLE, phone=other.phone, mail=other.mail))
      for one, other in ((FULL, OTHERS), (OTHERS, FULL), (FULL, NEARLY), (NEARLY, OTHERS))),
]  # fmt: skip


def apply(law, comparison: Comparison) -> None:
    """Run a law on a few pairs by hand: to shrink a mutant's failure would take minutes."""
    if hasattr(law, "hypothesis"):
        law.hypothesis.inner_test(comparison=comparison, pairs=BY_HAND)
    else:
        law(comparison)


@pytest.mark.parametrize(("law", "mutant"), MUTANTS)
def test_each_law_kills_a_mutant(law, mutant: Comparison) -> None:
    with pytest.raises(AssertionError):
        apply(law, mutant)


def test_the_plain_comparison_that_mutants_are_made_from_passes() -> None:
    for law, _ in MUTANTS:
        apply(law, _phone(looks=(Look("phone", "phone", TYPING),)))
