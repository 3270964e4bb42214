"""A batch that a price is asked for: as TOML, as JSON, and what is wrong with it."""

from pathlib import Path

import pytest

from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import Question
from streams.budget.request import JoinAsked, RequestError, read_request

POLICY = Policy.parse(
    """
version = 2
lifetime_nano_rho = 100
[join.security]
cap_millibits = 24_000
tariff_millibits = {phone = 12_000, bank = 12_000}
[release.statistics]
sources = ["phone", "bank"]
delta = 1e-6
person_cap_nano_rho = 50
block_cap_nano_rho = 50
kept_blocks = 24
[[release.statistics.offer]]
query = "active_people"
nano_rho = 7
[[release.statistics.offer]]
query = "cell_hours"
nano_rho = 9
most = 4
hours = 2
side = 3
"""
)
QUESTION = Question(
    purpose="statistics", query="active_people", sources=("phone", "bank"), first=0, last=23,
    nano_rho=7,
)  # fmt: skip
TOML = """
[[question]]
purpose = "statistics"
query = "active_people"
blocks = "0-23"
[[join]]
purpose = "security"
points = {phone = 2, bank = 1}
"""


def asked(folder: Path, text: str) -> Path:
    (folder / "ask").write_text(text)
    return folder / "ask"


def test_what_is_left_out_is_as_the_policy_offers_it(tmp_path: Path) -> None:
    found = read_request(asked(tmp_path, TOML), POLICY)
    assert found.questions == (QUESTION,)
    assert found.joins == (JoinAsked("security", {"phone": 2, "bank": 1}),)


@pytest.mark.parametrize("form", ["%s", "[%s]", '{"question": [%s]}', '{"question": %s}'])
def test_json_says_the_same(tmp_path: Path, form: str) -> None:
    one = '{"purpose": "statistics", "query": "active_people", "first": 0, "last": 23}'
    assert read_request(asked(tmp_path, form % one), POLICY).questions == (QUESTION,)


def test_the_finest_classes_and_the_price_come_from_the_offer(tmp_path: Path) -> None:
    text = '[[question]]\npurpose="statistics"\nquery="cell_hours"\nblocks="3"\nrho=0.000000002\n'
    (one,) = read_request(asked(tmp_path, f"{text}most = 4"), POLICY).questions
    assert (one.hours, one.side, one.most, one.nano_rho) == (2, 3, 4, 2)
    assert (one.first, one.last) == (3, 3)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[question]]", "[[questions]]", "'questions': unknown; allowed are"),
        ('blocks = "0-23"', 'blocks = "23-0"', "question 1: blocks: got '23-0'"),
        ('blocks = "0-23"', 'blocks = "x"', "question 1: blocks: got 'x'; allowed: a block or two"),
        ('blocks = "0-23"', "first = 0", "question 1: last: the field is missing"),
        ('blocks = "0-23"', 'blocks = "1"\nlast = 2', "question 1: blocks: first or last is"),
        ('blocks = "0-23"', 'blocks = "0-23"\nrho = -1', "question 1: rho: got -1, needs a finite"),
        ('blocks = "0-23"', 'blocks = "0-23"\nrho = nan', "question 1: rho: got nan, needs"),
        ('"statistics"', '"war"', "question 1: purpose: got 'war'; statistics may release answers"),
        (
            "active_people",
            "x",
            "question 1: query: got 'x'; statistics offers active_people, cell_",
        ),
        ('"security"', '"statistics"', "join 1: purpose: got 'statistics'; security may see"),
        ("phone = 2", "phone = 0", "join 1: points.phone: got 0, needs a whole number"),
        ("phone = 2", "water = 2", "join 1: points.water: unknown source; security joins phone"),
        ("points =", "point =", "join 1: point: unknown field; allowed are purpose, points"),
        ("[[join]]", "[[join]", "not valid TOML"),
        (TOML, "", "it asks nothing"),
        (TOML, "join = 3", "join 1: got 3, needs fields"),
        (TOML, '{"question": [', "not valid JSON"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TOML
    path = asked(tmp_path, TOML.replace(old, new))
    with pytest.raises(RequestError) as raised:
        read_request(path, POLICY)
    assert str(raised.value).startswith(f"{path}: {said}")
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="ask: No such file or directory; name a file"):
        read_request(tmp_path / "ask", POLICY)
    (tmp_path / "ask").write_bytes(b"\xff\xfe")
    with pytest.raises(RequestError, match="ask: byte 0 is not UTF-8"):
        read_request(tmp_path / "ask", POLICY)
