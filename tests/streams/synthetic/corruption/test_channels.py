"""Channels: each does what its name says, as often as its rate says, by person and by row."""

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.records import FIELDS
from streams.events import Registration
from streams.synthetic.chance import Floats, chance, draw_dice
from streams.synthetic.corruption.channels import (
    CHANNELS,
    STRATA,
    Context,
    Form,
    plan_claims,
    plan_faults,
    spoil,
)
from streams.synthetic.corruption.disagreement import disagreement
from streams.synthetic.corruption.errors import CLEAN, ERRORS, HARD, TYPICAL, Errors
from streams.synthetic.names import GIVEN_NAMES, GIVEN_SHARES, SURNAME_SHARES, SURNAMES

ALL = 2 ** len(CHANNELS) - 1
BIT = {channel.name: 1 << i for i, channel in enumerate(CHANNELS)}
# Written out here, so that a channel wired to another field is noticed.
CHANGES = {
    "stale": ("surname", "address", "phone"),
    "copied": ("birth", "address", "phone", "mail"),
    "nickname": ("given",),
    **dict.fromkeys(("phonetic", "typo", "keyboard", "ocr"), ("surname", "given")),
    "missing": ("surname", "given", "birth", "sex", "address", "phone", "mail"),
}
SINGLE = {f"{kind}_{field}": field for kind, fields in CHANGES.items() for field in fields}
SINGLE |= {"swapped_day_month": "birth", "misread_birth": "birth", "ocr_birth": "birth"}
SINGLE |= {"wrong_sex": "sex", "slip_phone": "phone", "slip_address": "address"}
SINGLE |= {"typo_mail": "mail"}


def strings(values) -> pa.StringArray:
    return pa.array(values, pa.string())


def people(n: int, seed: int) -> Form:
    """Return n made-up people's forms, with names as common as in the world."""
    draw = chance(seed, "people")
    days = np.datetime64("1930-01-01") + draw.integers(0, 27_000, n)
    return {
        "id_number": strings([f"0900{i:013d}X" for i in range(n)]),
        "surname": strings([SURNAMES[i] for i in draw.choice(400, n, p=SURNAME_SHARES)]),
        "given": strings([GIVEN_NAMES[i] for i in draw.choice(4000, n, p=GIVEN_SHARES)]),
        "birth": strings(days.astype(str)),
        "sex": strings(np.array(["F", "M"])[draw.integers(0, 2, n)]),
        "address": strings([f"a{a}-s{s}-h{h}" for a, s, h in draw.integers(1, 300, (n, 3))]),
        "phone": strings([f"+999{number:09d}" for number in draw.integers(0, 10**9, n)]),
        "mail": strings([f"u{number:04d}x@example.com" for number in draw.integers(0, 9999, n)]),
    }


def around(n: int, seed: int, married: float = 0.08) -> Context:
    """Return what errors draw on: a mate for two in three, a former surname for the married."""
    draw = chance(seed, "around")
    mates, former = people(n, seed + 1), people(n, seed + 2)
    alone, never = draw.random(n) < 1 / 3, draw.random(n) >= married

    def but_for(column: pa.StringArray, nobody: np.ndarray) -> pa.StringArray:
        return pa.array(column.to_pylist(), pa.string(), mask=nobody)

    return Context(
        dice=draw_dice(draw, n),
        mate={field: but_for(column, alone) for field, column in mates.items()},
        former_address=former["address"],
        former_phone=former["phone"],
        former_surname=but_for(former["surname"], never),
    )


def rows_of(form: Form) -> list[dict[str, str | None]]:
    return pa.table(form).to_pylist()


def at(form: Form, context: Context, places: list[int]) -> tuple[Form, Context]:
    index = pa.array(places, pa.int64())
    return {field: column.take(index) for field, column in form.items()}, Context(
        context.dice[places],
        {field: column.take(index) for field, column in context.mate.items()},
        *(column.take(index) for column in context[2:]),
    )


N = 400
TRUE, CONTEXT = people(N, 1), around(N, 1, married=0.5)


def masks(n: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.just(0) | st.integers(0, ALL), min_size=n, max_size=n)


@pytest.mark.parametrize("channel", CHANNELS, ids=[c.name for c in CHANNELS])
def test_a_channel_changes_its_fields_and_no_other(channel) -> None:
    said = spoil(TRUE, np.full(N, BIT[channel.name]), CONTEXT)
    changed = {field for field in FIELDS if said[field] != TRUE[field]}
    name = channel.name
    assert changed == ({SINGLE[name]} if name in SINGLE else {"surname", "given"})
    assert changed == set(channel.fields)


def test_what_the_plain_channels_say() -> None:
    def after(name: str, field: str) -> list[str | None]:
        return spoil(TRUE, np.full(N, BIT[name]), CONTEXT)[field].to_pylist()

    for field in ("surname", "given", "birth", "sex", "address", "phone", "mail"):
        assert after(f"missing_{field}", field) == [None] * N
    assert after("swapped_names", "surname") == TRUE["given"].to_pylist()
    assert after("swapped_names", "given") == TRUE["surname"].to_pylist()
    assert after("stale_address", "address") == CONTEXT.former_address.to_pylist()
    assert after("stale_phone", "phone") == CONTEXT.former_phone.to_pylist()
    own, before = TRUE["surname"].to_pylist(), CONTEXT.former_surname.to_pylist()
    assert after("stale_surname", "surname") == [b or o for o, b in zip(own, before, strict=True)]
    for field in ("phone", "mail", "address", "birth"):
        own, mates = TRUE[field].to_pylist(), CONTEXT.mate[field].to_pylist()
        expected = [mate or o for o, mate in zip(own, mates, strict=True)]
        assert None in mates
        assert after(f"copied_{field}", field) == expected


@pytest.mark.parametrize(
    ("kind", "field", "value", "said"),
    [
        *(("phonetic", field, "Zhang", {"Zang", "Zhan"}) for field in ("surname", "given")),
        *(("ocr", field, "Hua", {"Bua", "Hva", "Huo"}) for field in ("surname", "given")),
        *(("keyboard", field, "A", {"Q", "W", "S", "Z"}) for field in ("surname", "given")),
        *(("typo", field, "Li", {"I", "L", "Il"}) for field in ("surname", "given")),
        ("nickname", "given", "Weiming", {"Wei", "Weiwei", "Ming", "Mingming"}),
        ("swapped_day_month", "birth", "1990-02-08", {"1990-08-02"}),
        ("misread", "birth", "2003-02-29", {"2000-02-29", "2004-02-29", "2008-02-29"}),
        ("ocr", "birth", "1955-02-24", {"1956-02-24", "1955-07-24", "1955-02-21"}),
        ("slip", "phone", "+999000000000", {"+999800000000", "+999000000080"}),
        ("slip", "address", "a1-s1-h1", {"a1-s1-h2", "a1-s1-h9"}),
    ],
)
def test_what_the_others_say(kind: str, field: str, value: str, said: set[str]) -> None:
    name = kind if kind in BIT else f"{kind}_{field}"
    form = {**TRUE, field: strings([value] * N)}
    found = set(spoil(form, np.full(N, BIT[name]), CONTEXT)[field].to_pylist())
    assert found >= said
    assert found == said or kind in ("typo", "slip")


def test_channels_hit_in_their_order() -> None:
    both = np.full(N, BIT["swapped_names"] | BIT["missing_surname"])
    said = spoil(TRUE, both, CONTEXT)
    assert said["given"] == TRUE["surname"]
    assert said["surname"].null_count == N


@settings(max_examples=50, deadline=None)
@given(masks(N))
def test_what_is_spoiled_stays_synthetic(mask: list[int]) -> None:
    said = spoil(TRUE, np.array(mask), CONTEXT)
    for row in rows_of(said):
        msgspec.convert({"opened": 0, **row}, Registration)
    untouched = np.flatnonzero(np.array(mask) == 0)
    before, after = rows_of(TRUE), rows_of(said)
    assert [after[i] for i in untouched] == [before[i] for i in untouched]


@settings(max_examples=50, deadline=None)
@given(masks(30), st.lists(st.integers(0, 29), max_size=40))
def test_a_row_depends_on_itself(mask: list[int], places: list[int]) -> None:
    form, context = at(TRUE, CONTEXT, list(range(30)))
    whole = rows_of(spoil(form, np.array(mask), context))
    part = spoil(*_masked(form, mask, context, places))
    assert rows_of(part) == [whole[i] for i in places]


def _masked(form: Form, mask: list[int], context: Context, places: list[int]):
    some, near = at(form, context, places)
    return some, np.array(mask, dtype=np.int64)[places], near


def test_the_form_given_stays_as_it_is() -> None:
    before = rows_of(TRUE)
    said = spoil(TRUE, np.full(N, ALL), CONTEXT)
    assert rows_of(TRUE) == before
    assert rows_of(said) != before
    assert all(isinstance(column, pa.StringArray) for column in said.values())


@settings(deadline=None)
@given(st.integers(0, ALL))
def test_who_said_nothing_is_misread_nowhere(mask: int) -> None:
    """Only an old or a housemate's value can stand where there was none."""
    for name in SINGLE:
        if name.startswith(("stale", "copied")):
            mask &= ~BIT[name]
    nothing = {field: pa.nulls(5, pa.string()) for field in FIELDS}
    said = spoil(nothing, np.full(5, mask), at(TRUE, CONTEXT, [0, 1, 2, 3, 4])[1])
    assert all(column.null_count == 5 for column in said.values())


def test_channels_do_not_share_their_chance() -> None:
    """The same word under the same die goes wrong differently as surname and as forename."""
    form = {**TRUE, "given": TRUE["surname"]}
    mask = np.full(N, BIT["typo_surname"] | BIT["typo_given"])
    said = spoil(form, mask, CONTEXT)
    same = np.mean(np.array(said["surname"]) == np.array(said["given"]))
    assert same < 0.1


@pytest.mark.parametrize("errors", ERRORS.values(), ids=list(ERRORS))
def test_rates_are_as_documented(errors: Errors) -> None:
    n = 200_000
    faults = plan_faults(chance(1, "faults"), np.ones(n), errors)
    for bit, channel in enumerate(CHANNELS):
        found, rate = float((faults >> bit & 1).mean()), errors.rates.get(channel.name, 0.0)
        assert abs(found - rate) <= 6 * np.sqrt(rate / n), channel.name
    claims = np.bincount(plan_claims(chance(1, "claims"), np.ones(n), errors), minlength=4) / n
    assert claims == pytest.approx(errors.claimed, abs=0.005)
    assert len(claims) == len(STRATA)


def test_errors_come_by_person() -> None:
    propensity = np.repeat([0.1, 1.9], 100_000)
    faults = plan_faults(chance(1, "faults"), propensity, TYPICAL) != 0
    assert faults[100_000:].mean() > 8 * faults[:100_000].mean()
    claims = plan_claims(chance(1, "claims"), propensity, TYPICAL)
    assert (claims[100_000:] != 0).mean() > 8 * (claims[:100_000] != 0).mean()
    assert (claims != 0).mean() == pytest.approx(1 - TYPICAL.claimed[0], abs=0.005)


def test_nobody_errs_beyond_certainty() -> None:
    claims = plan_claims(chance(1, "claims"), np.full(1000, 1e6), HARD)
    assert set(claims) == {STRATA.index("borrowed")}
    faults = plan_faults(chance(1, "faults"), np.full(1000, 1e6), HARD)
    assert set(faults) == {ALL}


def test_a_rate_for_no_channel_is_refused() -> None:
    errors = Errors("own", {"typo_surnam": 0.1}, (1.0, 0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="'own' has a rate for 'typo_surnam': no such channel"):
        plan_faults(chance(1, "faults"), np.ones(1), errors)


def realised(errors: Errors, n: int) -> dict[str, float]:
    """Return the share of disagreement by field among n people of mean propensity 1."""
    propensity: Floats = chance(1, "errs").lognormal(-(0.8**2) / 2, 0.8, n)
    true = people(n, 7)
    mask = plan_faults(chance(1, "faults"), propensity, errors)
    table = disagreement(true, spoil(true, mask, around(n, 7)), mask)
    fields = table[table["channel"] == "any"].set_index("field")
    return dict(fields["share"])


def test_the_hard_preset_disagrees_as_often_as_published() -> None:
    found = realised(HARD, 100_000)
    assert found["surname"] == pytest.approx(0.18, abs=0.015)
    assert found["given"] == pytest.approx(0.12, abs=0.015)
    assert found["sex"] == pytest.approx(0.017, abs=0.003)
    assert found["birth"] == pytest.approx(0.06, abs=0.015)
    assert found["address"] == pytest.approx(0.165, abs=0.03)


def test_the_typical_preset_is_mild_and_the_clean_one_clean() -> None:
    found = realised(TYPICAL, 50_000)
    assert 0.02 < found["surname"] < 0.035
    assert 0.02 < found["given"] < 0.035
    assert max(found.values()) < 0.06
    assert set(realised(CLEAN, 1000).values()) == {0.0}
