"""Lines of fields, found by a scanner that shares nothing with tomllib's values but its grammar."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import PolicyError
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.toml_lines import Lines

TEXT = '''\
# a comment with [brackets] and a = 1
top = 1

[a]
x = "[not a head]"
y.z = 2
long = """
[b]
q = 3
"""
"quoted key" = [
  1,
  # [c]
  2,
]
[[d.e]]
f = 1
[[d.e]]
f = 2
[d.e.inner]
g = 3
[[d.e.deep]]
h = 4
[b]
q = {r = 1, s = {t = 2}}
many = [
  {u = 1},
]
[a.later]
v = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("a",), 4),
        (("a", "x"), 5),
        (("a", "y", "z"), 6),
        (("a", "long"), 7),
        (("a", "quoted key"), 11),
        (("d", "e", 0), 16),
        (("d", "e", 0, "f"), 17),
        (("d", "e", 1, "f"), 19),
        (("d", "e", 1, "inner", "g"), 21),
        (("d", "e", 1, "deep", 0, "h"), 23),
        (("b", "q"), 25),
        (("b", "q", "s", "t"), 25),
        (("b", "many", 0, "u"), None),
        (("a", "later", "v"), 30),
        (("a", "nowhere"), None),
        (("nowhere",), None),
    ],
)
def test_where_a_field_stands(path: tuple[str | int, ...], line: int | None) -> None:
    assert tomllib.loads(TEXT)["b"]["q"]["s"]["t"] == 2
    assert Lines(TEXT).of(path) == line
    assert Lines(TEXT.replace("\n", "\r\n")).of(path) == line


def test_after_a_statement_that_is_very_long_no_line_is_told() -> None:
    text = "a = [\n" + "1,\n" * 300 + "]\nb = 1"
    assert Lines("c = 1\n" + text).of(("c",)) == 1
    assert Lines(text).of(("b",)) is None
    with pytest.raises(PolicyError, match=r"^policy\.version: got -1"):
        Policy.parse(text + "\nversion = -1")


NAMES = st.sampled_from(["a", "b", "c"])
TABLES = st.lists(st.tuples(NAMES, NAMES), unique=True, max_size=6)


@given(TABLES, st.data())
def test_every_field_of_tables_in_any_order_has_its_own_line(
    heads: list[tuple[str, str]], data: st.DataObject
) -> None:
    lines, where = list[str](), dict[tuple[Any, ...], int]()
    for head in heads:
        lines.append(f"[{'.'.join(head)}]")
        for field in data.draw(st.lists(st.sampled_from(["k", "l", "m"]), unique=True)):
            lines += [""] * data.draw(st.integers(0, 2))
            lines.append(f"{field} = 1 # {data.draw(st.integers(0, 9))}")
            where[(*head, field)] = len(lines)
    found = Lines("\n".join(lines))
    assert {path: found.of(path) for path in where} == where


GOOD = """version = 2
lifetime_nano_rho = 60
release.statistics.sources = ["phone"]
release.statistics.delta = 1e-6
release.statistics.person_cap_nano_rho = 50
release.statistics.block_cap_nano_rho = -20
release.statistics.kept_blocks = 24
"""


def test_a_policy_of_dotted_keys_and_one_of_inline_tables_have_lines_too() -> None:
    with pytest.raises(PolicyError, match=r"^line 6: release\.statistics\.block_cap_nano_rho: got"):
        Policy.parse(GOOD)
    with pytest.raises(PolicyError, match=r"^line 3: release\.statistics: field 'kept_blocks' is"):
        Policy.parse(GOOD.replace("-20", "20").replace("release.statistics.kept_blocks = 24", ""))
    inline = "version = 2\njoin = {x = {cap_millibits = 1, tariff_millibits = {p = 1, q = -1}}}"
    with pytest.raises(PolicyError, match=r"^line 2: join\.x\.tariff_millibits\.q: got -1"):
        Policy.parse(inline)
    array = 'standing = [\n{query = "active_people", nano_rho = -1},\n]'
    with pytest.raises(PolicyError, match=r"^release\.statistics\.standing\[1\]\.nano_rho: got -1"):
        Policy.parse(GOOD.replace("-20", "20") + f"release.statistics.{array}")
