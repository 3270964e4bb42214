"""The figure of an experiment: a panel for each metric, a line for each way to measure it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from streams.synthetic.calibration.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, Draw, save

MOST = 8
"""Lines of a panel; what more there is stands in the table alone."""
PANELS = 4
_ACROSS = ("points", "people", "days", "resolution", "preset", "sources", "adversary", "linked")
"""What the lines run over: the first of these that has several values."""
_OTHERS = ("sources", "preset", "linked", "resolution", "adversary", "people", "days", "points")
"""What tells lines apart, if it has several values: the first by colour, the rest by marks."""
_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, GREY)
_MARKS = ("o-", "D--", "s:", "^-.", "v-", "x--", "P:", "*-.")
_WIDE = 105
"""Characters of a line of the caption."""


class Line(NamedTuple):
    """One way to measure: its look, where it is on the axis, the mean over seeds, each figure."""

    label: str
    colour: str
    marks: str
    place: Sequence[int]
    mean: Sequence[float]
    each: pd.DataFrame


def draw(table: pd.DataFrame, name: str, path: Path) -> None:
    """Draw a table of `measuring.TABLE` into a PNG."""
    across = next((axis for axis in _ACROSS if table[axis].nunique() > 1), _ACROSS[0])
    words = list(dict.fromkeys(table[across].map(_word)))
    panels = list(dict.fromkeys(zip(table["metric"], table["part"], strict=True)))
    groups = [_rows(table, *panel) for panel in panels[:PANELS]]
    lines = [list(_lines(rows, across, words)) for rows in groups]
    titles = [f"{_title(*p)}\n{r['unit'].iloc[0]}" for p, r in zip(panels, groups, strict=False)]
    most, shown = max(map(len, lines)), min(max(map(len, lines)), MOST)
    caption = fill(_caption(table, most, len(panels)), _WIDE)
    height = 1.2 + 2.6 * len(groups) + 0.15 * caption.count("\n") + 0.18 * shown
    drawing = _panels([some[:MOST] for some in lines], titles, across, words)
    save(path, f"Experiment {name}", caption, drawing, height)


def _rows(table: pd.DataFrame, metric: str, part: str) -> pd.DataFrame:
    return table[(table["metric"] == metric) & (table["part"] == part)]


def _title(metric: str, part: str) -> str:
    return metric + (f" of {part}" if part else "")


def _caption(table: pd.DataFrame, lines: int, panels: int) -> str:
    n, seeds = table["n"], table["seed"].nunique()
    said = f"Synthetic people only; a figure rests on {n.min():,} to {n.max():,} of them. "
    said += "Bars are 95 % intervals"
    said += f" of each of {seeds} seeds, lines go through their means." if seeds > 1 else "."
    if lines > MOST:
        said += f" These are the first {MOST} of {lines} lines; the table has all."
    if panels > PANELS:
        said += f" These are the first {PANELS} of {panels} metrics; the table has all."
    return said


def _lines(rows: pd.DataFrame, across: str, words: Sequence[str]) -> Iterator[Line]:
    others = [axis for axis in _OTHERS if axis != across and rows[axis].nunique() > 1]
    first: dict[Any, int] = {}
    rest: dict[Any, int] = {}
    groups = rows.groupby(others, sort=False) if others else [((), rows)]
    for values, some in groups:
        colour = first.setdefault(values[:1], len(first))
        marks = rest.setdefault(values[1:], len(rest))
        at = some[across].map(_word)
        mean = some.groupby(at, sort=False)["value"].mean()
        yield Line(
            label=", ".join(map(_told, others, values)),
            colour=_COLOURS[colour % len(_COLOURS)],
            marks=_MARKS[marks % len(_MARKS)],
            place=[words.index(word) for word in mean.index],
            mean=mean.to_list(),
            each=some.assign(at=[words.index(word) for word in at]),
        )


def _word(value: object) -> str:
    """Return a value as it stands on the axis."""
    if isinstance(value, bool | np.bool_):
        return "as linked" if value else "as it truly is"
    return f"{value:,}" if isinstance(value, int | np.integer) else str(value)


def _told(axis: str, value: object) -> str:
    """Return a value of another axis in words."""
    return f"{_word(value)} {axis}" if axis in ("people", "days", "points") else _word(value)


def _panels(
    lines: Sequence[Sequence[Line]], titles: Sequence[str], across: str, words: Sequence[str]
) -> Draw:
    """Return the drawing; the one pair of axes that `save` gives makes room for all panels."""

    def panels(axes: Axes) -> None:
        figure, title = axes.figure, axes.get_title(loc="left")
        axes.remove()
        found = figure.subplots(len(lines), 1, sharex=True, squeeze=False)[:, 0]
        for some, one, label in zip(lines, found, titles, strict=True):
            _panel(one, some)
            one.set_ylabel(label, fontsize=8)
        found[0].set_title(title)
        found[-1].set_xticks(range(len(words)), list(words))
        found[-1].set(xlabel=across, xlim=(-0.3, len(words) - 0.7))
        if any(line.label for line in lines[0]):
            handles, labels = found[0].get_legend_handles_labels()
            figure.legend(handles, labels, fontsize=7, frameon=False, loc="outside right upper")

    return panels


def _panel(axes: Axes, lines: Sequence[Line]) -> None:
    shifts = np.linspace(-0.04, 0.04, len(lines)) if len(lines) > 1 else np.zeros(1)
    for line, shift in zip(lines, shifts.tolist(), strict=True):
        place, colour = np.array(line.place) + shift, line.colour
        (drawn,) = axes.plot(place, line.mean, line.marks, color=colour, markersize=4)
        drawn.set(label=line.label, clip_on=False)
        at = line.each["at"] + shift
        axes.vlines(at, line.each["low"], line.each["high"], color=colour, linewidth=1)
    if all((line.each["low"] >= 0.0).all() and (line.each["high"] <= 1.0).all() for line in lines):
        axes.set_ylim(0.0, max(0.05, axes.get_ylim()[1]))
