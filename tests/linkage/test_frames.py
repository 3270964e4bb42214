"""Two frames of any columns, or one: cells of every type, and what cannot be linked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from linkage.comparison import Level, load_comparisons
from linkage.errors import SchemaError
from linkage.frames import canonical, link
from linkage.model import FORMAT, ComparisonModel, LevelModel, Model, Report
from linkage.schema import Schema


def model(kinds: Mapping[str, str], compare: Sequence[tuple[str, str]]) -> Model:
    """Return a model in which the first level of each comparison is worth 2 bits, others -1."""
    schema = Schema.of(kinds, [(c, (field,)) for c, field in compare], [(name,) for name in kinds])
    trained = tuple(
        ComparisonModel(made.label, tuple(map(_level, load_comparisons()[made.comparison].levels)))
        for made in schema.compare
    )
    return Model(FORMAT, schema, 0.5, trained, {}, Report(0, {}, 1, 1, 1, 1, ()))


def _level(level: Level) -> LevelModel:
    m, u = (0.25, 0.0625) if level.name == "same" else (0.125, 0.25)
    return LevelModel(level.name, m, u)


EXACT = model({"a": "code"}, [("exact", "a")])
DATES = model({"a": "date"}, [("date", "a")])


@pytest.mark.parametrize(
    ("trained", "cells"),
    [
        (EXACT, [1, 1, 2]),
        (EXACT, [1.0, 1.0, np.nan]),
        (EXACT, pd.array([1, 1, pd.NA], dtype="Int64")),
        (EXACT, pd.Categorical(["x", "x", None])),
        (EXACT, [True, True, False]),
        (EXACT, [b"x", "x", None]),
        (EXACT, [1, "1", ""]),
        (EXACT, pd.array(["x", "X", pd.NA], dtype="string")),
        (DATES, pd.to_datetime(["2020-01-02", "2020-01-02 12:30", None], format="ISO8601")),
        (DATES, pd.Series([datetime(2020, 1, 2, 3), date(2020, 1, 2), None], dtype=object)),
        (DATES, [20200102, "2020-01-02T00:00:00", "soon"]),
    ],
)
def test_cells_of_any_type_are_what_they_say(trained: Model, cells: Any) -> None:
    found = link(pd.DataFrame({"a": cells}), None, trained)
    assert found.to_dict("list") == {
        **{"left": [0], "right": [1]},
        **{"weight": [2.0], "probability": [0.8]},
    }


def test_columns_may_have_any_name_and_an_index_any_labels() -> None:
    trained = model({"a b": "name", "class": "name", "x.y": "text"}, [("exact", "class")])
    left = pd.DataFrame(
        {"a b": ["u", "v"], "class": ["k", "l"], "x.y": ["", None], 7: [0, 0]},
        pd.MultiIndex.from_tuples([("n", 1), ("n", 2)]),
    )
    right = pd.DataFrame(
        {"x.y": ["w"] * 3, "a b": ["v", "w", "u"], "class": ["l", "k", "k"]}, list("pqr")
    )
    found = link(left, right, trained)
    rows = found[["left", "right", "weight"]].to_numpy().tolist()
    assert rows == [[("n", 1), "q", 2.0], [("n", 1), "r", 2.0], [("n", 2), "p", 2.0]]
    assert found["probability"].tolist() == pytest.approx([4 / 9, 4 / 9, 4 / 5])


def test_without_candidates_there_are_no_pairs() -> None:
    for left, right in ((["x"], None), (["x", "y"], None), (["x"], ["y"]), ([None], ["y"])):
        frames = (
            None if f is None else pd.DataFrame({"a": f}, dtype=object) for f in (left, right)
        )
        found = link(*frames, EXACT)
        assert list(found.columns) == ["left", "right", "weight", "probability"]
        assert len(found) == 0


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"b": ["x"]}), "columns ['a'] are missing; its columns are ['b']"),
        (pd.DataFrame({"a": []}), "it has no rows"),
        (pd.DataFrame({"a": ["x", "y"]}, [3, 3]), "index label '3' stands more than once; use fr"),
        (
            pd.DataFrame([["x", "y"]], columns=["a", "a"]),
            "columns ['a'] are several under one name",
        ),
        (
            pd.DataFrame([["x"]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
            "columns ['a'] are several under one name; keep one of each",
        ),
        (
            pd.DataFrame({"a": [None, " ", "?", "-"]}),
            "2 of 2 values of column 'a' (str) are not of kind 'code'; convert it, or declare",
        ),
        (
            pd.DataFrame({"a": ["x", "?", "-", None]}),
            "2 of 3 values of column 'a' (str) are not of kind 'code'; convert it, or declare",
        ),
    ],
)
def test_a_frame_that_cannot_be_linked_is_refused_by_column(
    frame: pd.DataFrame, message: str
) -> None:
    good = pd.DataFrame({"a": ["x"]})
    for left, right, side in ((frame, good, "left"), (good, frame, "right"), (frame, None, "left")):
        with pytest.raises(SchemaError) as refused:
            link(left, right, EXACT)
        assert str(refused.value).startswith(f"link: the {side} frame: {message}")


def test_half_of_a_column_may_be_unreadable() -> None:
    frame = pd.DataFrame({"a": ["x", "?"]})
    assert canonical(frame, EXACT.schema) == [("X",), (None,)]


def test_a_column_of_blanks_is_a_column_of_missing_values() -> None:
    for cells in ([None, None], ["", "  "], [np.nan, ""]):
        frame = pd.DataFrame({"a": cells}, dtype=object)
        assert canonical(frame, EXACT.schema) == [(None,), (None,)]
