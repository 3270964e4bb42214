"""What changes in people's lives while the stream flows: moves, marriages, renewals, deaths.

Times are milliseconds of the stream. All are planned for the whole synthetic epoch, so a longer
run begins with the same lives as a shorter one.
"""

from dataclasses import dataclass

import numpy as np

from streams.synthetic.chance import Flags, Floats, Ints, chance

NEVER = 2**62
EPOCH_DAYS = 115
EPOCH = EPOCH_DAYS * 86_400_000
"""As long as the synthetic epoch, see events.Time."""


@dataclass(frozen=True)
class Rates:
    """How often lives change, per person and year, and how fast life goes in the stream.

    `moves` is by household (1 in 10 a year), `marriages` by couple that lives together, of whom
    `takes_name` take the other's surname; `renewals` give a new ID number; `deaths` are of people
    of 60, and double with every eight years (Gompertz 1825). `churn` closes accounts; a
    number passes on to somebody else after `quarantine` (ms) at the earliest.

    `pace` multiplies all of them: at 10, a day of the stream brings ten days' changes, so that a
    run of two days has some of each. Set it to 1 for a study over weeks.
    """

    moves: float = 0.10
    marriages: float = 0.06
    takes_name: float = 0.3
    renewals: float = 0.01
    deaths: float = 0.01
    churn: float = 0.20
    quarantine: int = 3_600_000
    pace: float = 10.0


TYPICAL_RATES = Rates()


@dataclass(frozen=True)
class Life:
    """When something changes for each person (NEVER if it does not); `renamed`: and the name."""

    moved: Ints
    married: Ints
    renamed: Flags
    renewed: Ints
    died: Ints


def plan_life(household: Ints, partner: Flags, age_days: Ints, rates: Rates, seed: int) -> Life:
    """Return when each person's household moves, they marry, get a new ID number and die.

    A first member of a household marries their partner. Each comes once at most.
    """
    draw, people = chance(seed, "life"), len(household)
    moved = when(draw, np.full(int(household[-1]) + 1, rates.moves * rates.pace))[household]
    wedding = when(draw, np.where(partner, rates.marriages * rates.pace, 0.0))
    wed = np.flatnonzero(wedding < NEVER)
    married = wedding.copy()
    married[wed - 1] = wedding[wed]  # the partner is the household's second member
    renewed = when(draw, np.full(people, rates.renewals * rates.pace))
    doublings = (age_days / 365.25 - 60) / 8
    died = when(draw, rates.deaths * rates.pace * 2.0**doublings)
    renamed = partner & (draw.random(people) < rates.takes_name) & (married < NEVER)
    return Life(moved, married, renamed, renewed, died)


def when(draw: np.random.Generator, per_year: Floats) -> Ints:
    """Return when something first happens to each row at these rates, NEVER after the epoch.

    >>> when(np.random.default_rng(1), np.array([0.0, 1e9])).tolist()[0] == NEVER
    True
    """
    wait = draw.standard_exponential(len(per_year))
    year = 365.25 * 86_400_000
    with np.errstate(divide="ignore"):
        at = np.where(per_year > 0, wait * year / per_year, np.inf)
    return np.where(at < EPOCH, np.minimum(at, EPOCH), NEVER).astype(np.int64)
