"""Published studies drawn as PNG: what was published as hollow diamonds, ours with intervals."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from streams.reproducing.plot import Curve, Mark, Plot
from streams.study import Findings, Row
from streams.synthetic.calibration.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, Draw, save

COLOURS = (BLUE, ORANGE, GREEN, PURPLE, GREY)
_APART = 0.07
"""How near labels may be to each other, as a part of the axis."""


def draw(path: Path, findings: Findings, study: str, caption: str) -> None:
    """Draw a study: its plot, or its rows if it has none. `study` is what it is called in a title.

    The caption says whose figures they are; how to read the drawing is added.
    """
    caption = f"{caption} Bars and bands: 95 % intervals. Hollow diamonds: published."
    if findings.plot is not None:
        save(path, findings.plot.title, caption, curves(findings.plot))
    else:
        shares = [row for row in findings.rows if row.ours and row.claim.unit == "share"]
        title = f"Published figures and ours ({study})"
        save(path, title, caption, rows(shares), height=1.6 + 0.45 * max(len(shares), 1))


def curves(plot: Plot) -> Draw:
    """Return the drawing of curves with labels at their ends, and of published marks.

    A line that is named after the curve before it shares its colour and its label.
    """

    def on(axes: Axes) -> None:
        colours = _colours(plot.curves)
        axes.set_xscale(plot.x_scale)
        for place, (curve, colour) in enumerate(zip(plot.curves, colours, strict=True)):
            _curve(axes, curve, colour, "" if _belongs(plot.curves, place + 1) else "-")
        highest = [e.high for curve in plot.curves for e in curve.y]
        top = 107 * max([*highest, *(mark.share for mark in plot.marks), 0.01])
        axes.set(xlabel=plot.x_label, ylabel=plot.y_label, ylim=(0, top))
        if plot.x_scale == "log":
            axes.xaxis.set_major_formatter("{x:,.0f}")
        for mark in plot.marks:
            _mark(axes, mark, plot.curves[mark.curve], colours[mark.curve])
        _labels(axes, plot.curves, colours, top)

    return on


def rows(told: Sequence[Row]) -> Draw:
    """Return the drawing of rows, one below another: ours with its interval, the published one."""

    def on(axes: Axes) -> None:
        for place, row in enumerate(told):
            if row.ours is None:
                continue
            axes.plot([100 * row.ours.low, 100 * row.ours.high], [place] * 2, color=BLUE)
            axes.plot(100 * row.ours.value, place, "o", color=BLUE)
            axes.plot(
                100 * row.claim.value, place, "D", color=ORANGE, fillstyle="none", markersize=9
            )
        axes.plot([], [], "o", color=BLUE, label="this world")
        axes.plot([], [], "D", color=ORANGE, fillstyle="none", markersize=9, label="published")
        axes.legend(frameon=False, loc="best")
        axes.set_yticks(range(len(told)), [row.what for row in told])
        below = max(len(told), 1) - 0.5
        axes.set(xlim=(-4, 104), ylim=(below, -0.5), xlabel="people singled out (%)")

    return on


def _colours(of: Sequence[Curve]) -> list[str]:
    found: list[str] = []
    used = 0
    for place, curve in enumerate(of):
        if _belongs(of, place):
            found.append(found[-1])
        else:
            found.append(GREY if curve.kind == "line" else COLOURS[used % (len(COLOURS) - 1)])
            used += curve.kind == "points"
    return found


def _belongs(of: Sequence[Curve], place: int) -> bool:
    """Return whether a curve is named after the one before it."""
    return 0 < place < len(of) and of[place].name.startswith(f"{of[place - 1].name}, ")


def _curve(axes: Axes, curve: Curve, colour: str, line: str) -> None:
    """Draw a curve; `line` joins its points, where no line of its own follows."""
    value, low, high = (
        np.array([100 * getattr(e, end) for e in curve.y]) for end in ("value", "low", "high")
    )
    if curve.kind == "points":
        axes.errorbar(
            curve.x, value, [value - low, high - value], fmt=f"o{line}", color=colour,
            markersize=4, capsize=2, linewidth=0.8,
        )  # fmt: skip
    else:
        axes.fill_between(curve.x, low, high, color=colour, alpha=0.12, linewidth=0)
        axes.plot(curve.x, value, "-", color=colour, linewidth=1.2)


def _mark(axes: Axes, mark: Mark, beside: Curve, colour: str) -> None:
    """Draw a published figure, with its label where our curve does not go."""
    at = (mark.x, 100 * mark.share)
    axes.plot(*at, "D", color=colour, fillstyle="none", markersize=9)
    right = axes.transAxes.inverted().transform(axes.transData.transform(at))[0] < 0.6
    above = beside.y[-1].value < beside.y[0].value
    axes.annotate(
        mark.says, at, (9 if right else -9, 4 if above else -4), textcoords="offset points",
        color=colour, ha="left" if right else "right", va="bottom" if above else "top", fontsize=9,
    )  # fmt: skip


def _labels(axes: Axes, of: Sequence[Curve], colours: Sequence[str], top: float) -> None:
    """Write the names of the curves at their right ends, apart from each other."""
    named = [
        (100 * c.y[-1].value, c.name, colours[i]) for i, c in enumerate(of) if not _belongs(of, i)
    ]
    last = float("inf")
    for height, name, colour in sorted(named, reverse=True):
        last = min(height, last - _APART * top)
        axes.annotate(
            f" {name}", (1.01, last / top), xycoords="axes fraction", color=colour, va="center",
            annotation_clip=False,
        )  # fmt: skip
