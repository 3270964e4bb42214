"""How unicity falls as a data set grows: slowly, and more slowly the larger it is."""

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaln

from linkage.privacy.estimate import Estimate, sampled_mean
from streams.reproducing.estimates import combined
from streams.reproducing.material import Material
from streams.reproducing.plot import Curve, Mark, Plot
from streams.reproducing.singling import SAMPLE, part, singled_out
from streams.reproducing.words import many
from streams.study import Claim, Findings, Row, Study, row
from streams.synthetic.calibration.traces import Trace
from streams.synthetic.calibration.unicity import crowds, gather, hour_and_place
from streams.synthetic.chance import Floats, Ints

ATTACKED = 20_000
"""People attacked in each part, if there are as many: slopes need sharper shares than levels."""
HALVINGS = 5
"""The smallest part of the people is 1 / 2**HALVINGS of them."""
ANTENNA = 157
"""People of theirs for each antenna: a million, and 6,351 antennas."""
MILLION = {2: 0.693, 4: 0.985}
"""Their observed unicity among 982,000 people."""

SLOPE = Claim(says="-1.3 points", value=-0.0127, unit="change")
CONVEX = Claim(says="convex", value=0.0, how="at least", unit="change")
BOUND = Claim(says="a lower bound", value=0.0, how="at least", unit="change")
FOUR = Claim(says="98.5 %", value=MILLION[4])
TWO = Claim(says="69.3 %", value=MILLION[2])
COUNTRY = Claim(says="93 %", value=0.93)


class Nested:
    """The calls of ever smaller parts of the people, each within the next larger one."""

    def __init__(self, calls: Trace, material: Material) -> None:
        people = np.unique(calls.person)
        place = np.full(int(people[-1]) + 1, len(people))
        place[material.draw("farzanehfar_2021/parts").permutation(people)] = np.arange(len(people))
        self._calls, self._place, self._material = calls, place, material
        self.people = len(people)

    def unicity(self, people: int, known: int) -> Estimate | None:
        """Return the share of so many people whom known points single out among them."""
        calls = part(self._calls, self._place[self._calls.person] < people)
        draw = self._material.draw(f"farzanehfar_2021/{known}", people)
        return singled_out(gather(calls.person, hour_and_place(calls)), known, draw, ATTACKED)

    def expected(self, sizes: Sequence[int], known: int) -> list[Estimate]:
        """Return the same of random parts of all people, worked out from crowds among all.

        Somebody in a crowd of c is alone in a part of n if none of the others is in it. That is
        convex in n for each crowd, which is how the paper proves that unicity is.
        """
        draw = self._material.draw(f"farzanehfar_2021/{known}/all")
        points = gather(self._calls.person, hour_and_place(self._calls))
        found = crowds(points, known, SAMPLE, draw)
        able = int(np.count_nonzero(points.counts >= known))
        return [sampled_mean(alone_in_part(found, n, self.people), able) for n in sizes]


def alone_in_part(crowd: Ints, part: int, people: int) -> Floats:
    """Return the chance that none of somebody's crowd is in a part of the people they are in.

    >>> alone_in_part(np.array([1, 2, 3]), 2, 5).round(3).tolist()
    [1.0, 0.75, 0.5]
    """
    others, rest = crowd - 1.0, float(people - part)
    with np.errstate(invalid="ignore"):
        log = gammaln(rest + 1) - gammaln(rest - others + 1)
        log -= gammaln(people) - gammaln(people - others)
    return np.where(others <= rest, np.exp(np.minimum(log, 0.0)), 0.0)


def _find(material: Material) -> Findings:
    calls = material.traces.get("cdr")
    nested = None if calls is None else Nested(calls, material)
    dense = min(ANTENNA * material.cells, nested.people if nested else 0)
    return Findings(_rows(material, nested, dense), _plot(nested, dense) if nested else None)


def _rows(material: Material, nested: Nested | None, dense: int) -> tuple[Row, ...]:
    n = nested.people if nested else 0
    tenth = _shares(nested, [n // 10, n])
    quarters = _shares(nested, [n * quarter // 4 for quarter in (1, 2, 3, 4)])
    four, two = _shares(nested, [dense]), _shares(nested, [dense], 2)
    scale = f"{many(material.cells, 'cell')} and {many(material.days, 'day')}, theirs 6,351 and 90"
    return (
        row(
            f"4 points, {dense:,} people", FOUR, four[0] if four else None, "predicts",
            f"{ANTENNA} people for each cell, as they have for each antenna; {scale}",
        ),
        row(
            f"2 points, {dense:,} people", TWO, two[0] if two else None, "predicts",
            f"where there are few cells two points are soon shared, three months or one; {scale}",
        ),
        row(
            f"4 points, {n // 10:,} to {n:,} people", SLOPE,
            combined(tenth, [-1, 1]) if tenth else None, "predicts",
            f"theirs from 98,000 to 982,000 people, as observed; {scale}",
        ),
        row(
            "4 points, least second difference", CONVEX, _bend(quarters), "predicts",
            f"at quarters of the {n:,} people, each part within the next; a theorem, so nothing "
            "but noise could break it",
        ),
        row(
            "4 points, above the line through less", BOUND,
            combined(quarters, [2, -3, 0, 1]) if quarters else None, "predicts",
            "all people against the straight line through a quarter and a half of them, which "
            "what is convex stays above",
        ),
        row(
            "4 points, 60 million people", COUNTRY, None, "predicts", "",
            f"theirs is a model's figure, for {60_000_000 // max(n, 1):,} times as many people as "
            f"left a trace here; {_further(tenth, n)}",
        ),
    )  # fmt: skip


def _shares(nested: Nested | None, sizes: Sequence[int], known: int = 4) -> list[Estimate]:
    """Return the unicity of parts of these sizes; nothing if one of them cannot be told."""
    if nested is None or min(sizes) < 2:
        return []
    found = [nested.unicity(size, known) for size in sizes]
    there = [one for one in found if one is not None]
    return there if len(there) == len(found) else []


def _bend(quarters: Sequence[Estimate]) -> Estimate | None:
    """Return the least second difference of shares at equal steps of people."""
    if not quarters:
        return None
    bends = [combined(quarters[i : i + 3], [1, -2, 1]) for i in (0, 1)]
    return min(bends, key=lambda bend: bend.value)


def _further(tenth: Sequence[Estimate], people: int) -> str:
    if not tenth:
        return "and nobody here has so many points"
    slope = tenth[1].value - tenth[0].value
    there = tenth[1].value + slope * float(np.log10(60_000_000 / people))
    return f"a straight line through our last tenfold would end at {there:.0%}, a guess"


def _plot(nested: Nested, dense: int) -> Plot | None:
    sizes = [nested.people >> halving for halving in range(HALVINGS, -1, -1)]
    steps = np.geomspace(max(sizes[0], 2), nested.people, 40).astype(int).tolist()
    curves, marks = [], []
    for known, published in MILLION.items():
        shares = _shares(nested, sizes, known)
        if not shares:
            return None
        line = nested.expected(steps, known)
        curves += [
            Curve(f"{known} points", sizes, shares),
            Curve(f"{known} points, from crowds", steps, line, "line"),
        ]
        marks.append(Mark(f"published: {published:.1%}", dense, published, len(curves) - 2))
    return Plot(
        title="Unicity falls slowly with the people (Farzanehfar et al. 2021)",
        x_label="people in the data set; diamonds: theirs, with as many for each antenna",
        y_label="people singled out (%)",
        curves=curves,
        marks=marks,
        x_scale="log",
    )


STUDY = Study(
    name="farzanehfar_2021",
    citation="Farzanehfar, Houssiau and de Montjoye 2021, Patterns 2:100204",
    doi="10.1016/j.patter.2021.100204",
    studied="phones of a million people over three months, hour x antenna (6,351 of them)",
    people=1_000_000,
    read="its abstract, and the results that its authors publish with their code",
    not_carried="a country of 60 million, for which they generate traces by a model of their own",
    find=_find,
)
