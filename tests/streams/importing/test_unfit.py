"""What does not parse is told by row, column and shape, or left out and counted."""

from pathlib import Path

import pytest

from streams.importing.faults import FrameError
from tests.streams.importing.tables import ANN, BAD, MAP, TOWN, brought, records


def test_unfit_values_are_told_by_row_column_and_shape(tmp_path: Path) -> None:
    with pytest.raises(FrameError) as caught:
        brought(tmp_path, BAD)
    assert str(caught.value).splitlines() == [
        "FRAME: 5 unfit values; mend them, or --skip-bad rows (or values) leaves them out",
        "  row 3, birth (column born): 9999-99-99; "
        "allowed: year, month, day of 1900 to 2099 (dates = 'ymd')",
        "  row 4, sex (column gender): Aaaa; allowed: F, M, female, male",
        "  row 5, phone (column tel): 99; at least 3 digits are needed",
        "  row 6, mail (column email): aaaa; a mail address has an @",
        "  row 7, entity (column who): empty; every row says whose it is",
    ]
    assert not (tmp_path / "out.jsonl").exists()


def test_no_more_than_ten_are_told(tmp_path: Path) -> None:
    with pytest.raises(FrameError) as caught:
        brought(tmp_path, [ANN] + [ANN | {"gender": "?"}] * 30)
    told = str(caught.value).splitlines()
    assert told[0].startswith("FRAME: 30 unfit values")
    assert len(told) == 12
    assert told[-1] == "  and 20 more"


def test_unfit_rows_or_values_are_left_out_and_counted(tmp_path: Path) -> None:
    unfit = {"unfit/birth": 1, "unfit/entity": 1, "unfit/mail": 1, "unfit/phone": 1, "unfit/sex": 1}
    rows = brought(tmp_path, BAD, unfit="rows").counts
    assert rows == {"registry": 2, "left out/rows": 5, **unfit}
    values = brought(tmp_path, BAD, unfit="values").counts
    bank = {"events.bank": 4, "bank/kyc_opened": 4}
    assert values == {"registry": 2, **bank, "left out/rows": 1, **unfit}
    written = records(tmp_path / "out.jsonl")[2:]
    assert [[f for f, v in record.items() if v is None] for record in written] == [
        ["birth"],
        ["sex"],
        ["phone"],
        ["mail"],
    ]


def test_a_second_verified_row_of_an_entity_is_not_passed_over(tmp_path: Path) -> None:
    text = MAP + '[registry]\ncolumn = "verified"\nequals = "1"\n'
    rows = [{**row, "verified": "1"} for row in TOWN]
    with pytest.raises(FrameError, match=r"row 3, entity .*: a9; allowed: one verified row"):
        brought(tmp_path, rows, text)
    with pytest.raises(FrameError, match="no row is a verified one"):
        brought(tmp_path, rows, text.replace('"1"', '"2"'))
