"""The figures of a frontier, drawn as PNG: a panel for each use, and all fronts at a glance."""

from collections.abc import Mapping, Sequence
from itertools import cycle, groupby
from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure as Sheet
from matplotlib.lines import Line2D

from linkage.intervals import Floats
from linkage.privacy.frontier import NONE, Trade
from streams.frontier.found import OVERVIEW, Found
from streams.frontier.labels import placed
from streams.synthetic.calibration.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, Draw, save

_LOOKS = (
    *((BLUE, "o"), (ORANGE, "D"), (GREEN, "s"), (PURPLE, "^")),
    *(("#56B4E9", "v"), ("#E69F00", "P"), (GREY, "X"), ("#000000", "p")),
)
"""Colour and mark of each defence, apart for all kinds of colour vision (Okabe and Ito 2008)."""
_TICKS = (0, 1, 5, 10, 25, 50, 75, 100)
_LETTER = 4.2
"""How wide a digit of a label is, in points."""
_MARK = 6.5
_DARK = 0.7
"""How much of their light the colours of labels keep: what is bright is hard to read."""
_WIDE = 108
"""Characters of a line of the caption."""


def names(found: Found) -> list[str]:
    """Return the figures there are to draw: one for each form or attack, and the overview."""
    return [*_sheets(found.trades), OVERVIEW]


def draw(found: Found, name: str, path: Path) -> None:
    """Draw one of the figures into a PNG."""
    if name == OVERVIEW:
        _overview(found, path)
        return
    panels = _sheets(found.trades)[name]
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    said = (
        f"{found.world}. Left is less risk, up is more use; the axis of risk goes by the root. "
        "Numbers are strengths, dotted lines go from no defence to the strongest. Filled marks are "
        "on the front: nothing is better in one and as good in the other. Bars: 95 % intervals."
    )
    title = f"Risk left against usefulness kept: {name.replace('_', ' ')}"
    caption = fill(said, _WIDE)
    drawing = _panels(panels, (rows, columns), _looks(found))
    save(path, title, caption, drawing, 1.6 + 2.5 * rows)


def _sheets(trades: Sequence[Trade]) -> Mapping[str, list[list[Trade]]]:
    """Return the panels of each figure by name: those of an attack, or of a form with few."""
    of_attacks = [trade for trade in trades if trade.risk.kind == "attack"]
    panels = [list(some) for _, some in groupby(of_attacks, lambda t: (t.risk.name, t.use.name))]
    found: dict[str, list[list[Trade]]] = {}
    for panel in panels:
        risk, form = panel[0].risk.name, panel[0].risk.form
        uses = {other[0].use.name for other in panels if other[0].risk.form == form}
        found.setdefault(risk if len(uses) > 1 else form, []).append(panel)
    return found


def _looks(found: Found) -> Mapping[str, tuple[str, str]]:
    """Return colour and mark of each defence; only those of one form are ever drawn together."""
    forms: dict[str, list[str]] = {}
    for defence, form in dict.fromkeys((f.defence, f.form) for f in found.figures):
        forms.setdefault(form, []).extend([] if defence == NONE else [defence])
    every = [pair for names in forms.values() for pair in zip(names, cycle(_LOOKS), strict=False)]
    return {NONE: ("#000000", "*"), **dict(every)}


def _panels(
    panels: Sequence[Sequence[Trade]], shape: tuple[int, int], looks: Mapping[str, tuple[str, str]]
) -> Draw:
    """Return the drawing; the one pair of axes that `save` gives makes room for all panels."""

    def drawing(axes: Axes) -> None:
        sheet, title = axes.figure, axes.get_title(loc="left")
        axes.remove()
        assert isinstance(sheet, Sheet)
        found = sheet.subplots(*shape, squeeze=False).ravel()
        one_risk = len({panel[0].risk.name for panel in panels}) == 1
        for place, (panel, on) in enumerate(zip(panels, found, strict=False)):
            _panel(on, panel, looks)
            use, risk = (t.name.replace("_", " ") for t in (panel[0].use, panel[0].risk))
            on.set_title(use if one_risk else f"{use} against {risk}", fontsize=9)
            last_row = place >= len(panels) - shape[1]
            on.set_xlabel("attacks that succeed (%)" if last_row else "", fontsize=8)
            on.set_ylabel("kept (%)" if place % shape[1] == 0 else "", fontsize=8)
        for on in found[len(panels) :]:
            on.remove()
        _legend(sheet, title, panels, looks)
        sheet.draw_without_rendering()  # only now it is known where everything is
        for panel, on in zip(panels, found, strict=False):
            _labels(on, panel, looks)

    return drawing


def _panel(axes: Axes, trades: Sequence[Trade], looks: Mapping[str, tuple[str, str]]) -> None:
    for defence in dict.fromkeys(trade.risk.defence for trade in trades):
        path = [_at(trade) for trade in trades if trade.risk.defence in (NONE, defence)]
        axes.plot(*zip(*path, strict=True), ":", color=looks[defence][0], linewidth=0.9, zorder=1)
    controls = [e.control for e in (trade.risk.estimate for trade in trades)]
    if controls[0] is not None:
        axes.axvline(100 * controls[0], linestyle="--", color="#000000", linewidth=0.8)
    line = sorted(_at(trade) for trade in trades if trade.front)
    axes.plot(*zip(*line, strict=True), "-", color="#000000", linewidth=1.2, zorder=2)
    for trade in trades:
        colour, mark = looks[trade.risk.defence]
        x, y = _at(trade)
        risk, use = trade.risk.estimate, trade.use.estimate
        axes.plot([100 * risk.low, 100 * risk.high], [y, y], color=colour, linewidth=0.8, alpha=0.5)
        axes.plot([x, x], [100 * use.low, 100 * use.high], color=colour, linewidth=0.8, alpha=0.5)
        axes.plot(
            x, y, mark, color=colour, markersize=10 if mark == "*" else 5.5, clip_on=False,
            markerfacecolor=colour if trade.front else "white", zorder=4 if trade.front else 3,
        )  # fmt: skip
    _risk_axis(axes, max(100 * trade.risk.estimate.high for trade in trades))
    axes.set_ylim(-5, 108)
    axes.set_yticks(range(0, 101, 25))
    axes.tick_params(labelsize=7.5)


def _risk_axis(axes: Axes, highest: float) -> None:
    """Spread small risks: the axis goes by the root, as the best defences leave little."""
    axes.set_xscale("function", functions=(_root, _square))
    ticks = [tick for tick in _TICKS if tick <= highest * 1.05]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(0.0, highest * 1.08)


def _root(x: Floats) -> Floats:
    found: Floats = np.sqrt(np.maximum(x, 0.0))
    return found


def _square(x: Floats) -> Floats:
    return x**2


def _labels(axes: Axes, trades: Sequence[Trade], looks: Mapping[str, tuple[str, str]]) -> None:
    """Write the strengths beside the marks, first of those on the front, where there is room."""
    ordered = sorted(trades, key=lambda trade: not trade.front)
    scale = 72.0 / axes.figure.dpi
    marks = [tuple(scale * axes.transData.transform(_at(trade))) for trade in ordered]
    words = ["" if t.risk.defence == NONE else str(t.risk.strength) for t in ordered]
    sizes = [(_LETTER * len(word) + 2 * bool(word), _LETTER * 1.4) for word in words]
    places = placed([(float(x), float(y)) for x, y in marks], sizes, _MARK)
    for trade, word, mark, place in zip(ordered, words, marks, places, strict=True):
        if place is not None:
            axes.annotate(
                word, _at(trade), (place[0] - mark[0], place[1] - mark[1]),
                textcoords="offset points", fontsize=7, ha="center", va="center",
                color=_darker(looks[trade.risk.defence][0]), annotation_clip=False, zorder=5,
            )  # fmt: skip


def _darker(colour: str) -> tuple[float, ...]:
    return tuple(_DARK * light for light in to_rgb(colour))


def _at(trade: Trade) -> tuple[float, float]:
    return 100 * trade.risk.estimate.value, 100 * trade.use.estimate.value


def _legend(
    sheet: Sheet,
    title: str,
    panels: Sequence[Sequence[Trade]],
    looks: Mapping[str, tuple[str, str]],
) -> None:
    there = dict.fromkeys(trade.risk.defence for panel in panels for trade in panel)
    handles = [
        Line2D([], [], marker=looks[name][1], color=looks[name][0], markersize=6, label=name,
               linestyle=":", linewidth=0.9)
        for name in there
    ]  # fmt: skip
    handles.append(Line2D([], [], color="#000000", linewidth=1.2, label="front"))
    handles.append(Line2D([], [], color="#000000", linewidth=0.8, linestyle="--", label="guessing"))
    sheet.legend(
        handles=handles, title=title, title_fontsize=11, alignment="left", fontsize=8,
        loc="outside upper left", ncols=5, frameon=False, columnspacing=1.4,
    )  # fmt: skip


def _overview(found: Found, path: Path) -> None:
    """Draw how often each defence is on a front: risks down, defences across."""
    risks = list(dict.fromkeys((t.risk.kind, t.risk.name) for t in found.trades))
    choices = list(dict.fromkeys((t.risk.defence, t.risk.strength) for t in found.trades))
    on, of = np.zeros((len(risks), len(choices))), np.zeros((len(risks), len(choices)))
    for trade in found.trades:
        row = risks.index((trade.risk.kind, trade.risk.name))
        column = choices.index((trade.risk.defence, trade.risk.strength))
        on[row, column] += trade.front
        of[row, column] += 1

    def drawing(axes: Axes) -> None:
        share = np.where(of > 0, on / np.maximum(of, 1), np.nan)
        axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, column in np.argwhere(of > 0):
            dark = share[row, column] > 0.6
            axes.text(
                column, row, f"{on[row, column]:.0f}", ha="center", va="center", fontsize=7,
                color="white" if dark else "#333333",
            )  # fmt: skip
        words = [d if d == NONE else f"{d} {s}" for d, s in choices]
        axes.set_xticks(range(len(choices)), words, rotation=90, fontsize=7.5)
        axes.set_yticks(
            range(len(risks)),
            [f"{name.replace('_', ' ')} ({k})" for k, name in risks],
            fontsize=7.5,
        )
        axes.grid(visible=False)

    said = (
        f"{found.world}. Numbers: of how many uses this defence and strength is on the front "
        "against that risk; blank where the risk does not apply."
    )
    height = 2.4 + 0.24 * len(risks)
    save(path, "How often each defence is on the front", fill(said, _WIDE), drawing, height)
