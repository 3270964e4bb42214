"""The figure of an experiment: a panel for each metric, a line for each way to measure it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

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
_FIRST, _REST = slice(0, 1), slice(1, None)
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
    lines = [list(_lines(rows, across, words))[:MOST] for rows in groups]
    titles = [f"{_title(*p)}\n{r['unit'].iloc[0]}" for p, r in zip(panels, groups, strict=False)]
    caption = fill(_caption(table, _ways(groups[0], across), len(panels)), _WIDE)
    height = 1.2 + 2.6 * len(groups) + 0.15 * caption.count("\n")
    drawing = _panels(lines, titles, across, words)
    save(path, f"Experiment {name}", caption, drawing, height)


def _rows(table: pd.DataFrame, metric: str, part: str) -> pd.DataFrame:
    return table[(table["metric"] == metric) & (table["part"] == part)]


def _title(metric: str, part: str) -> str:
    return metric + (f" of {part}" if part else "")


def _ways(rows: pd.DataFrame, across: str) -> int:
    """Return how many ways to measure there are, whether a line shows each or not."""
    return len(rows[[axis for axis in _OTHERS if axis != across]].drop_duplicates())


def _caption(table: pd.DataFrame, lines: int, panels: int) -> str:
    n = " to ".join(f"{n:,}" for n in sorted({table["n"].min(), table["n"].max()}))
    seeds = table["seed"].nunique()
    said = f"Synthetic people only; a figure rests on {n} of them. "
    said += "Bars are 95 % intervals"
    said += f" of each of {seeds} seeds, lines go through their means." if seeds > 1 else "."
    if lines > MOST:
        said += (
            f" Of {lines} lines these are the first, and those that differ from it in one thing."
        )
    if panels > PANELS:
        said += f" These are the first {PANELS} of {panels} metrics; the table has all."
    return said


def _lines(rows: pd.DataFrame, across: str, words: Sequence[str]) -> Iterator[Line]:
    """Yield a line for each way to measure; of many the first, and those next to it."""
    others = [axis for axis in _OTHERS if axis != across and rows[axis].nunique() > 1]
    groups = list(rows.groupby(others, sort=False)) if others else [((), rows)]
    few, base = len(groups) <= MOST, groups[0][0]
    ways = [values for values, _ in groups]
    first, rest = (list(dict.fromkeys(w[part] for w in ways)) for part in (_FIRST, _REST))
    shown = 0
    for values, some in groups:
        other = [axis for axis, a, b in zip(others, values, base, strict=True) if a != b]
        if not few and len(other) > 1:
            continue
        told = others if few or not other else other
        colour, marks = (
            (first.index(values[_FIRST]), rest.index(values[_REST])) if few else (shown, shown)
        )
        shown += 1
        at = some[across].map(_word)
        mean = some.groupby(at, sort=False)["value"].mean()
        yield Line(
            label=", ".join(_told(axis, some[axis].iloc[0]) for axis in told),
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
    low = min(line.each["low"].min() for line in lines)
    high = max(line.each["high"].max() for line in lines)
    if low >= 0.0 and high <= 1.0:
        axes.set_ylim(0.0, high * 1.08 or 0.05)
