"""The notebook runs from top to bottom, shows figures that can be, and holds no output."""

import json
from typing import Any

import matplotlib as mpl
import pytest

from linkage.privacy.frames import measure
from tests.reading import ROOT

NOTEBOOK = json.loads((ROOT / "docs" / "study.ipynb").read_text(encoding="utf-8"))
CELLS = {cell["id"]: cell for cell in NOTEBOOK["cells"]}
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def test_it_is_a_notebook_without_outputs() -> None:
    assert (NOTEBOOK["nbformat"], NOTEBOOK["nbformat_minor"]) == (4, 5)
    assert len(CELLS) == len(NOTEBOOK["cells"]) <= 10
    assert {cell["cell_type"] for cell in CELLS.values()} == {"code", "markdown"}
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in CODE)


def test_its_cells_run_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mpl.rcParams, "backend", "Agg")
    names: dict[str, Any] = {}
    for cell in CODE:
        exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    found = names["found"].set_index(["metric", "view"])["value"]
    whole = "bank+internet+phone"
    assert found["vulnerability", whole] > found["vulnerability", "phone"] > 0.5
    coarse = names["sweep"].set_index(["resolution", "view"])["value"]
    assert coarse["hour,cell", "phone"] > coarse["day,1 cell", "phone"]
    shares = names["shares"].set_index("part")["value"]
    (v,) = measure(names["phone"], "vulnerability").itertuples()
    assert shares.sum() == pytest.approx(v.value - 1 / v.n, abs=1e-12)
    (drawn,) = names["drawn"].itertuples()
    assert 0.0 <= drawn.low < drawn.value < drawn.high <= 1.0
    assert len(names["axes"].lines) == 4
