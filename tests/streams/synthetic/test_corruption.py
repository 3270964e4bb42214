"""Errors: each channel does what its name says, as often as its rate says, and by person."""

import re

import numpy as np
import pytest

from linkage.records import FIELDS, Record
from streams.suspicion import pattern_of
from streams.synthetic import identifiers as ids
from streams.synthetic.chance import Roll, chance
from streams.synthetic.corruption import (
    CHANNELS,
    CLAIMED,
    Context,
    Form,
    mistype,
    plan_claims,
    plan_faults,
    spoil,
)

TRUE = Record(
    id_number="09001719900228003X",
    surname="Li",
    given="Weiming",
    birth="1990-02-08",
    sex="M",
    address="a1-s1-h1",
    phone="+999000000001",
    mail="li@example.com",
)
MATE = Record(phone="+999000000002", mail="mate@example.com")
CHANGES = {
    "stale_address": "address",
    "stale_phone": "phone",
    "copied_phone": "phone",
    "copied_mail": "mail",
    "typo_surname": "surname",
    "typo_given": "given",
    "keyboard_surname": "surname",
    "keyboard_given": "given",
    "swapped_day_month": "birth",
    "misread_birth": "birth",
    "missing_birth": "birth",
    "missing_sex": "sex",
    "missing_address": "address",
    "missing_phone": "phone",
    "missing_mail": "mail",
}


def spoiled(mask: int, die: int) -> Form:
    form: Form = {field: getattr(TRUE, field) for field in FIELDS}
    spoil(form, mask, Context(Roll(die), MATE, "a9-s9-h9", "+999000000009"))
    return form


@pytest.mark.parametrize("bit", range(len(CHANNELS)), ids=[c.name for c in CHANNELS])
def test_a_channel_changes_its_field_and_no_other(bit: int) -> None:
    name = CHANNELS[bit].name
    fields = {CHANGES[name]} if name in CHANGES else {"surname", "given"}
    changed = set()
    for die in range(40):
        form = spoiled(1 << bit, die)
        changed |= {f for f in FIELDS if form[f] != getattr(TRUE, f)}
    assert changed == fields


def test_what_is_spoiled_stays_synthetic() -> None:
    gates = {
        "surname": re.compile(pattern_of(ids.Name)),
        "given": re.compile(pattern_of(ids.Name)),
        "birth": re.compile(pattern_of(ids.Birth)),
    }
    for die in range(2000):
        form = spoiled(chance(1, "mask", die).integers(1, 2 ** len(CHANNELS)).item(), die)
        for field, gate in gates.items():
            assert form[field] is None or gate.search(str(form[field]))


def test_nobody_is_spoiled_without_a_fault() -> None:
    assert spoiled(0, 1) == {field: getattr(TRUE, field) for field in FIELDS}


def test_rates_are_as_documented() -> None:
    n = 200_000
    faults = plan_faults(chance(1, "faults"), np.ones(n))
    for bit, channel in enumerate(CHANNELS):
        found = float((faults >> bit & 1).mean())
        assert abs(found - channel.rate) < 6 * np.sqrt(channel.rate / n), channel.name
    claims = np.bincount(plan_claims(chance(1, "claims"), np.ones(n)), minlength=4) / n
    assert np.abs(claims - CLAIMED).max() < 0.005


def test_errors_come_by_person() -> None:
    propensity = np.repeat([0.1, 1.9], 100_000)
    faults = plan_faults(chance(1, "faults"), propensity) != 0
    assert faults[100_000:].mean() > 8 * faults[:100_000].mean()
    claims = plan_claims(chance(1, "claims"), propensity)
    assert (claims[100_000:] != 0).mean() > 8 * (claims[:100_000] != 0).mean()
    assert abs((claims != 0).mean() - (1 - CLAIMED[0])) < 0.005


def test_a_mistyped_number_is_another_of_the_safe_range() -> None:
    gate = re.compile(pattern_of(ids.IdNumber))
    for die in range(2000):
        wrong = mistype("09001719900228003X", Roll(die))
        assert wrong != "09001719900228003X"
        assert gate.search(wrong)
