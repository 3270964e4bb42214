"""What happens on a schedule and not by chance: meters report, shifts begin, wages are paid."""

import numpy as np

from streams.events import HOUR
from streams.synthetic.chance import Flags, Ints
from streams.synthetic.emission import Hour, Uses


def within_hour(hour: Hour, rows: Ints, actor: Ints) -> Uses:
    """Return one use of each account (rows of Accounts) by somebody, some time in this hour.

    What happens before the account is opened, after it is closed or after the actor's death is
    left out.
    """
    times = hour.block * HOUR + (hour.chance.random(len(rows)) * HOUR).astype(np.int64)
    uses = Uses(rows, times, actor)
    return uses.where(in_use(hour, uses))


def in_use(hour: Hour, uses: Uses) -> Flags:
    """Return which uses are of a registered account while it is open, by somebody alive."""
    a = hour.accounts
    live: Flags = a.named[uses.account] & (uses.time < hour.population.life.died[uses.actor])
    live &= (uses.time > a.opened[uses.account]) & (uses.time < a.closed[uses.account])
    return live
