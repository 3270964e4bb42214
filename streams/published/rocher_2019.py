"""How likely a record is unique, and a match right, by the share of people who look like it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.privacy.estimate import Estimate, census, sampled_mean, wilson
from streams.reproducing.classes import classes
from streams.reproducing.material import Material
from streams.reproducing.plot import Curve, Plot
from streams.study import Claim, Findings, Row, Study, row
from streams.synthetic.chance import Floats, Ints

FRACTIONS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
_ENDLESS = 2**62


@dataclass(frozen=True)
class Sample:
    """Some people of a population: how many look like each, among all and among the sample."""

    everybody: int
    among_all: Ints
    among_us: Ints

    @property
    def unique(self) -> Estimate:
        """Return who is alone in the sample."""
        return wilson(int(np.count_nonzero(self.among_us == 1)), len(self.among_us))

    @property
    def right(self) -> Estimate:
        """Return how often a guess among those who look alike in the sample is right."""
        return sampled_mean(1.0 / self.among_us, _ENDLESS)

    @property
    def share(self) -> Floats:
        """Return the paper's p: what share of everybody looks like each."""
        return self.among_all / self.everybody

    @property
    def share_of_others(self) -> Floats:
        """Return what share of everybody else looks like each."""
        return (self.among_all - 1) / (self.everybody - 1)


def likely_unique(p: Floats, n: int) -> Floats:
    """Return the chance that none of n - 1 others looks like each: (1 - p)^(n - 1).

    >>> likely_unique(np.array([0.0, 0.5, 1.0]), 3).tolist()
    [1.0, 0.25, 0.0]
    """
    found: Floats = (1.0 - p) ** (n - 1)
    return found


def likely_right(p: Floats, n: int) -> Floats:
    """Return the chance that a match among n is right: (1 - (1 - p)^n) / (n p), 1 where p is 0.

    >>> likely_right(np.array([0.0, 0.5, 1.0]), 2).tolist()
    [1.0, 0.75, 0.5]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = -np.expm1(n * np.log1p(-p)) / (n * p)
    return np.where(p > 0, found, 1.0)


def _samples(material: Material) -> tuple[Ints, Ints]:
    """Return the class of everybody by district, sex and birth date, and an order by lot."""
    people = material.census
    of = classes(people.male, people.born, material.district)
    return of, material.draw("rocher_2019/order").permutation(len(people))


def _sample(of: Ints, chosen: Ints) -> Sample:
    mine = of[chosen]
    return Sample(len(of), np.bincount(of)[mine], np.bincount(mine)[mine])


def _find(material: Material) -> Findings:
    of, order = _samples(material)
    n, tenth = max(2, len(of) // 100), len(of) // 10
    again = material.draw("rocher_2019/again").integers(0, len(of), tenth)
    hundredth, tenths, repeated = (
        _sample(of, order[:n]),
        _sample(of, order[:tenth]),
        _sample(of, again),
    )
    return Findings(
        (
            *_rows(
                f"{n:,} of {len(of):,}", hundredth, hundredth.share,
                "so small a part is as good as drawn from an endless population",
            ),
            *_rows(
                f"{tenth:,} of {len(of):,}", tenths, tenths.share,
                "the formula has p as a chance for every other record; a tenth of a closed "
                "population, drawn without replacement, is too much for that",
            ),
            *_rows(
                f"{tenth:,}, p of the others", tenths, tenths.share_of_others,
                "the same people, with p the share that looks alike among all others: then the "
                "formulas hold in a closed population too",
            ),
            *_rows(
                f"{tenth:,}, put back", repeated, repeated.share,
                "records drawn with replacement: what the formulas assume",
            ),
        ),
        _plot([_sample(of, order[: max(2, round(f * len(of)))]) for f in FRACTIONS]),
    )  # fmt: skip


def _rows(who: str, sample: Sample, p: Floats, why: str) -> list[Row]:
    n = len(sample.among_us)
    unique, right = float(likely_unique(p, n).mean()), float(likely_right(p, n).mean())
    return [
        row(
            f"{who}: unique", Claim(says=f"(1-p)^(n-1) = {unique:.1%}", value=unique),
            sample.unique, "predicts", why,
        ),
        row(
            f"{who}: match right", Claim(says=f"its kappa = {right:.1%}", value=right),
            sample.right, "predicts", why,
        ),
    ]  # fmt: skip


def _plot(samples: Sequence[Sample]) -> Plot:
    x = [len(s.among_us) for s in samples]

    def formula(shares: Sequence[Floats]) -> list[Estimate]:
        pairs = zip(shares, x, strict=True)
        return [census(float(likely_unique(p, n).mean()), n) for p, n in pairs]

    return Plot(
        title="Unique in a sample, and the formula (Rocher et al. 2019)",
        x_label=f"people sampled of {samples[-1].everybody:,}, without replacement",
        y_label="alone by district, sex and birth date (%)",
        curves=[
            Curve("counted", x, [s.unique for s in samples]),
            Curve("formula, p of everybody", x, formula([s.share for s in samples]), "line"),
            Curve("formula, p of others", x, formula([s.share_of_others for s in samples]), "line"),
        ],
        x_scale="log",
    )


STUDY = Study(
    name="rocher_2019",
    citation="Rocher, Hendrickx and de Montjoye 2019, Nature Communications 10:3069",
    doi="10.1038/s41467-019-10933-3",
    studied="the formulas, which it tests on 210 populations of survey and census data",
    people=0,
    read="its abstract; the formulas in its authors' program CorrectMatch",
    not_carried=(
        "99.98 % of Americans by 15 attributes: people here have no such attributes; and its "
        "copula, since p is known here"
    ),
    find=_find,
)
