"""An experiment's TOML: what it may say, and what is said about the rest."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.experiments.design import Cell, Design, Setting
from streams.experiments.reading import DesignError, read

TEN_LINES = """\
people = [1000, 5000]
days = 2
seed = [7, 11]
preset = ["clean", "hard"]
sources = [["phone"], ["phone", "bank"]]
linked = true
resolution = ["hour,cell", "4 hours,2 cells"]
points = [1, 2, 4]
adversary = "points"
metrics = ["unicity", "bits"]
"""


def test_ten_lines_are_read() -> None:
    design = read(TEN_LINES, Path())
    assert design == Design(
        people=(1000, 5000),
        days=(2,),
        seed=(7, 11),
        preset=("clean", "hard"),
        sources=(("phone",), ("phone", "bank")),
        linked=(True,),
        resolution=("hour,cell", "4 hours,2 cells"),
        points=(1, 2, 4),
        adversary=("points",),
        metrics=("unicity", "bits"),
    )
    assert len(design.settings()) == 8 and len(design.cells()) == 12
    assert design.settings()[:2] == [Setting(1000, 2, 7, "clean"), Setting(1000, 2, 7, "hard")]
    assert design.cells()[0] == Cell(True, ("phone",), "hour,cell", 1, "points")
    assert all(a != b for a, b in pairwise(design.cells()))


def test_everything_has_a_default() -> None:
    design = read("# nothing\n", Path())
    assert design == Design(sources=(("phone", "bank", "internet"),))
    assert design.joined() == ("bank", "internet", "phone")
    assert len(design.settings()) == len(design.cells()) == 1


def test_names_alone_are_one_set_of_sources() -> None:
    assert read('sources = ["phone", "bank"]', Path()).sources == (("phone", "bank"),)


REFUSED = [
    ("people = 9", "line 1, people: got 9; allowed: a whole number from 10 to 5000000"),
    ("\n\npeople = [100, true]", "line 3, people: got True; allowed: a whole number"),
    ("people = [[100]]", r"line 1, people: got \[100\]; allowed"),
    ("people = []", r"people: got \[\]; allowed: .*, one or a list of them"),
    ("people = [100, 200, 100]", "people: has 100 twice; leave one out"),
    ("days = 2\ndays = 3", "not valid TOML: Cannot overwrite a value"),
    ("days = 116", "line 1, days: got 116; allowed: a whole number from 1 to 115"),
    ("days = 1.5", "days: got 1.5"),
    ("seed = -1", "seed: got -1"),
    ('preset = "worse"', "preset: got 'worse'; allowed: clean, typical, hard"),
    ('linked = "yes"', "linked: got 'yes'; allowed: true or false"),
    ('sources = "phone"', "sources: got 'phone'; allowed: lists of different sources of .*phone"),
    ('sources = ["metro"]', r"sources: got \['metro'\]; allowed"),
    ('sources = [["phone", "phone"]]', r"sources: got \['phone', 'phone'\]"),
    ('sources = ["phone", ["bank"]]', "sources: got 'phone'; allowed: lists"),
    ("sources = [[]]", "sources: got "),
    ('resolution = "minute,cell"', "resolution: got 'minute,cell'; allowed: 'hour,cell' or"),
    ("points = 0", "points: got 0; allowed: a whole number from 1 to 100"),
    ('adversary = "spy"', "adversary: got 'spy'; allowed: .*phone_book"),
    (
        'metrics = "time_to_identification"',
        "metrics: got 'time_to_identification'; allowed: .*bits",
    ),
    ("sample = [10]", r"sample: got \[10\]; allowed: a whole number from 1 to 5000000$"),
    ("error = 1.01", "error: got 1.01; allowed: a number from 0 to 1"),
    ('metric = "bits"', "line 1, metric: there is no such field; allowed: people, .*metrics"),
    ("[people]\nx = 1", r"people: got \{'x': 1\}"),
    ('adversary_folder = "nowhere"', "adversary_folder: got 'nowhere'; allowed: a folder beside"),
    ("people = ", "not valid TOML: "),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_the_rest_is_refused_with_line_field_value_and_what_is_allowed(
    text: str, said: str
) -> None:
    with pytest.raises(DesignError, match=said) as refused:
        read(text, Path())
    assert "\n" not in str(refused.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([*Design.__struct_fields__, "other"]), VALUES)
def test_any_value_is_read_or_refused(field: str, value: Any) -> None:
    words = {True: "true", False: "false"}

    def toml(v: Any) -> str:
        if isinstance(v, list):
            return "[" + ", ".join(map(toml, v)) + "]"
        return words[v] if isinstance(v, bool) else repr(v)

    try:
        read(f"{field} = {toml(value)}", Path())
    except DesignError as error:
        assert field in str(error) or "not valid TOML" in str(error)


def test_adversaries_of_ones_own_are_files_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "clerk.py").write_text(
        "from linkage.privacy.adversaries.operator import _draw\n"
        "from linkage.privacy.adversary import Adversary\n"
        'ADVERSARY = Adversary("clerk", "what a clerk holds", "an outsider", _draw)\n'
    )
    text = 'adversary_folder = "mine"\nadversary = ["clerk", "points"]'
    design = read(text, tmp_path)
    assert design.adversary == ("clerk", "points")
    assert design.adversaries()["clerk"].holds == "what a clerk holds"
    (folder / "broken.py").write_text("x = 1\n")
    with pytest.raises(DesignError, match=r"adversary_folder: .*broken.py: exports no ADVERSARY"):
        read(text, tmp_path)
