"""joinlens price: a table before a join, beside what the join brings, and errors of one line."""

import json
import sys

import pytest

from streams.cli import main

WORLD = ("--people", "1200", "--pilot", "400", "--seed", "5", "--points", "2")


def run(monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", "price", *options])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_each_figure_is_told_before_and_after_with_its_interval(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *WORLD, "--check", "--json") == 0
    rows = {(row["metric"], row["part"]): row for row in json.loads(capfd.readouterr().out)}
    told = {name: row for name, row in rows.items() if not row["why_not"]}
    assert {"unicity", "bits", "vulnerability", "shapley"} <= {metric for metric, _ in told}
    for row in told.values():
        for what in ("before", "after", "change"):
            assert row[f"{what}_low"] <= row[what] <= row[f"{what}_high"]
    assert rows["vulnerability", ""]["change"] > 0.02
    # Nothing holds always; of these it would be odd if most did not hold.
    held = [row["change_low"] <= row["realised"] <= row["change_high"] for row in told.values()]
    assert sum(held) >= 0.6 * len(held)
    assert "no order" in rows["time_to_identification", ""]["why_not"]


def test_the_table_says_who_is_joined_and_what_it_means(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *WORLD, "--metric", "unicity", "--resolution", "4 hours,1 cell") == 0
    out = capfd.readouterr().out
    assert "nobody else is" in out
    assert "would be singled out by any 2 points of a person's trace" in out
    assert "bits" not in out
    _, coarser = out.split("unicity, if points were known more coarsely")
    assert "16 hours x 2 x 2 places" in coarser and coarser.count("[") == 12


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--add", "phone"), "add: got 'phone', which is already one of phone, bank"),
        (("--add", "metro"), "got 'metro'; allowed: bank, camera"),
        (("--sources", ","), "before: got (), needs one source or more"),
        (("--pilot", "5000"), "got 5000 of 1200 people; allowed: 1 to --people"),
        (("--pilot", "60"), "of the 60 people drawn have a point; too few to extrapolate from"),
        (("--resolution", "cell,hour"), "resolution: got 'cell,hour'; allowed: 'hour,cell'"),
        (("--metric", "fear"), "got 'fear'; allowed: attribute_inference"),
        (("--adversary", "spy"), "got 'spy'; allowed: acquaintance"),
    ],
)
def test_what_is_wrong_is_one_line(
    options: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, *WORLD, *options) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert said in line
