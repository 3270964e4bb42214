"""Weights that can be checked by hand, and what a wrong model says."""

from math import log2

import msgspec
import pytest

from linkage.comparison import load_comparisons
from linkage.decision import Decision, Thresholds, decide
from linkage.dependence import Dependence, Kind
from linkage.errors import SchemaError
from linkage.linker import Linker
from linkage.model import FORMAT, ComparisonModel, LevelModel, Model, TermFrequencies
from linkage.records import Identity, Record
from linkage.registry import Registry
from linkage.schema import Compare, Field, Key, Schema

KINDS = {"surname": "name", "given": "name", "phone": "phone"}


SCHEMA = Schema(
    fields=tuple(Field(name, kind) for name, kind in KINDS.items()),
    compare=(Compare("phone", ("phone",)), Compare("name", ("surname", "given"))),
    keys=(Key("phone", ("phone",)), Key("name", ("surname", "given"))),
)


def levels(compare: Compare, **known: tuple[float, float]) -> ComparisonModel:
    return ComparisonModel(
        compare.label,
        tuple(
            LevelModel(level.name, *known.get(level.name, (1.0, 1.0)))
            for level in load_comparisons()[compare.comparison].levels
        ),
    )


@pytest.fixture
def model() -> Model:
    """Prior odds 1/16; a phone says 8 or -2 bits, a name 4; half of all people are called Li."""
    return Model(
        format=FORMAT,
        schema=SCHEMA,
        prior=1 / 17,
        comparisons=(
            levels(SCHEMA.compare[0], same=(0.5, 1 / 512), other=(0.25, 1.0)),
            levels(SCHEMA.compare[1], exact=(0.5, 1 / 32), other=(1 / 64, 1.0)),
        ),
        frequencies={"surname": TermFrequencies(1.0, {"li": 7, "wu": 3, "xi": 3})},
        report=Model.default().report,
    )


# shares: li 8/17... total = 13 + 1 * 4 = 17, so li 8/17, wu 4/17, xi 4/17, unseen 1/17
MEAN = (8**2 + 4**2 + 4**2) / 17**2
TABLE = [
    (Record(phone="+9991"), -4 + 8),
    (Record(phone="+9995550"), -4 - 2),
    (Record(), None),
    (Record(surname="li", given="na", phone="+9991"), -4 + 8 + 4 + log2(MEAN / (8 / 17))),
    (Record(surname="xx", given="yy", phone="+9991"), -4 + 8 - 6),
]


@pytest.mark.parametrize(("record", "bits"), TABLE)
def test_weights_by_hand(model: Model, record: Record, bits: float | None) -> None:
    registry = Registry(SCHEMA)
    registry.upsert(Identity(1, Record(surname="Li", given="Na", phone="+9991")))
    registry.upsert(Identity(2, Record(surname="Bo", given="Bo", phone="+9995550")))
    registry.erase(2)
    decision = Linker(model, registry).identify([[record]])[0]
    if bits is None or decision.person is None:
        assert decision == Decision("non-link", None, 0.0, None, 0.0)
    else:
        assert decision.weight == pytest.approx(bits, abs=1e-12)


def test_a_rare_surname_says_more_than_a_common_one(model: Model) -> None:
    registry = Registry(SCHEMA)
    weights = []
    for person, surname in enumerate(["li", "wu", "oz"]):
        record = Record(surname=surname, given="na")
        registry.upsert(Identity(person, record))
        weights.append(Linker(model, registry).identify([[record]])[0].weight)
    assert weights[1] - weights[0] == pytest.approx(log2(8 / 4))
    assert weights[2] - weights[1] == pytest.approx(log2(4 / 1))


RULE = Thresholds(link=7, review=1, margin=3)
DECISIONS = [
    (7.0, None, "link", 6.0),
    (6.9, None, "review", 5.9),
    (1.0, None, "review", 0.0),
    (0.9, None, "non-link", -0.1),
    (9.0, 6.0, "link", 3.0),
    (9.0, 6.1, "review", 2.9),
    (0.0, -9.0, "non-link", 9.0),
]


@pytest.mark.parametrize(("best", "second", "status", "margin"), DECISIONS)
def test_decisions_by_hand(best: float, second: float | None, status: str, margin: float) -> None:
    decision = decide(RULE, [(4, best)] if second is None else [(4, best), (5, second)])
    assert (decision.status, decision.person) == (status, 4)
    assert decision.runner_up == (None if second is None else 5)
    assert decision.margin == pytest.approx(margin)


def test_thresholds_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(SchemaError, match=r"link 1.* below review 3"):
        Thresholds(link=1, review=3, margin=0)
    with pytest.raises(SchemaError, match=r"margin -1.* negative"):
        Thresholds(link=3, review=1, margin=-1)


def test_json_round_trip_keeps_model_and_version(model: Model) -> None:
    again = Model.decode(model.encode())
    assert again == model
    assert again.version == model.version != Model.default().version


def test_the_version_depends_on_the_content(model: Model) -> None:
    assert msgspec.structs.replace(model, prior=0.25).version != model.version


WRONG = [
    (lambda m: m.encode().replace(b'"format": 3', b'"format": 9'), r"format is 9.*reads 3"),
    (lambda m: m.encode().replace(b'"prior"', b'"prio"'), r"missing required field `prior`"),
    (lambda m: msgspec.structs.replace(m, prior=1.5).encode(), r"prior is 1\.5"),
    (lambda m: b"{", r"truncated"),
]


@pytest.mark.parametrize(("spoil", "message"), WRONG)
def test_a_wrong_model_says_what_is_wrong(model: Model, spoil, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        Model.decode(spoil(model))


def test_a_probability_of_zero_is_refused(model: Model) -> None:
    phone = levels(SCHEMA.compare[0], same=(0.5, 0.0))
    spoilt = msgspec.structs.replace(model, comparisons=(phone, model.comparisons[1]))
    with pytest.raises(SchemaError, match=r"u of phone\(phone\)\.same is 0\.0"):
        Model.decode(spoilt.encode())


def test_a_model_with_other_levels_than_the_code_is_refused(model: Model) -> None:
    phone = msgspec.structs.replace(model.comparisons[0], levels=model.comparisons[0].levels[1:])
    spoilt = msgspec.structs.replace(model, comparisons=(phone, model.comparisons[1]))
    with pytest.raises(SchemaError, match=r"'phone\(phone\)' was trained with .* train again"):
        Linker(spoilt, Registry(SCHEMA))


def test_kinds_of_other_shape_are_refused(model: Model) -> None:
    flat = tuple(tuple(1.0 for _ in one.levels) for one in model.comparisons)
    for kind, message in (
        (Kind(0.5, flat[:1]), "must have levels as comparisons"),
        (Kind(0.0, flat), "above 0"),
    ):
        spoilt = msgspec.structs.replace(model, dependence=Dependence((), (kind,)))
        with pytest.raises(SchemaError, match=message):
            Model.decode(spoilt.encode())
