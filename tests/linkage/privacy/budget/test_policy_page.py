"""docs/policy.md says what the code says: fields, queries, refusals and errors, word for word."""

import re
from dataclasses import fields
from typing import get_args

import pytest

from linkage.errors import PolicyError
from linkage.privacy.budget.admission import AHEAD, NUMBERS, Code
from linkage.privacy.budget.policy import Policy, check_caps
from linkage.privacy.budget.policy_terms import COUNTERS
from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.terms import Counter, Offer, Standing
from tests.linkage.privacy.budget.query_worlds import DOMAIN, question_to
from tests.linkage.privacy.budget.test_policy import GOOD
from tests.reading import ROOT

PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
TOLD_AS = {"longest": "longest_blocks", "horizon": "horizon_blocks"}


def table(head: str) -> list[list[str]]:
    """Return the cells of every table whose first column has this head."""
    rows = list[list[str]]()
    inside = False
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line[:1] == "|" else []
        inside = bool(cells) and (inside or cells[0] == head)
        if inside and cells[0] not in (head, "---"):
            rows.append(cells)
    return rows


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_it_has_every_field_of_the_file() -> None:
    told = {name for row in table("field") for name in named(row[0])}
    for kind in (Standing, Counter, Offer):
        assert {TOLD_AS.get(field.name, field.name) for field in fields(kind)} <= told
    stated = set(re.findall(r"^([a-z_]+) = ", GOOD, re.M)) - {"phone", "bank", "internet"}
    assert stated <= told
    assert told - stated <= {"grace_blocks", "tariff_millibits", "k"}
    assert all(f"`{name}`" in PAGE for name in COUNTERS)


def test_it_has_every_query_with_its_sensitivity() -> None:
    rows = {row[0].strip("`"): row for row in table("query")}
    assert set(rows) == set(load_queries())
    for name, query in load_queries().items():
        squared = query.l2_squared(question_to(query, most=3), DOMAIN)
        worth = (
            rows[name][-1].replace("sources", "3").replace("`most`²", "9").replace("`most`", "3")
        )
        assert squared == eval(worth.replace("x", "*")), name


def test_it_has_every_refusal() -> None:
    codes = {name for row in table("code") for name in named(row[0])}
    assert codes == set(get_args(Code)) == {*codes}
    assert f"{AHEAD:,} blocks" in PAGE and f"{NUMBERS:,} numbers" in PAGE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nano_rho = 5\n", "nano_rho = 21\n"),
        ("cap_millibits = 100", ""),
        ("version = 2", "version = 3"),
    ],
)
def test_its_errors_are_those_that_are_raised(old: str, new: str) -> None:
    with pytest.raises(PolicyError) as raised:
        Policy.parse(GOOD.replace(old, new, 1))
    assert str(raised.value) in PAGE


def test_its_error_of_a_lowered_cap_is_the_one_that_is_raised() -> None:
    lowered = GOOD.replace("person_cap_nano_rho = 50", "person_cap_nano_rho = 40")
    with pytest.raises(PolicyError) as raised:
        check_caps(Policy.parse(lowered), {"statistics": 60}, 60)
    assert str(raised.value) in PAGE.replace("\n", " ")
