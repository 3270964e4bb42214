"""Tables come as text, whatever file they are in; a damaged one is said in one line."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from streams.importing.faults import FrameError, shape
from streams.importing.table import read_table

FRAME = pd.DataFrame(
    {
        "number": [110105194912310021, 330226197806132455],
        "name": ["Zoë", None],
        "zip": ["0123", " NA "],
        "gap": [7.0, float("nan")],
    }
)
TEXT = {
    "number": ["110105194912310021", "330226197806132455"],
    "name": ["Zoë", None],
    "zip": ["0123", "NA"],
    "gap": ["7", None],
}


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.jsonl", "t.jsonl.gz", "t.parquet"])
def test_all_kinds_of_files_say_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if "csv" in name:
        FRAME.assign(gap=["7", ""]).to_csv(path, index=False)
    elif "jsonl" in name:
        FRAME.to_json(path, orient="records", lines=True)
    else:
        FRAME.to_parquet(path)
    assert read_table(path).columns == TEXT
    assert read_table(path, ("", "NA")).columns == {**TEXT, "zip": ["0123", None]}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.xlsx", b"", "of no known kind; allowed endings: .csv, .csv.gz, .jsonl"),
        ("t.csv", b"", "has no rows"),
        ("t.csv", b"a,b\n", "has no rows"),
        ("t.csv", b"a,b\n1,2\n1,Smith,3\n", "line 3 has 3 values, the header names 2"),
        ("t.csv", b"a,b\n1\n", "line 2 has 1 values, the header names 2"),
        ("t.csv", b"a,a\n1,Smith\n", "two columns have the same name"),
        ("t.csv", b'a,b\n"Smith,2\n', "cannot be read: unexpected end of data"),
        ("t.csv", b"a,b\n\xe9,Smith\n", "is not UTF-8"),
        ("t.csv.gz", b"a,b\nSmith,2\n", "cannot be read: Not a gzipped file"),
        ("t.csv.gz", gzip.compress(b"a,b\nSmith,2\n")[:-9], "cannot be read"),
        ("t.jsonl", b'{"a":1}\n{"a":["Smith"]}\n', "line 2 is no JSON object of texts and numbers"),
        ("t.jsonl", b'{"a":1}\nSmith\n', "line 2 is no JSON object"),
        ("t.parquet", b"Smith", "cannot be read"),
        ("none.csv", None, "there is no file"),
    ],
)
def test_what_is_no_table_is_said_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FrameError, match=f"^FRAME: .*{said}") as caught:
        read_table(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert "Smith" not in str(caught.value)


def test_a_column_of_lists_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"a": [[1, 2]]}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(FrameError, match="column a holds list"):
        read_table(tmp_path / "t.parquet")


def test_dates_of_a_typed_column_are_iso(tmp_path: Path) -> None:
    when = pd.to_datetime(["1985-02-13"])
    pd.DataFrame({"a": when, "b": when.date}).to_parquet(tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    assert table.columns == {"a": ["1985-02-13T00:00:00"], "b": ["1985-02-13"]}


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbfa,b\r\n1,2\r\n\r\n")
    assert read_table(tmp_path / "t.csv").columns == {"a": ["1"], "b": ["2"]}


def test_a_shape_holds_no_character_that_could_be_told() -> None:
    assert shape("Ångström 12-34, 張\t٣") == "Aaaaaaaa 99-99, a?9"
    assert shape("x" * 41) == "a" * 40 + "... (41 characters)"
    assert shape(None) == shape("") == "empty"
