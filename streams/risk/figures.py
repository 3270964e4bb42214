"""The figures of a run's risk, drawn as PNG: beside the truth, and over time."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from linkage.privacy.survival import Curve
from streams.risk.spoiled import Spoiled
from streams.synthetic.calibration.figures import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    Draw,
    save,
)

NAMES = ("precision",)
"""The figures beside the truth, each in a PNG of its name."""
OVER_TIME = ("time_to_identification",)
"""Those of a run by itself."""
_LINES = {
    "correct_identification": ("named right", BLUE, "o"),
    "misidentification": ("named wrong", ORANGE, "D"),
}


def draw(of: str, rows: Sequence[Spoiled], folder: Path) -> list[Path]:
    """Draw what happens to risk as links get worse into a folder, and return the file."""
    path = folder / f"{NAMES[0]}.png"
    caption = (
        f"{of}.\n{rows[0].people:,} people, all sources joined; links are spoiled at random, each "
        "with a known probability.\nBands: where the truth would be in 95 % of worlds if the "
        "probabilities are right."
    )
    save(path, "As links get worse: who is named, rightly and wrongly", caption, worse(rows), 4.8)
    return [path]


def draw_time(of: str, curves: Mapping[str, Curve], folder: Path) -> list[Path]:
    """Draw how soon people are identified, a curve for each view, and return the file."""
    path = folder / f"{OVER_TIME[0]}.png"
    people = max(curve.people for curve in curves.values())
    caption = (
        f"{of}.\nUp to {people:,} people followed in each view from their first point there on; "
        "identified is who is alone in\ntheir class for three hours without a break. Bands: 95 % "
        "at each time (Kaplan and Meier, Greenwood)."
    )
    save(path, "How soon people are singled out for good", caption, soon(curves), 4.8)
    return [path]


def soon(curves: Mapping[str, Curve]) -> Draw:
    """Return the drawing: the share identified by hours since the first point, with its band."""

    def drawing(axes: Axes) -> None:
        colours = (BLUE, ORANGE, GREEN, PURPLE)
        lines = [*colours[: len(curves) - 1], GREY] if len(curves) <= 5 else [BLUE] * len(curves)
        for (view, curve), colour in zip(curves.items(), lines, strict=True):
            hours = np.append(np.concatenate(([0.0], curve.times)), curve.until)
            share, low, high = (
                100 * (1 - np.concatenate(([1.0], column, column[-1:] if len(column) else [1.0])))
                for column in (curve.surviving, curve.high, curve.low)
            )
            axes.fill_between(hours, low, high, step="post", color=colour, alpha=0.2, linewidth=0)
            axes.step(hours, share, where="post", color=colour, label=view)
        axes.legend(loc="lower right", framealpha=1, edgecolor="none")
        axes.set(xlim=(0, None), ylim=(0, 102), xlabel="hours since the first point in the view")
        axes.set_ylabel("people singled out for good (%)")

    return drawing


def worse(rows: Sequence[Spoiled]) -> Draw:
    """Return the drawing: V, correct identification and misidentification by precision."""

    def drawing(axes: Axes) -> None:
        at = [100 * row.precision for row in rows]
        blind = [100 * row.vulnerability.value for row in rows]
        axes.plot(at, blind, "--", color=GREY)
        _name(axes, "naive V = K / N", (at[-1], blind[-1]), GREY)
        for name, (label, colour, mark) in _LINES.items():
            each = [row.figures[name] for row in rows]
            measured = np.array([100 * one.measured.value for one in each])
            chance = np.array([100 * one.chance for one in each])
            true = [100 * one.true.value for one in each]
            ends = measured - chance, measured + chance
            axes.fill_between(at, *ends, color=colour, alpha=0.25, linewidth=0)
            axes.plot(at, measured, color=colour)
            axes.plot(at, true, mark, color=colour, fillstyle="none", markersize=8, clip_on=False)
            _name(axes, label, (at[-1], float(measured[-1])), colour)
        axes.plot([], [], color=GREY, label="computed without the truth")
        axes.plot([], [], "o", color=GREY, fillstyle="none", markersize=8, label="the truth")
        axes.legend(loc=(0.32, 0.8), framealpha=1, edgecolor="none")
        axes.set(xlim=(max(at), min(at)), ylim=(0, 102), xticks=at)
        axes.set(xlabel="links that are right (%)", ylabel="people (%)")

    return drawing


def _name(axes: Axes, label: str, end: tuple[float, float], colour: str) -> None:
    """Write what a line is beside its last point."""
    axes.annotate(
        label, end, (9, 0), textcoords="offset points", color=colour, va="center",
        annotation_clip=False,
    )  # fmt: skip
