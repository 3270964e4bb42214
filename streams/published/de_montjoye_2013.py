"""Unique in the crowd: a few points of a phone's trace single somebody out, coarse ones too."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from scipy.optimize import minimize_scalar

from linkage.privacy.estimate import Estimate
from streams.reproducing.estimates import combined, mean, resampled
from streams.reproducing.material import Material
from streams.reproducing.plot import Curve, Mark, Plot
from streams.reproducing.singling import singled_out, singled_out_by
from streams.reproducing.words import many
from streams.study import Claim, Findings, Row, Study, row
from streams.synthetic.calibration.traces import Trace
from streams.synthetic.calibration.unicity import gather, hour_and_place
from streams.synthetic.chance import Floats, Ints
from streams.synthetic.places import width_of

KNOWN = (1, 2, 3, 4, 5, 6, 8, 11)
FITTED = (4, 6, 8, 10)
"""Known points of which the exponent is fitted."""
BLOCKS = {1: (1, 1), 2: (1, 2), 4: (2, 2), 5: (1, 5)}
"""Cells that are merged into one: rows and columns of the grid."""
GRID = tuple(product((1, 2, 4), (1, 2, 4)))
"""Hours merged, and cells merged: up to 16 times as coarse, where the curves are still curves."""
TRACES = 2_500
"""Traces sampled for each resolution, as in the paper."""
REPEATS = 200

Resolution = tuple[int, int]
Found = Mapping[Resolution, Estimate]

FOUR = Claim(says="95 %", value=0.95)
TWO = Claim(says="over 50 %", value=0.50, how="at least")
ELEVEN = Claim(says="all traces", value=1.0)
HALVED = Claim(says="9.3 % fewer", value=0.093, unit="change")
HALVED_TEN = Claim(says="6.2 % fewer", value=0.062, unit="change")
FIVE_BY_FIVE = Claim(says="over 50 %", value=0.50, how="at least")
EXPONENT = Claim(says="0.129", value=0.129, unit="number")
FALLS = Claim(says="falls by 0.007", value=0.007, unit="number")


def coarse(trace: Trace, width: int, resolution: Resolution) -> Ints:
    """Return each row's point when so many hours and so many cells are merged into one."""
    hours, (high, wide) = resolution[0], BLOCKS[resolution[1]]
    y, x = np.divmod(trace.place.astype(np.int64), width)
    found: Ints = (trace.hour.astype(np.int64) // hours) << 17 | (y // high) * width + x // wide
    return found


def exponent(resolutions: Floats, shares: Floats) -> float:
    """Return the beta of shares = alpha - resolutions ** beta that fits best (least squares)."""

    def misfit(beta: float) -> float:
        return float(np.var(shares + resolutions**beta))  # alpha is the mean

    return float(minimize_scalar(misfit, bounds=(1e-4, 1.0), method="bounded").x)


def _find(material: Material) -> Findings:
    calls = material.traces.get("cdr")
    scale = f"{many(material.cells, 'cell')} here, 6,500 antennas there"
    curve = {
        k: singled_out_by(calls, hour_and_place, k, material.draw("de_montjoye_2013", k))
        for k in KNOWN
    }
    set_so = "how people move was set so that points tell this much of 20,000 people in 30 days"
    found = (
        row("4 points, hour x cell", FOUR, curve[4], "calibrated", set_so),
        row("2 points, hour x cell", TWO, curve[2], "calibrated", set_so),
        row(
            "11 points, hour x cell", ELEVEN, curve[11], "predicts",
            f"not set, but much of it follows from four points; {scale}",
        ),
    )  # fmt: skip
    return Findings((*found, *_coarsened(material, calls, scale)), _plot(curve))


def _coarsened(material: Material, calls: Trace | None, scale: str) -> Sequence[Row]:
    """Return the rows about what coarsening does."""
    told = None if calls is None else _grids(material, calls)
    five = _five_by_five(material, calls) if calls else None
    beta, falls = _law(told, material) if told else (None, None)
    filled = f"few cells, merged, soon hold everybody: {scale}"
    return [
        row(
            "4 points, resolution halved", HALVED, _halved(told[4]) if told else None, "predicts",
            "halved in time or in place, the mean of both; published is 2^(0.157 - 0.007 p) - 1, "
            "by the fitted law, not counted",
        ),
        row(
            "10 points, resolution halved", HALVED_TEN, _halved(told[10]) if told else None,
            "predicts", "ten points single out nearly everybody here, at half the resolution too; "
            "published is by the fitted law",
        ),
        row("4 points, 5 hours x 5 cells", FIVE_BY_FIVE, five, "predicts", filled),
        row(
            "exponent of resolution, 4 points", EXPONENT, beta, "predicts",
            f"share = alpha - (hours x cells)^beta, fitted at 1 to 16 times as coarse; {filled}",
        ),
        row(
            "the exponent, by each point more", FALLS, falls, "predicts",
            "the published exponent is 0.157 - 0.007 p; in life calls come in bursts, here one by "
            "one, so that ten points here may well tell more",
        ),
    ]  # fmt: skip


def _five_by_five(material: Material, calls: Trace) -> Estimate | None:
    points = gather(calls.person, coarse(calls, width_of(material.cells), (5, 5)))
    return singled_out(points, 4, material.draw("de_montjoye_2013/five"), TRACES)


def _grids(material: Material, calls: Trace) -> dict[int, dict[Resolution, Estimate]] | None:
    """Return the shares by points known and resolution; None if nobody has the points."""
    told: dict[int, dict[Resolution, Estimate]] = {k: {} for k in FITTED}
    for tick, resolution in enumerate(GRID):
        points = gather(calls.person, coarse(calls, width_of(material.cells), resolution))
        for k in FITTED:
            draw = material.draw(f"de_montjoye_2013/{k}", tick)
            share = singled_out(points, k, draw, TRACES)
            if share is None:
                return None
            told[k][resolution] = share
    return told


def _halved(told: Found) -> Estimate:
    """Return how much less is singled out at half the resolution, in time or in place."""
    return combined([told[1, 1], mean([told[2, 1], told[1, 2]])], [1, -1])


def _law(told: Mapping[int, Found], material: Material) -> tuple[Estimate, Estimate]:
    """Return the exponent at four points, and by how much it falls with each more."""
    coarseness = np.array([hours * cells for hours, cells in GRID], dtype=np.float64)
    shares = np.array([[told[k][r].value for r in GRID] for k in FITTED])
    n = np.array([[told[k][r].n for r in GRID] for k in FITTED])
    draw = material.draw("de_montjoye_2013/again")

    def fits(of: Floats) -> tuple[float, float]:
        betas = [exponent(coarseness, row) for row in of]
        return betas[0], -float(np.polyfit(FITTED, betas, 1)[0])

    four, falls = fits(shares)
    again = np.array([fits(draw.binomial(n, shares) / n) for _ in range(REPEATS)])
    people = int(n.min())
    return resampled(four, again[:, 0], people), resampled(falls, again[:, 1], people)


def _plot(by_known: Mapping[int, Estimate | None]) -> Plot | None:
    there = {k: share for k, share in by_known.items() if share is not None}
    if not there:
        return None
    return Plot(
        title="Singled out by a few known points (de Montjoye et al. 2013)",
        x_label="known points of a person, hour x cell of calls",
        y_label="people singled out (%)",
        curves=[Curve("this world", list(there), list(there.values()))],
        marks=[Mark("4 points: 95 %", 4, 0.95, 0), Mark("2 points: over 50 %", 2, 0.5, 0)],
    )


STUDY = Study(
    name="de_montjoye_2013",
    citation="de Montjoye, Hidalgo, Verleysen and Blondel 2013, Scientific Reports 3:1376",
    doi="10.1038/srep01376",
    studied="calls of 1.5 million people over 15 months, hour x antenna (6,500 of them)",
    people=1_500_000,
    read="its abstract; the power law and its figures in notes that quote the full text",
    not_carried="antennas of very unequal reach (0.15 to 15 km2): cells here are alike",
    find=_find,
)
