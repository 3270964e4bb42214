"""The figures of a quality report, drawn as PNG, with 95 % intervals as bands and lines."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from linkage.intervals import Share
from linkage.quality.calibration import Calibration
from linkage.quality.strata import Stratum
from linkage.quality.thresholds import ThresholdRow
from streams.quality.report import Report
from streams.synthetic.calibration.figures import BLUE, GREEN, GREY, ORANGE, Draw, save

_TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
_ENDS, _BEYOND = (0.0002, 0.9998), (0.0001, 0.9999)
"""The logit axis has no 0 and no 1: what lies beyond the ends is drawn there."""


def draw(r: Report, folder: Path) -> list[Path]:
    """Draw the three figures of a report into a folder, and return the files."""
    of = f"{r.of}. "
    rows = [row for rows in r.strata.values() for row in rows]
    drawn = {
        "thresholds": (
            "Precision, recall and F1 as the link threshold moves",
            f"{of}\n{r.links.accounts:,} tenancies. Bands are 95 % intervals.",
            thresholds(r.chart, r.operating, r.best),
            4.2,
        ),
        "calibration": (
            "What share is right at each stated probability",
            f"{of}\nBest candidates of {r.calibration.pairs:,} tenancies, with their number in "
            "each bin. Lines are 95 % intervals;\n0 and 100 stand at the ends of axes "
            "that have neither.",
            reliability(r.calibration),
            4.8,
        ),
        "strata": (
            "Recall, beside the claimed ID alone",
            f"{of}\nTenancies of people in the registry, their number beside the name. "
            "Lines are 95 % intervals.",
            recall(r.strata),
            1.6 + 0.25 * (len(rows) + len(r.strata)),
        ),
    }
    for name, (title, caption, how, height) in drawn.items():
        save(folder / f"{name}.png", title, caption, how, height)
    return [folder / f"{name}.png" for name in drawn]


def thresholds(rows: Sequence[ThresholdRow], now: ThresholdRow, top: ThresholdRow) -> Draw:
    """Return the drawing of a threshold chart, with the threshold in force and the best one."""

    def drawing(axes: Axes) -> None:
        at = [row.threshold for row in rows]
        best = f"F1, best {top.f1.value:.2%} at {top.threshold:g} bits"
        lines = {
            "precision": (BLUE, [row.precision for row in rows]),
            "recall": (ORANGE, [row.recall for row in rows]),
            best: (GREEN, [row.f1 for row in rows]),
        }
        for name, (colour, shares) in lines.items():
            value, low, high = _columns(shares)
            axes.fill_between(at, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.plot(at, value, color=colour, label=name)
        axes.plot(top.threshold, 100 * top.f1.value, "o", color=GREEN, clip_on=False)
        axes.set(xlim=(at[0], at[-1]), xlabel="link threshold (bits)", ylabel="share (%)")
        axes.legend(loc="lower left", framealpha=1, edgecolor="none")
        _name_threshold(axes, now)

    return drawing


def _name_threshold(axes: Axes, now: ThresholdRow) -> None:
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, min(top, 100 + 0.04 * (100 - bottom)))
    axes.axvline(now.threshold, color=GREY, linewidth=1, linestyle="--")
    axes.annotate(
        f"in force: {now.threshold:g} bits\nF1 {now.f1.value:.2%}",
        (now.threshold, (bottom + top) / 2), (6, 0), textcoords="offset points", color=GREY,
    )  # fmt: skip


def reliability(found: Calibration) -> Draw:
    """Return the reliability diagram, on axes that spread both ends (logit)."""

    def drawing(axes: Axes) -> None:
        low, high = _ENDS
        axes.plot(_ENDS, _ENDS, color=GREY, linewidth=1, zorder=1)
        for one in found.bins:
            share, at = one.right, min(max(one.stated, low), high)
            line = [min(max(bound, low), high) for bound in (share.low, share.high)]
            value = min(max(share.value, low), high)
            axes.plot([at, at], line, color=BLUE, linewidth=2)
            axes.plot(at, value, "o", color=BLUE)
            axes.annotate(
                f"{share.n:,}",
                (at, value),
                (7, -4),
                textcoords="offset points",
                va="top",
                fontsize=8,
            )
        axes.set(xscale="logit", yscale="logit", xlim=_BEYOND, ylim=_BEYOND)
        names = ["0", *(f"{100 * tick:g}" for tick in _TICKS), "100"]
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_ticks((_ENDS[0], *_TICKS, _ENDS[1]), names)
            axis.set_ticks([], minor=True)
        axes.set(xlabel="probability stated (%)", ylabel="share that is right (%)")
        said = f"expected calibration error {found.expected_error:.2%}"
        axes.annotate(said, (0.98, 0.12), xycoords="axes fraction", ha="right")

    return drawing


def recall(strata: dict[str, tuple[Stratum, ...]]) -> Draw:
    """Return the drawing of recall by stratum, beside that of the claimed ID number alone."""

    def drawing(axes: Axes) -> None:
        names, place, lowest = list[str](), 0, 100.0
        for by, rows in strata.items():
            names.append(by.upper())
            place += 1
            for row in rows:
                if row.links.findable:
                    names.append(f"{row.name}  {row.links.findable:,}")
                    _dot(axes, row.baseline.recall, place + 0.14, (ORANGE, "D"))
                    _dot(axes, row.links.recall, place - 0.14, (BLUE, "o"))
                    found = row.links.recall.low, row.baseline.recall.low
                    lowest = min(lowest, *(100 * share for share in found))
                    place += 1
        axes.set_yticks(range(place), names)
        for label in axes.get_yticklabels():
            if label.get_text().isupper():
                label.set_color(GREY)
                label.set_fontsize(8)
        axes.set(ylim=(place - 0.5, -0.7), xlim=(lowest - 2, 101), xlabel="recall (%)")
        axes.plot([], [], "o", color=BLUE, label="links")
        axes.plot([], [], "D", color=ORANGE, label="claimed ID alone", markersize=5)
        axes.legend(loc="upper left", ncols=2, framealpha=0.9, edgecolor="none")

    return drawing


def _dot(axes: Axes, share: Share, place: float, look: tuple[str, str]) -> None:
    colour, shape = look
    axes.plot([100 * share.low, 100 * share.high], [place] * 2, color=colour, linewidth=2)
    axes.plot(100 * share.value, place, shape, color=colour, markersize=5)


def _columns(shares: Sequence[Share]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    value, low, high = np.array([(s.value, s.low, s.high) for s in shares]).T * 100
    return value, low, high
