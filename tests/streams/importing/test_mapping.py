"""The map says what every column is; what it says wrong is named with what is allowed."""

from pathlib import Path

import pytest

from streams.importing.faults import FrameError
from streams.importing.mapping import ImportMap, check_columns, load_map
from streams.scenario import default_sources

SOURCES = default_sources()
GOOD = 'source = "bank"\nentity = "who"\n[fields]\nsurname = "last"\n'


def loaded(folder: Path, text: str) -> ImportMap:
    (folder / "m.toml").write_text(text, encoding="utf-8")
    return load_map(folder / "m.toml", SOURCES)


def test_what_is_not_said_has_its_default(tmp_path: Path) -> None:
    found = loaded(tmp_path, GOOD)
    assert (found.names, found.births, found.dates, found.days) == ("whole", "whole", "ymd", 1)
    assert list(found.columns()) == [("last", "fields.surname"), ("who", "entity")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing required field `source`"),
        ("source = ", "Invalid"),
        (GOOD.replace("source", "sauce"), "unknown field `sauce`|required field `source`"),
        (GOOD.replace("bank", "post"), "source: got 'post'; allowed: phone, bank, internet"),
        (
            GOOD.replace("surname", "nickname"),
            "fields: got 'nickname'; allowed: id_number, surname",
        ),
        (GOOD.replace('surname = "last"', ""), "fields: none is mapped; allowed: id_number"),
        (GOOD.replace('"last"', '["a", "b"]'), "fields.surname: got 2 columns; allowed: 1"),
        (GOOD + 'address = ["a", "b"]', "fields.address: got 2 columns; allowed: 1 or 3"),
        (GOOD.replace('entity = "who"', ""), r"neither entity nor \[registry\]"),
        (GOOD + 'given = "last"', "'last' is both fields.surname and fields.given"),
        ('ignore = ["last"]\n' + GOOD, "'last' is both fields.surname and ignored"),
        ("days = 116\n" + GOOD, "days: got 116; allowed: whole numbers from 1 to 115"),
        ('names = "hashed"\n' + GOOD, "Invalid enum value 'hashed'"),
        (GOOD + '[registry]\ncolumn = "list"\n', "missing required field `equals`"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FrameError, match=f"^--map: .*(?:{said})") as caught:
        loaded(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_a_map_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FrameError, match="--map: there is no file"):
        load_map(tmp_path / "m.toml", SOURCES)


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (["who", "last", "nick"], "columns 'nick' are neither mapped nor listed in ignore"),
        (["who"], "fields.surname names column 'last'; the table has who"),
        (["Smith", "1949-12-31"], "none of the map's columns is in it; is its first line a header"),
    ],
)
def test_no_column_slips_by(tmp_path: Path, there: list[str], said: str) -> None:
    with pytest.raises(FrameError, match=said) as caught:
        check_columns(loaded(tmp_path, GOOD), there)
    assert "Smith" not in str(caught.value)
    check_columns(loaded(tmp_path, 'ignore = ["nick"]\n' + GOOD), ["who", "last", "nick"])
    with pytest.raises(FrameError, match="ignore names column 'nick'"):
        check_columns(loaded(tmp_path, 'ignore = ["nick"]\n' + GOOD), ["who", "last"])
