"""Laws of every comparison in the catalogue, dropped-in ones included."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.columns import stack
from linkage.comparison import Comparison, load_comparisons
from linkage.errors import CatalogueError
from linkage.linker import Linker
from linkage.model import LevelModel, Model
from linkage.normalise import normalise
from linkage.records import FIELDS, Identity, Record
from linkage.registry import Registry

COMPARISONS = load_comparisons()
EVERY = pytest.mark.parametrize("comparison", COMPARISONS.values(), ids=list(COMPARISONS))

WORDS = st.sampled_from(["li", "lin", "wei", "wang", "zhang", "zhagn", "a", "ab"])
RECORDS = st.builds(
    Record,
    id_number=st.none()
    | st.sampled_from(["090000198502131233", "090000198502131234", "09000019901231001X"]),
    surname=st.none() | WORDS,
    given=st.none() | WORDS,
    birth=st.none() | st.sampled_from(["1985-02-13", "1985-13-02", "1985-02-18", "1990-12-31"]),
    sex=st.none() | st.sampled_from("FM"),
    address=st.none() | st.sampled_from(["a1-s2-h3", "a1-s2-h4", "a1-s9-h3", "a7-s2-h3", "a1"]),
    phone=st.none() | st.sampled_from(["+999000000001", "+999000000002", "+999555555555"]),
    mail=st.none() | st.sampled_from(["wei.li7@example.com", "wei.li8@example.com"]),
)
PAIRS = st.lists(st.tuples(RECORDS, RECORDS), min_size=1, max_size=12)
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


def agree(comparison: Comparison, pairs: list[tuple[Record, Record]]) -> list[int]:
    left, right = stack([a for a, _ in pairs]), stack([b for _, b in pairs])
    return comparison.agree(left, right).tolist()


@EVERY
def test_it_explains_itself(comparison: Comparison) -> None:
    names = [level.name for level in comparison.levels]
    assert comparison.question.endswith("?")
    assert len(set(names)) == len(names) >= 3
    assert names[-1] == "missing"
    assert all(len(level.meaning) > 10 for level in comparison.levels)
    assert set(comparison.fields) <= set(FIELDS)
    assert set(comparison.depends) <= set(FIELDS) - set(comparison.fields)
    for level in comparison.levels:
        assert set(level.frequency) <= set(comparison.fields)


@EVERY
@given(pairs=PAIRS)
def test_every_pair_has_one_declared_level(
    comparison: Comparison, pairs: list[tuple[Record, Record]]
) -> None:
    levels = agree(comparison, pairs)
    assert len(levels) == len(pairs)
    assert all(0 <= level < len(comparison.levels) for level in levels)


@EVERY
@given(pairs=PAIRS)
def test_a_pair_is_judged_alone(comparison: Comparison, pairs: list[tuple[Record, Record]]) -> None:
    assert agree(comparison, pairs) == [agree(comparison, [pair])[0] for pair in pairs]


@EVERY
@given(pairs=PAIRS)
def test_left_and_right_count_the_same(
    comparison: Comparison, pairs: list[tuple[Record, Record]]
) -> None:
    assert agree(comparison, pairs) == agree(comparison, [(b, a) for a, b in pairs])


@EVERY
@given(pairs=PAIRS)
def test_fields_it_does_not_name_do_not_matter(
    comparison: Comparison, pairs: list[tuple[Record, Record]]
) -> None:
    others = dict.fromkeys(set(FIELDS) - set(comparison.fields))
    bare = [
        (msgspec.structs.replace(a, **others), msgspec.structs.replace(b, **others))
        for a, b in pairs
    ]
    assert agree(comparison, pairs) == agree(comparison, bare)


@EVERY
def test_same_is_the_first_level_and_nothing_is_the_last(comparison: Comparison) -> None:
    nothing, last = Record(), len(comparison.levels) - 1
    pairs = [(FULL, FULL), (FULL, nothing), (nothing, FULL), (nothing, nothing)]
    assert agree(comparison, pairs) == [0, last, last, last]


@EVERY
def test_no_pairs_have_no_levels(comparison: Comparison) -> None:
    empty = {field: np.empty(0, object) for field in FIELDS}
    assert len(comparison.agree(empty, empty)) == 0


@EVERY
def test_the_default_model_rates_same_above_different(comparison: Comparison) -> None:
    models = {c.name: c for c in Model.default().comparisons}
    assert comparison.name in models, "joinlens train --out linkage/models/default.json"
    trained = models[comparison.name]
    levels = {level.name: level for level in trained.levels}
    assert trained.levels[0].bits > 0.0
    assert trained.levels[0].bits == max(level.bits for level in trained.levels)
    assert abs(levels["missing"].bits) < 3.0
    assert sum(level.u for level in trained.levels) == pytest.approx(1.0, abs=1e-5)


DROPPED = '''
"""Is the sex the same?"""
from linkage.columns import present, same
from linkage.comparison import Comparison, Level, choose

def agree(left, right):
    known = present(left["sex"]) & present(right["sex"])
    return choose([same(left["sex"], right["sex"]), known], 2)

COMPARISON = Comparison(
    name="gender",
    question="Is the sex the same?",
    fields=("sex",),
    levels=(Level("same", "the same sex"), Level("other", "another"), Level("missing", "unknown")),
    agree=agree,
)
'''


def test_a_new_comparison_is_one_new_file(tmp_path: Path) -> None:
    (tmp_path / "gender.py").write_text(DROPPED)
    found = load_comparisons(tmp_path)
    assert list(found) == ["gender"]
    trained = msgspec.structs.replace(
        Model.default(),
        comparisons=(
            msgspec.structs.replace(
                Model.default().comparisons[0],
                name="gender",
                fields=("sex",),
                levels=(
                    LevelModel("same", 1.0, 0.5),
                    LevelModel("other", 0.25, 0.5),
                    LevelModel("missing", 1.0, 1.0),
                ),
            ),
        ),
        prior=0.5,
    )
    registry = Registry()
    registry.upsert(Identity(1, FULL))
    linker = Linker(trained, registry, catalogue=found)
    weights = [
        linker.identify([[msgspec.structs.replace(FULL, sex=sex)]])[0].weight
        for sex in ("M", "F", None)
    ]
    assert weights == [1.0, -1.0, 0.0]


def test_a_file_without_a_comparison_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(CatalogueError, match=r"empty\.py: exports no COMPARISON"):
        load_comparisons(tmp_path)


LEVELS = [
    ("name", {"surname": "wei", "given": "zhang"}, "swapped"),
    ("name", {"surname": "zhagn"}, "close"),
    ("name", {"surname": "wei", "given": "zhan"}, "close"),
    ("name", {"surname": "wang", "given": "li"}, "other"),
    ("name", {"surname": "li"}, "given_only"),
    ("name", {"given": "fang"}, "surname_only"),
    ("name", {"surname": None}, "given_alone"),
    ("name", {"given": None}, "surname_alone"),
    ("identity", {"birth": None}, "id"),
    ("identity", {"sex": "F"}, "id_birth_near"),
    ("identity", {"birth": "1985-13-02"}, "id_birth_near"),
    ("identity", {"birth": "1990-12-31"}, "id_birth_other"),
    ("identity", {"id_number": "090000198502131243"}, "id_near"),
    ("identity", {"id_number": None}, "birth"),
    ("identity", {"id_number": None, "birth": "1985-02-18"}, "birth_near"),
    ("identity", {"id_number": None, "birth": "1990-12-31"}, "birth_other"),
    ("identity", {"id_number": "09000019901231001X"}, "id_other_birth"),
    ("identity", {"id_number": "09000019901231001X", "sex": "F"}, "id_other_birth_near"),
    ("identity", {"id_number": "09000019901231001X", "birth": "1990-12-31"}, "other"),
    ("identity", {"id_number": None, "birth": None}, "missing"),
    ("address", {"address": "a1-s2-h9"}, "street"),
    ("address", {"address": "a1-s9-h3"}, "area"),
    ("address", {"address": "a12-s2-h3"}, "other"),
    ("phone", {"phone": "+999000000010"}, "near"),
    ("phone", {"phone": "+999123456789"}, "other"),
    ("mail", {"mail": "wei.zhang8@example.com"}, "other"),
]


@pytest.mark.parametrize(("name", "changes", "level"), LEVELS)
def test_levels_by_hand(name: str, changes: dict[str, str | None], level: str) -> None:
    comparison = COMPARISONS[name]
    (found,) = agree(comparison, [(normalise(msgspec.structs.replace(FULL, **changes)), FULL)])
    assert comparison.levels[found].name == level


def _agree_on(field: str, *, of: int = 2):
    """Return a plain two-sided comparison of one field, for mutants to be made from."""

    def plain(left, right):
        equal = np.equal(left[field], right[field])
        known = np.not_equal(left[field], None) & np.not_equal(right[field], None)
        return np.where(known, np.where(equal, 0, 1), of).astype(np.int8)

    return plain


def _mutant(agree_, **changes) -> Comparison:
    whole = {
        "name": "phone",
        "question": "Is it the same?",
        "fields": ("phone",),
        "levels": COMPARISONS["mail"].levels,
        "agree": agree_,
    }
    return Comparison(**(whole | changes))


def _one_sided(left, right):
    return np.where(np.equal(left["phone"], None), 2, np.equal(left["phone"], right["phone"]) ^ 1)


def _looks_at_neighbours(left, right):
    return np.sort(_agree_on("phone")(left, right))


def _chatty(left, right):
    return np.minimum(_agree_on("phone")(left, right), _agree_on("mail")(left, right))


MUTANTS = [
    (test_it_explains_itself, _mutant(_agree_on("phone"), question="no question")),
    (test_every_pair_has_one_declared_level, _mutant(_agree_on("phone", of=7))),
    (test_a_pair_is_judged_alone, _mutant(_looks_at_neighbours)),
    (test_left_and_right_count_the_same, _mutant(_one_sided)),
    (test_fields_it_does_not_name_do_not_matter, _mutant(_chatty)),
    (test_same_is_the_first_level_and_nothing_is_the_last, _mutant(_agree_on("phone", of=1))),
    (test_no_pairs_have_no_levels, _mutant(lambda left, right: np.zeros(1, np.int8))),
]


OTHER = msgspec.structs.replace(FULL, phone="+999555555555", mail="wei.li8@example.com")
BY_HAND = [
    (FULL, OTHER),
    (FULL, FULL),
    (FULL, msgspec.structs.replace(FULL, phone=None)),
    (FULL, msgspec.structs.replace(FULL, mail=None)),
    (FULL, msgspec.structs.replace(OTHER, mail=FULL.mail)),
]


def apply(law, comparison: Comparison) -> None:
    """Run a law on a few pairs by hand: to shrink a mutant's failure would take minutes."""
    if hasattr(law, "hypothesis"):
        law.hypothesis.inner_test(comparison=comparison, pairs=BY_HAND)
    else:
        law(comparison)


@pytest.mark.parametrize(("law", "mutant"), MUTANTS, ids=[law.__name__ for law, _ in MUTANTS])
def test_each_law_kills_a_mutant(law, mutant: Comparison) -> None:
    with pytest.raises(AssertionError):
        apply(law, mutant)


def test_the_plain_comparison_that_mutants_are_made_from_passes() -> None:
    for law, _ in MUTANTS:
        apply(law, _mutant(_agree_on("phone")))
