"""The figures of a frontier, drawn as PNG: a panel for each use, and all fronts at a glance."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Sheet

from linkage.privacy.frontier import NONE, Trade
from streams.frontier.found import OVERVIEW, Found
from streams.synthetic.calibration.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, Draw, save

_LOOKS = (
    *((BLUE, "o"), (ORANGE, "D"), (GREEN, "s"), (PURPLE, "^")),
    *(("#56B4E9", "v"), ("#E69F00", "P"), (GREY, "X"), ("#000000", "p")),
)
"""Colour and mark of each defence, apart for all kinds of colour vision (Okabe and Ito 2008)."""
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
        f"{found.world}. Left is less risk, up is more use. Numbers are strengths; filled marks "
        "are on the front, which the line joins. Bars are 95 % intervals."
    )
    title = f"Risk left against usefulness kept: {name.replace('_', ' ')}"
    caption = fill(said, _WIDE)
    drawing = _panels(panels, (rows, columns), _looks(found))
    save(path, title, caption, drawing, 1.3 + 2.6 * rows)


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
    defences = dict.fromkeys(f.defence for f in found.figures if f.defence != NONE)
    looks = {name: _LOOKS[n % len(_LOOKS)] for n, name in enumerate(defences)}
    return {NONE: ("#000000", "*"), **looks}


def _panels(
    panels: Sequence[Sequence[Trade]], shape: tuple[int, int], looks: Mapping[str, tuple[str, str]]
) -> Draw:
    """Return the drawing; the one pair of axes that `save` gives makes room for all panels."""

    def drawing(axes: Axes) -> None:
        sheet, title = axes.figure, axes.get_title(loc="left")
        axes.remove()
        assert isinstance(sheet, Sheet)
        sheet.suptitle(title, x=0.01, ha="left", fontsize=11)
        found = sheet.subplots(*shape, squeeze=False).ravel()
        one_risk = len({panel[0].risk.name for panel in panels}) == 1
        for place, (panel, on) in enumerate(zip(panels, found, strict=False)):
            _panel(on, panel, looks)
            use, risk = (t.name.replace("_", " ") for t in (panel[0].use, panel[0].risk))
            on.set_title(use if one_risk else f"{use}, {risk}", fontsize=9)
            last_row = place >= len(panels) - shape[1]
            on.set_xlabel("attacked with success (%)" if last_row else "", fontsize=8)
            on.set_ylabel("kept (%)" if place % shape[1] == 0 else "", fontsize=8)
        for on in found[len(panels) :]:
            on.remove()
        _legend(sheet, panels, looks)

    return drawing


def _panel(axes: Axes, trades: Sequence[Trade], looks: Mapping[str, tuple[str, str]]) -> None:
    ordered = sorted((t for t in trades if t.front), key=_at)
    line = [_at(trade) for trade in ordered]
    axes.plot(*zip(*line, strict=True), "-", color="#000000", linewidth=1.1, zorder=1)
    for trade in trades:
        colour, mark = looks[trade.risk.defence]
        x, y = _at(trade)
        risk, use = trade.risk.estimate, trade.use.estimate
        axes.plot([100 * risk.low, 100 * risk.high], [y, y], color=colour, linewidth=0.8, alpha=0.6)
        axes.plot([x, x], [100 * use.low, 100 * use.high], color=colour, linewidth=0.8, alpha=0.6)
        axes.plot(
            x, y, mark, color=colour, markersize=9 if mark == "*" else 5.5, clip_on=False,
            markerfacecolor=colour if trade.front else "white", zorder=3,
        )  # fmt: skip
        if trade.risk.defence != NONE:
            axes.annotate(
                str(trade.risk.strength), (x, y), (4, 3), textcoords="offset points",
                fontsize=6.5, color=colour, annotation_clip=False,
            )  # fmt: skip
    highest = max(100 * trade.risk.estimate.high for trade in trades)
    axes.set(xlim=(-0.03 * highest, 1.06 * highest), ylim=(-4, 106))
    axes.tick_params(labelsize=7.5)


def _at(trade: Trade) -> tuple[float, float]:
    return 100 * trade.risk.estimate.value, 100 * trade.use.estimate.value


def _legend(
    sheet: Sheet, panels: Sequence[Sequence[Trade]], looks: Mapping[str, tuple[str, str]]
) -> None:
    there = dict.fromkeys(trade.risk.defence for panel in panels for trade in panel)
    axes = sheet.axes[0]
    handles = [
        axes.plot([], [], looks[name][1], color=looks[name][0], markersize=6, label=name)[0]
        for name in there
    ]
    sheet.legend(
        handles=handles, loc="outside upper center", ncols=min(len(handles), 7), fontsize=8,
        frameon=False, handletextpad=0.2, columnspacing=1.0,
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
