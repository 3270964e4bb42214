"""How many people sex, a date of birth and a postal district single out, counted as a census."""

from functools import partial
from typing import NamedTuple

import numpy as np

from linkage.privacy.estimate import Estimate
from streams.reproducing.classes import alone, classes, months, years
from streams.reproducing.estimates import of_process
from streams.reproducing.material import DISTRICT, Material
from streams.reproducing.regions import (
    Uneven,
    fitting_uneven,
    uneven_regions,
)
from streams.study import Claim, Findings, Study, row
from streams.synthetic.chance import Ints
from streams.synthetic.population import Population

DAY, MONTH = DISTRICT, 0.042
LEAST = 5
"""Regions, of which there must be as many to say anything about regions."""
COUNTY = 10.2
"""Times as many people in a county as in a ZIP area: 32,000 of these and 3,141 counties."""

ZIP_DAY = Claim(says="63.3 %", value=DAY)
ZIP_MONTH = Claim(says="4.2 %", value=MONTH)
ZIP_YEAR = Claim(says="0.2 %", value=0.002)
COUNTY_DAY = Claim(says="14.8 %", value=0.148)
COUNTY_MONTH = Claim(says="0.2 %", value=0.002)
SWEENEY = Claim(says="87 %", value=0.87)


class Born(NamedTuple):
    """Columns of everybody that sex and birth tell: to the day, the month and the year."""

    day: Ints
    month: Ints
    year: Ints


def _born(people: Population) -> Born:
    return Born(
        classes(people.male, people.born),
        classes(people.male, months(people.born)),
        classes(people.male, years(people.born)),
    )


class Regions(NamedTuple):
    """The region of everybody, how many there are, and whose households are in them."""

    of: Ints
    many: int
    household: Ints

    def share(self, born: Ints) -> Estimate | None:
        """Return who is alone; sizes are given, so the interval is of people. None with too few."""
        if self.many < LEAST:
            return None
        return of_process(alone(classes(born, self.of)).astype(float), self.household)


def _regions(of: Ints, people: Population) -> Regions:
    return Regions(of, len(np.unique(of)), people.household)


def _find(material: Material) -> Findings:
    people = material.census
    born, cells, home = _born(people), people.cells, people.home
    equal = _regions(material.district, people)
    fitted = fitting_uneven(born.day, born.month, (DAY, MONTH))
    district, county = (
        _regions(uneven_regions(home, cells, sizes, material.draw("golle_2006", tick)), people)
        for tick, sizes in enumerate((fitted, Uneven(fitted.people * COUNTY, fitted.sigma)))
    )
    few = f"{len(people):,} people fill fewer than {LEAST} such regions"
    told = partial(row, missing=few)
    return Findings(
        (
            told(
                "equal districts: sex, day of birth", ZIP_DAY, equal.share(born.day),
                "calibrated", f"{equal.many} rectangles of cells, so large that they meet it",
            ),
            told(
                "equal districts: sex, month of birth", ZIP_MONTH, equal.share(born.month),
                "predicts", "real districts are uneven, and those who are alone by month live in "
                "the small ones; the next rows have uneven ones",
            ),
            told(
                "uneven districts: sex, day of birth", ZIP_DAY, district.share(born.day),
                "calibrated", f"{district.many} districts of lognormal size, mean "
                f"{fitted.people:,.0f}, sigma {fitted.sigma:.2f}, fitted to this and the next",
            ),
            told(
                "uneven districts: sex, month of birth", ZIP_MONTH, district.share(born.month),
                "calibrated", "see above; a real ZIP area has about 8,800 people on average, "
                "which the fit was not told",
            ),
            told(
                "uneven districts: sex, year of birth", ZIP_YEAR, district.share(born.year),
                "predicts", "by year of birth hardly anybody is alone, here as there",
            ),
            told(
                "uneven counties: sex, day of birth", COUNTY_DAY, county.share(born.day),
                "predicts", f"{county.many} counties, each {COUNTY} times a district and as uneven",
            ),
            told(
                "uneven counties: sex, month of birth", COUNTY_MONTH, county.share(born.month),
                "predicts", "by month hardly anybody is alone in a county, here as there",
            ),
            told(
                "Sweeney 2000: ZIP, sex, day of birth", SWEENEY, district.share(born.day),
                "predicts", "the districts are set to meet Golle, so this is his own finding: from "
                "her census of 1990 he got 61 %, and could not account for her 87 %",
            ),
        )
    )  # fmt: skip


STUDY = Study(
    name="golle_2006",
    citation="Golle 2006, WPES '06, ACM, pages 77-80; Sweeney 2000, CMU, LIDAP-WP4",
    doi="10.1145/1179601.1179615",
    studied="the census of the United States in 2000, by ZIP area and county",
    people=281_421_906,
    read=(
        "63 %, 61 % and 87 % in several secondary sources; the figures by month, by year and by "
        "county are from memory, and unchecked"
    ),
    not_carried="how age and sex differ from place to place: here they are the same everywhere",
    find=_find,
)
