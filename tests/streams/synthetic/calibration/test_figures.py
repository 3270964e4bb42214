"""Figures: what is drawn is what was measured, with units and whose it is; whole or not at all."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from linkage.privacy.estimate import wilson
from streams.synthetic.calibration import figures as f
from streams.synthetic.calibration.measures import zipf_slope

RANK = np.arange(1.0, 11.0)
SHARES = 0.4 * RANK**-1.3
DRAWINGS = {
    "circadian": f.circadian({"cdr": np.full(24, 1 / 24), "page": np.arange(24) / 276}),
    "gyration": f.gyration(np.arange(1.0, 101.0)),
    "visits": f.visits(SHARES, zipf_slope(SHARES)),
    "disagreement": f.disagreement({"surname": wilson(18, 100)}, {"surname": 0.2}),
    "unicity": f.unicity({"calls": [wilson(1, 10), wilson(9, 10)]}, {"calls": (2, 0.95)}),
}


def drawn(name: str) -> Axes:
    axes = Figure().add_subplot()
    DRAWINGS[name](axes)
    return axes


def lines(axes: Axes) -> list[tuple[list[float], list[float]]]:
    return [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines]


def words(axes: Axes) -> str:
    return " ".join(text.get_text() for text in axes.texts)


@pytest.mark.parametrize("name", DRAWINGS)
def test_axes_have_names_with_units(name: str) -> None:
    axes = drawn(name)
    units = f"{axes.get_xlabel()} {axes.get_ylabel()}"
    assert axes.get_xlabel()
    assert "(%)" in units


def test_hours_are_drawn_in_their_middle_with_a_label_for_each_kind() -> None:
    axes = drawn("circadian")
    (hours, share), _ = lines(axes)
    assert hours == [h + 0.5 for h in range(24)]
    assert share == pytest.approx([100 / 24] * 24)
    assert words(axes) == "cdr page"


def test_the_radius_is_drawn_as_the_share_beyond_it() -> None:
    axes = drawn("gyration")
    radius, beyond = lines(axes)[0]
    assert radius == list(range(1, 101))
    assert beyond == pytest.approx(list(range(100, 0, -1)))
    assert "median: 50.5 km" in words(axes)
    assert "90 %: 90.1 km" in words(axes)


def test_ranks_are_drawn_with_the_line_through_them() -> None:
    axes = drawn("visits")
    line, points = lines(axes)
    assert points == (list(RANK), pytest.approx(list(SHARES * 100)))
    assert line[1] == pytest.approx(points[1])  # an exact law lies on its line
    assert "slope -1.30 [-1.30, -1.30]" in words(axes)


def test_errors_are_drawn_with_interval_and_target() -> None:
    interval, point, target = lines(drawn("disagreement"))
    estimate = wilson(18, 100)
    assert interval[0] == pytest.approx([estimate.low * 100, estimate.high * 100])
    assert point[0] == [18.0]
    assert target[0] == [20.0]
    assert words(drawn("disagreement")) == "18.0%, aimed at 20%"


def test_unicity_is_drawn_by_points_with_what_was_published() -> None:
    axes = drawn("unicity")
    curve, published = lines(axes)
    assert curve == ([1, 2], [10.0, 90.0])
    assert published == ([2], [95.0])
    assert "published: 95% by 2" in words(axes)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_is_written_whole_with_its_caption(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.png"
    f.save(path, "A title", "20 people, seed 7.", DRAWINGS[name])
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [left.name for left in tmp_path.iterdir()] == [path.name]


def test_a_drawing_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    path.write_text("mine")

    def fails(_: Axes) -> None:
        raise RuntimeError("no data")

    with pytest.raises(RuntimeError):
        f.save(path, "", "", fails)
    assert path.read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1
