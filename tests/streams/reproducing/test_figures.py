"""Figures of studies: published figures and ours are where they belong, with names and units."""

from itertools import pairwise

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from linkage.privacy.estimate import census, wilson
from streams.reproducing import figures as f
from streams.reproducing.plot import Curve, Mark, Plot
from streams.study import Claim, Row

CURVES = (
    Curve("calls", [1, 10, 100], [wilson(90, 100), wilson(50, 100), wilson(10, 100)]),
    Curve("calls, by the law", [1, 100], [census(0.9, 9), census(0.1, 9)], "line"),
    Curve("payments", [1, 10], [wilson(50, 100), wilson(45, 100)]),
    Curve("chance", [1, 100], [census(0.01, 9), census(0.01, 9)], "line"),
)
PLOT = Plot("A title", "people", "singled out (%)", CURVES, [Mark("95 %", 10, 0.95, 2)], "log")


def drawn(draw: f.Draw) -> Axes:
    axes = Figure().add_subplot()
    draw(axes)
    return axes


def test_curves_are_in_per_cent_and_named_once() -> None:
    axes = drawn(f.curves(PLOT))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("people", "singled out (%)")
    assert axes.get_xscale() == "log"
    names = [text.get_text().strip() for text in axes.texts]
    assert sorted(names) == ["95 %", "calls", "chance", "payments"]
    heights = sorted(text.xy[1] for text in axes.texts if text.get_text() != "95 %")
    assert min(b - a for a, b in pairwise(heights)) > 0.06
    (low, high) = axes.get_ylim()
    assert low == 0 and 95 < high < 110
    assert any(list(line.get_ydata()) == [90, 50, 10] for line in axes.lines)


def test_a_line_named_after_a_curve_has_its_colour_and_a_mark_that_of_its_curve() -> None:
    axes = drawn(f.curves(PLOT))
    colours = {tuple(line.get_ydata()): line.get_color() for line in axes.lines}
    assert colours[90, 10] == colours[90, 50, 10]
    assert colours[95,] == colours[50, 45]
    assert colours[90, 50, 10] != colours[50, 45]
    assert colours[1, 1] == f.GREY


def test_rows_show_both_figures_with_the_interval_of_ours() -> None:
    told = [Row("four points", Claim(says="95 %", value=0.95), wilson(90, 100), "predicts", "so")]
    axes = drawn(f.rows(told))
    data = [[float(x) for x in line.get_xdata()] for line in axes.lines]
    assert [95.0] in data and [90.0] in data
    assert data[0] == pytest.approx([82.56, 94.48], abs=0.01)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["four points"]
    assert "(%)" in axes.get_xlabel()


def test_no_rows_at_all_are_no_error() -> None:
    assert drawn(f.rows([])).get_xlabel()
