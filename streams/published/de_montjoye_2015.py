"""Unique in the shopping mall: a few payments by card single somebody out, prices help."""

from collections.abc import Mapping

import numpy as np

from linkage.privacy.estimate import Estimate
from streams.reproducing.estimates import combined, mean, rise
from streams.reproducing.material import Material
from streams.reproducing.plot import Curve, Mark, Plot
from streams.reproducing.singling import PointOf, singled_out_by
from streams.study import Claim, Findings, Row, Study, row
from streams.synthetic.calibration.traces import Trace
from streams.synthetic.calibration.unicity import day_and_place, day_place_and_price
from streams.synthetic.chance import Ints

KNOWN = (1, 2, 3, 4, 5, 6, 8, 10)
AVERAGED = (2, 3, 4, 5)
"""Known points over which the price's effect is averaged: one point singles out nobody."""
DAYS = (1, 3, 7, 15)
"""Days merged into one, over which its effect is averaged too."""
_PRICED = 21
"""Bits of a shop and a range of prices in `day_place_and_price`."""
BARE, PRICED = "day x shop", "day x shop x price"

FOUR = Claim(says="90 %", value=0.90)
PRICE = Claim(says="22 % more", value=0.22, unit="change")

Shares = Mapping[str, Mapping[int, Estimate | None]]


def bare(days: int) -> PointOf:
    """Return points of so many days x shop."""

    def point(trace: Trace) -> Ints:
        return trace.hour.astype(np.int64) // 24 // days << 17 | trace.place

    return point


def priced(days: int) -> PointOf:
    """Return points of so many days x shop x range of prices."""

    def point(trace: Trace) -> Ints:
        rest = day_place_and_price(trace) & ((1 << _PRICED) - 1)
        return trace.hour.astype(np.int64) // 24 // days << _PRICED | rest

    return point


def _find(material: Material) -> Findings:
    cards = material.traces.get("card")
    shares = {
        name: {
            k: singled_out_by(cards, point, k, material.draw(f"de_montjoye_2015/{name}", k))
            for k in KNOWN
        }
        for name, point in ((BARE, day_and_place), (PRICED, day_place_and_price))
    }
    four = row(
        "4 points, day x shop", FOUR, shares[BARE][4], "calibrated",
        "shops and their custom were set so that four payments tell about as much of 20,000 "
        "people in 30 days as in three months there",
    )  # fmt: skip
    return Findings((four, _relative(shares), _by_days(material, cards)), _plot(shares))


def _relative(shares: Shares) -> Row:
    what = f"price known, {AVERAGED[0]} to {AVERAGED[-1]} points: relative"
    rises = [_rise(shares[BARE][k], shares[PRICED][k]) for k in AVERAGED]
    there = [one for one in rises if one is not None]
    if len(there) < len(rises):
        there = []
    return row(
        what, PRICE, mean(there) if there else None, "predicts",
        'the abstract has "by 22 %, on average" and not over what; this is one reading of it. '
        "A shop's prices here are one lognormal, told within half a decade",
        "too few people have five payments for a ratio of shares",
    )  # fmt: skip


def _by_days(material: Material, cards: Trace | None) -> Row:
    what = f"price known, 4 points, {DAYS[0]} to {DAYS[-1]} days"
    changes = []
    for days in DAYS:
        without, having = (
            singled_out_by(cards, point, 4, material.draw(f"de_montjoye_2015/{name}/days", days))
            for name, point in ((BARE, bare(days)), (PRICED, priced(days)))
        )
        if without is None or having is None:
            break
        changes.append(combined([having, without], [1, -1]))
    whole = len(changes) == len(DAYS)
    return row(
        what, PRICE, mean(changes) if whole else None, "predicts",
        "another reading of it: the rise in points of %, averaged over dates told to 1, 3, 7 and "
        "15 days; the coarser the date, the more a price adds",
        "nobody here has four payments",
    )  # fmt: skip


def _rise(before: Estimate | None, after: Estimate | None) -> Estimate | None:
    return None if before is None or after is None else rise(before, after)


def _plot(shares: Shares) -> Plot | None:
    there = {
        name: {k: share for k, share in curve.items() if share is not None}
        for name, curve in shares.items()
    }
    if not there[BARE]:
        return None
    return Plot(
        title="Singled out by a few payments (de Montjoye et al. 2015)",
        x_label="known payments of a person",
        y_label="people singled out (%)",
        curves=[Curve(name, list(curve), list(curve.values())) for name, curve in there.items()],
        marks=[Mark("4 points: 90 %", 4, 0.90, 0)],
    )


STUDY = Study(
    name="de_montjoye_2015",
    citation="de Montjoye, Radaelli, Singh and Pentland 2015, Science 347:536",
    doi="10.1126/science.1256297",
    studied="card payments of 1.1 million people in 10,000 shops over three months",
    people=1_100_000,
    read="its abstract, and the authors' manuscript as far as a stored copy goes",
    not_carried=(
        "that women and people of higher income are more unique: income is not modelled, and "
        "nobody shops by sex"
    ),
    find=_find,
)
