"""Levels worked out by hand, and what the default model makes of them."""

import msgspec
import pytest

from linkage.comparison import load_comparisons
from linkage.model import Model
from linkage.people import people_schema
from tests.contracts.test_comparisons import COMPARISONS, FULL, agree


@pytest.mark.parametrize("label", [c.label for c in Model.default().comparisons])
def test_the_default_model_rates_same_above_different(label: str) -> None:
    (trained,) = [c for c in Model.default().comparisons if c.label == label]
    levels = {level.name: level for level in trained.levels}
    assert trained.levels[0].bits > 0.0
    assert trained.levels[0].bits == max(level.bits for level in trained.levels)
    assert abs(levels["missing"].bits) < 3.0
    assert sum(level.u for level in trained.levels) == pytest.approx(1.0, abs=1e-5)


def test_the_default_model_knows_every_comparison_of_people() -> None:
    wanted = people_schema(load_comparisons())
    assert Model.default().schema == wanted, "joinlens train --out linkage/models/default.json"


LEVELS = [
    ("name", {"surname": "wei", "given": "zhang"}, "swapped"),
    ("name", {"surname": "zhagn"}, "close_surname"),
    ("name", {"given": "wie"}, "close_given"),
    ("name", {"surname": "zhagn", "given": "wie"}, "close"),
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
    (found,) = agree(comparison, [(msgspec.structs.replace(FULL, **changes), FULL)])
    assert comparison.levels[found].name == level
