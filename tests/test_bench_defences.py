"""The bench of defences: all of the catalogue, and what its tables say."""

import numpy as np
import pytest

from bench import defences
from bench.harness import Options
from linkage.privacy.attack import load_attacks, scored
from linkage.privacy.defence import load_defences

TINY = Options(people=30, days=1, seed=3)


def test_every_attack_meets_every_defence_of_its_form_at_every_strength() -> None:
    expected = {
        f"{attack.name}: {defence.name} {strength}"
        for attack in load_attacks().values()
        for defence in load_defences().values()
        if attack.against == defence.publishes
        for strength in defence.strengths
    }
    rows = defences.run(TINY)
    assert {row.name for row in rows} == expected
    assert len(rows) == len(expected)
    assert all(row.peer_value is not None and row.seed == 3 for row in rows)


def test_a_figure_is_told_with_its_doubt_and_its_control() -> None:
    every = scored(np.ones(400), 0.25)
    assert defences.told(every) == "1.000 (.990 to 1.000), control .250"
    none = scored(np.zeros(400), 0.0)
    assert defences.told(none) == "0 (0 to .010), control 0"


def test_a_table_has_a_row_for_each_strength_and_a_column_for_each_attack() -> None:
    attacks, defence = load_attacks(), load_defences()["sample"]
    cells = [
        defences.Cell(attacks[name], defence, strength, scored(np.full(9, 0.5), 0.1))
        for strength in (1, 2)
        for name in ("relinking", "unicity")
    ]
    head, _, first, second = defences.markdown(cells).splitlines()
    assert head == "| defence | strength | `relinking` | `unicity` |"
    assert first.startswith("| `sample` | 1 | .500 (")
    assert second.startswith("| `sample` | 2 | ")
    assert first.count("control .100") == 2


def test_the_world_has_people_with_points_and_records() -> None:
    material = defences.world(TINY)
    assert len(material.records) == len(material.people) >= 30
    assert set(np.unique(material.traces.source).tolist()) == {0, 1}
    assert material.traces.hour.max() < 24


def test_it_is_asked_for_a_small_world_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    monkeypatch.setattr(defences, "world", asked.append)
    monkeypatch.setattr(defences, "cells", lambda *_: iter(()))
    assert defences._main(["--markdown"]) == defences._main(["--people", "50", "--json"]) == 0
    assert [(one.people, one.days, one.seed) for one in asked] == [(2_000, 3, 7), (50, 3, 7)]
    assert "rows" in capsys.readouterr().out
