"""Every study says where its figures are from, and no world is too small for it to run."""

import re
from pathlib import Path

import msgspec
import pytest

from linkage.errors import CatalogueError
from streams.reproducing.material import Material
from streams.reproducing.table import WIDTH, lines, printed, record
from streams.study import Findings, Row, Study, load_studies, verdict

STUDIES = load_studies()
EVERY = pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
DROPPED = '''"""A study of nothing."""
from linkage.privacy.estimate import census
from streams.study import Claim, Findings, Study, row

STUDY = Study(
    name="nobody_1900",
    citation="Nobody 1900, Annals of Nothing 1:1",
    doi="10.1000/1",
    studied="nobody",
    people=0,
    read="nowhere",
    not_carried="everything",
    find=lambda m: Findings(
        (row("half", Claim(says="50 %", value=0.5), census(0.5, m.people), "predicts", "so"),)
    ),
)
'''


@pytest.fixture(scope="module")
def tiny() -> Material:
    return Material(10, 1, 3)


@pytest.fixture(scope="module")
def small() -> dict[str, Findings]:
    """What studies find in a world just large enough for all of them to tell something."""
    material = Material(2_400, 4, 5)
    return {name: study.find(material) for name, study in STUDIES.items()}


def assert_told(row: Row) -> None:
    """A row is short enough for its column, has a reason, and its verdict is the rule's."""
    assert 5 < len(row.what) <= 40
    assert 0 < len(row.claim.says) <= 20
    assert row.why and not row.why.endswith(".")
    assert len(printed(row.ours, row.claim)) <= 26
    assert row.world in ("calibrated", "predicts")
    assert row.verdict == verdict(row.claim, row.ours)
    if row.ours is not None:
        assert row.ours.low <= row.ours.value <= row.ours.high
        assert row.ours.n > 0


@EVERY
def test_it_says_where_it_is_from(study: Study) -> None:
    assert re.search(r"\b(19|20)\d\d\b", study.citation)
    assert re.fullmatch(r"10\.\d{4,}/\S+", study.doi)
    for words in (study.studied, study.read, study.not_carried):
        assert len(words) > 10
    assert study.people >= 0


@EVERY
def test_no_world_is_too_small(study: Study, tiny: Material) -> None:
    found = study.find(tiny)
    assert found.rows
    for row in found.rows:
        assert_told(row)


@EVERY
def test_its_rows_are_told(study: Study, small: dict[str, Findings]) -> None:
    found = small[study.name]
    assert len({row.what for row in found.rows}) == len(found.rows)
    for row in found.rows:
        assert_told(row)
    assert any(row.verdict != "not told" for row in found.rows)


@EVERY
def test_the_same_seed_finds_the_same(study: Study) -> None:
    assert study.find(Material(150, 4, 5)) == study.find(Material(150, 4, 5))


@EVERY
def test_a_plot_is_of_shares_and_its_marks_stand_beside_curves(
    study: Study, small: dict[str, Findings]
) -> None:
    plot = small[study.name].plot
    if plot is None:
        return
    assert "(%)" in plot.y_label
    assert re.search(r"\b(19|20)\d\d\b", plot.title)
    for curve in plot.curves:
        assert len(curve.x) == len(curve.y)
        assert list(curve.x) == sorted(curve.x)
        assert all(0 <= e.low <= e.value <= e.high <= 1 for e in curve.y)
    assert all(0 <= mark.curve < len(plot.curves) for mark in plot.marks)


def test_the_table_is_narrow_and_adds_up(small: dict[str, Findings]) -> None:
    told = list(lines(small, STUDIES, "A heading"))
    assert max(map(len, told)) <= WIDTH
    rows = [row for findings in small.values() for row in findings.rows]
    counts = [int(n) for n in re.findall(r"\d+", told[-1])]
    assert counts[0] == len(rows) == counts[1] + counts[3] + counts[4]
    as_json = msgspec.json.decode(msgspec.json.encode(record(small, STUDIES)))
    assert [len(study["rows"]) for study in as_json] == [len(f.rows) for f in small.values()]
    assert as_json[0]["rows"][0]["verdict"] == rows[0].verdict


def test_a_new_file_is_a_new_study(tmp_path: Path, tiny: Material) -> None:
    (tmp_path / "nobody_1900.py").write_text(DROPPED)
    (study,) = load_studies(tmp_path, "dropped_studies").values()
    found: Findings = study.find(tiny)
    assert [row.verdict for row in found.rows] == ["agrees"]


def test_a_file_without_a_study_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "hollow.py").write_text('"""Nothing here."""\n')
    with pytest.raises(CatalogueError, match=r"hollow\.py: exports no STUDY"):
        load_studies(tmp_path, "hollow_studies")
