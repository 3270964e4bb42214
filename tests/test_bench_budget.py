"""The bench of the budget, small: what it charges is what it says it charges."""

from pathlib import Path

import numpy as np

from bench import budget
from bench.budget import RHO, Ledger
from bench.harness import Options
from linkage.privacy.budget.members import packed

FEW = Options(people=300, repeat=3)


def test_a_charge_is_a_charge(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.take(packed(np.array([3])))
    ledger.take(packed(np.array([3])), packed(np.array([3, 299])))
    assert ledger.stage.spent.total[[3, 299, 0]].tolist() == [3 * RHO, RHO, 0]
    assert ledger.cell.weight > 3 * 512
    ledger.close()
    assert Ledger(tmp_path).stage.spent.total[3] == 3 * RHO


def test_every_figure_is_measured(tmp_path: Path) -> None:
    rows = [
        *budget.charges(tmp_path / "charges", FEW),
        *budget.whole(tmp_path / "whole", FEW),
        *budget.releases(tmp_path / "releases", FEW, 50),
    ]
    assert len({row.name for row in rows}) == len(rows) == 12
    assert all(row.value > 0 for row in rows)
