"""The report of disagreement, against a table counted by hand."""

import numpy as np
import pyarrow as pa
import pytest

from streams.synthetic.corruption.channels import CHANNELS, Form
from streams.synthetic.corruption.disagreement import COLUMNS, disagreement

BIT = {channel.name: 1 << i for i, channel in enumerate(CHANNELS)}


def form(surname: list[str | None], given: list[str | None]) -> Form:
    return {"surname": pa.array(surname, pa.string()), "given": pa.array(given, pa.string())}


TRUE = form(["Li", "Wu", "He", None, "Gu", None], ["An", "Bo", "Ci", "Da", "En", "Fu"])
SAID = form(["Lo", "Bo", None, "Ma", "Gu", None], ["An", "Wu", "Ci", "Da", "En", "Fu"])
MASK = np.array(
    [
        BIT["typo_surname"] | BIT["ocr_surname"],
        BIT["swapped_names"],
        BIT["missing_surname"],
        0,
        BIT["stale_surname"] | BIT["missing_mail"],
        0,
    ]
)


def test_counted_by_hand() -> None:
    found = disagreement(TRUE, SAID, MASK)
    assert list(found.columns) == list(COLUMNS)
    rows = found.set_index(["field", "channel"])[["hit", "count", "share", "missing"]]
    expected = {
        ("surname", "any"): (4, 2, 2 / 3, 1 / 4),
        ("surname", "typo_surname"): (1, 1, 1 / 3, 0),
        ("surname", "ocr_surname"): (1, 1, 1 / 3, 0),
        ("surname", "swapped_names"): (1, 1, 1 / 3, 0),
        ("surname", "missing_surname"): (1, 0, 0, 1 / 4),
        ("surname", "stale_surname"): (1, 0, 0, 0),
        ("given", "any"): (1, 1, 1 / 6, 0),
        ("given", "swapped_names"): (1, 1, 1 / 6, 0),
        ("given", "nickname_given"): (0, 0, 0, 0),
    }
    for row, values in expected.items():
        assert tuple(rows.loc[row]) == pytest.approx(values), row
    fields = {(f, c.name) for c in CHANNELS for f in c.fields if f in ("surname", "given")}
    assert set(rows.index) == fields | {("surname", "any"), ("given", "any")}


def test_the_interval_is_wilsons() -> None:
    # 2 of 3 at 95 %: the roots of (2/3 - p)^2 = 1.96^2 p (1 - p) / 3.
    any_surname = disagreement(TRUE, SAID, MASK).iloc[0]
    a, b, c = 1 + 3.8415 / 3, -(4 / 3 + 3.8415 / 3), 4 / 9
    low, high = sorted(np.roots([a, b, c]))
    assert (any_surname["low"], any_surname["high"]) == pytest.approx((low, high), abs=1e-4)


def test_nobody_registered() -> None:
    nobody = form([], [])
    found = disagreement(nobody, nobody, np.zeros(0, dtype=np.int64))
    assert (found["count"].sum(), found["share"].sum(), found["high"].min()) == (0, 0, 1)


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="row for each registration"):
        disagreement(TRUE, SAID, MASK[:2])
