"""The figures of a world, drawn as PNG, each with its units and of which world it is."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from linkage.privacy.estimate import Estimate
from streams.synthetic.calibration.measures import Slope
from streams.synthetic.chance import Floats

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#5f5f5f"
"""Colours that stay apart for all kinds of colour vision (Okabe and Ito 2008)."""
_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, GREY, "#56B4E9", "#E69F00")
_STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "axes.axisbelow": True,
}
Draw = Callable[[Axes], None]
Share = tuple[int, float]
"""A number of known points, and the share of people that they single out."""


def save(path: Path, title: str, caption: str, draw: Draw, height: float = 4.2) -> None:
    """Draw a figure and write it as PNG: beside first, then under its name, so never in part."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.0, height), layout="constrained")
        axes = figure.add_subplot()
        axes.set_title(title)
        draw(axes)
        figure.supxlabel(caption, fontsize=8, color=GREY, x=0.01, ha="left")
        beside = path.with_name(path.name + ".part")
        try:
            figure.savefig(beside, dpi=150, format="png")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def circadian(shares: Mapping[str, Floats]) -> Draw:
    """Return the drawing of events by hour of the day: a line for each kind with its name."""

    def draw(axes: Axes) -> None:
        ends = _apart([float(share[-1]) * 100 for share in shares.values()], 0.45)
        looks = zip(_COLOURS, ("-", "--", ":", "-", "--", ":", "-."), strict=True)
        for (kind, share), (colour, line), end in zip(shares.items(), looks, ends, strict=False):
            axes.plot(np.arange(24) + 0.5, share * 100, line, color=colour)
            axes.annotate(kind, (23.8, end), color=colour, va="center", annotation_clip=False)
        axes.set(xlim=(0, 23.6), ylim=(0, None), xticks=range(0, 24, 3))
        axes.set(xlabel="hour of the day (h)", ylabel="share of a kind's events (%)")

    return draw


def gyration(radius: Floats) -> Draw:
    """Return the drawing of how many people roam beyond each radius of gyration."""

    def draw(axes: Axes) -> None:
        ordered = np.sort(radius)
        beyond = 1 - np.arange(len(ordered)) / max(len(ordered), 1)
        axes.loglog(ordered, beyond * 100, color=BLUE)
        for share, name in ((50, "median"), (90, "90 %")):
            at = float(np.percentile(ordered, share))
            axes.plot(at, 100 - share, "o", color=ORANGE)
            axes.annotate(
                f"{name}: {at:.1f} km", (at, 100 - share), (-8, -4), textcoords="offset points",
                color=ORANGE, ha="right", va="top",
            )  # fmt: skip
        low = max(float(np.percentile(ordered, 1)), 0.05)
        axes.set(xlim=(low, None), xlabel="radius of gyration (km)", ylabel="people beyond it (%)")
        _plain(axes)

    return draw


def visits(shares: Floats, slope: Slope) -> Draw:
    """Return the drawing of how often people are at their k-th most visited place."""

    def draw(axes: Axes) -> None:
        rank = np.arange(1, len(shares) + 1)
        middle = np.exp(np.log(shares).mean() - slope.value * np.log(rank).mean())
        axes.loglog(rank, middle * rank**slope.value * 100, color=GREY, linewidth=1)
        axes.loglog(rank, shares * 100, "o", color=BLUE)
        label = f"slope {slope.value:.2f} [{slope.low:.2f}, {slope.high:.2f}]"
        at = float(middle * rank[3] ** slope.value * 100)
        axes.annotate(
            label, (rank[3], at), (8, 8), textcoords="offset points", color=GREY, va="bottom"
        )
        axes.set(xlabel="rank of the place by visits", ylabel="share of a person's calls (%)")
        _plain(axes)
        axes.set_xticks(rank, [str(k) for k in rank])

    return draw


def disagreement(shares: Mapping[str, Estimate], targets: Mapping[str, float]) -> Draw:
    """Return the drawing of the share of wrong values by field; diamonds are targets."""

    def draw(axes: Axes) -> None:
        widest = 0.1
        for place, (name, share) in enumerate(shares.items()):
            axes.plot([share.low * 100, share.high * 100], [place] * 2, color=BLUE, linewidth=2)
            axes.plot(share.value * 100, place, "o", color=BLUE)
            label, end = f"{share.value:.1%}", share.high * 100
            if name in targets:
                aim = targets[name] * 100
                axes.plot(aim, place, "D", color=ORANGE, fillstyle="none", markersize=8)
                label, end = f"{label}, aimed at {aim:.0f}%", max(end, aim)
            axes.annotate(label, (end, place), (8, 0), textcoords="offset points", va="center")
            widest = max(widest, end)
        axes.set_yticks(range(len(shares)), list(shares))
        axes.set(xlim=(-0.02 * widest, 1.35 * widest), ylim=(len(shares) - 0.5, -0.5))
        axes.set_xlabel("registrations whose value is not the true one (%)")

    return draw


def unicity(curves: Mapping[str, Sequence[Estimate]], published: Mapping[str, Share]) -> Draw:
    """Return the drawing of unicity by number of known points, a labelled line for each kind.

    Diamonds are what has been published for a kind.
    """

    def draw(axes: Axes) -> None:
        longest = max(len(curve) for curve in curves.values())
        ends = _apart([curve[-1].value * 100 for curve in curves.values()], 13)
        for (kind, curve), colour, end in zip(curves.items(), _COLOURS, ends, strict=False):
            known = np.arange(1, len(curve) + 1)
            value, low, high = np.array([(e.value, e.low, e.high) for e in curve]).T * 100
            axes.fill_between(known, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.plot(known, value, "o-", color=colour, markersize=4)
            label = kind
            if kind in published:
                points, share = published[kind]
                axes.plot(points, share * 100, "D", color=colour, fillstyle="none", markersize=9)
                label += f"\n(published: {share:.0%} by {points})"
            axes.annotate(
                label, (longest + 0.12, end), color=colour, va="center", annotation_clip=False
            )
        axes.set(xlim=(0.9, longest + 0.1), ylim=(0, 102), xticks=range(1, longest + 1))
        axes.set(xlabel="known points of a person", ylabel="people singled out (%)")

    return draw


def _apart(places: list[float], least: float) -> list[float]:
    """Return the places of labels, moved down so that none is nearer than `least` to another."""
    moved = list(places)
    for upper, lower in pairwise(np.argsort(places)[::-1]):
        moved[lower] = min(moved[lower], moved[upper] - least)
    return moved


def _plain(axes: Axes) -> None:
    """Write the numbers of logarithmic axes as numbers: those of a 1, 2 or 5."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(lambda x, _: f"{x:g}" if f"{x:e}"[0] in "25" and x > 0.1 else "")
