"""Who opens which account when, in whose name and with whose ID number, and what becomes of it."""

import numpy as np

from streams.events import HOUR
from streams.synthetic.chance import Flags, Floats, Ints, chance
from streams.synthetic.corruption.channels import STRATA, plan_claims
from streams.synthetic.corruption.errors import Errors
from streams.synthetic.emission import Accounts, Emit
from streams.synthetic.life import EPOCH, NEVER, Rates, when
from streams.synthetic.population import Population

EARLY = 0.92
"""Share of accounts opened in the first OPENING hours; the rest opens over the days after."""
OPENING = 8
LATER = 24 * HOUR
"""Mean time after which the rest is opened (exponential)."""
BORROWED = STRATA.index("borrowed")
REOPENED = HOUR
"""Mean time between closing an account and opening its successor."""


def open_accounts(
    name: str, emit: Emit, population: Population, rates: Rates, errors: Errors, seed: int
) -> Accounts:
    """Return the tenancies of one source: those of the start, their successors, recycled ones.

    A candidate's first account has the candidate's number; for most sources that is the holder's
    row, so the first SIM is the phone number that other forms give.
    """
    draw = chance(seed, f"{name}/accounts")
    number, holder, weight = _first(draw, emit, population)
    opened = _openings(draw, len(holder))
    closed = opened + when(draw, np.full(len(holder), emit.churn * rates.churn * rates.pace))
    closed = np.minimum(closed, NEVER)
    again, passed = _ended(draw, emit, closed)
    slot = np.arange(len(holder))
    first = len(population) + int(number.max(initial=0)) + 1
    waits = draw.standard_exponential((2, len(holder)))
    holders = np.concatenate([holder, holder[again], _others(draw, population, holder[passed])])
    starts = [closed[again] + waits[0, again] * REOPENED]
    starts += [closed[passed] + rates.quarantine * (1 + waits[1, passed])]
    openings = np.concatenate([opened, *starts]).astype(np.int64)
    never = np.full(len(again) + len(passed), NEVER)
    described, claimed, stratum = _claims(draw, emit, population, errors, holders)
    mates = _mates(draw, emit, population, holders)
    named = draw.random(len(holders)) >= emit.anonymous
    weights = np.concatenate([weight, weight[again], weight[passed]])
    return Accounts(
        number=np.concatenate([number, first + np.arange(len(again)), number[passed]]),
        slot=np.concatenate([slot, len(slot) + np.arange(len(again)), passed]),
        holder=holders,
        mate=mates,
        described=described,
        claimed=claimed,
        stratum=stratum,
        opened=np.where(openings < population.life.died[holders], openings, NEVER),
        closed=np.minimum.reduce(
            [
                np.concatenate([closed, never]),
                population.life.died[holders],
                population.life.died[mates],
            ]
        ),
        named=named,
        weight=np.where(named, weights, 0.0),
    )


def _first(
    draw: np.random.Generator, emit: Emit, population: Population
) -> tuple[Ints, Ints, Floats]:
    """Return number, holder and weight of the accounts that people have from the start.

    The weights add up to the number of people.
    """
    candidates = emit.candidates(population)
    count = draw.choice(len(emit.holdings), len(candidates.holder), p=emit.holdings)
    holder = np.repeat(candidates.holder, count)
    place = np.arange(len(holder)) - np.repeat(np.cumsum(count) - count, count)
    highest = max(len(population), int(candidates.number.max(initial=0)) + 1)
    further = highest + np.cumsum(place > 0) - 1
    number = np.where(place == 0, np.repeat(candidates.number, count), further)
    weight = population.activity[holder] / np.repeat(count, count)
    return number, holder, weight * len(population) / max(float(weight.sum()), 1e-9)


def _openings(draw: np.random.Generator, n: int) -> Ints:
    early = draw.random(n) < EARLY
    first = draw.uniform(0, OPENING * HOUR, n)
    return np.where(early, first, draw.exponential(LATER, n)).astype(np.int64)


def _ended(draw: np.random.Generator, emit: Emit, closed: Ints) -> tuple[Ints, Ints]:
    """Return the accounts with a successor, and those whose number passes to somebody else."""
    luck = draw.random((2, len(closed)))
    ends = closed < EPOCH
    return (
        np.flatnonzero(ends & (luck[0] < emit.reopens)),
        np.flatnonzero(ends & (luck[1] < emit.recycled)),
    )


def _others(draw: np.random.Generator, population: Population, holders: Ints) -> Ints:
    """Return for each holder somebody else of the shard who could hold accounts, if there is."""
    adults = np.flatnonzero(population.holds())
    shards = population.shard()
    low, high = (
        np.searchsorted(shards[adults], shards[holders], side=s) for s in ("left", "right")
    )
    here = np.searchsorted(adults, holders) - low
    count = np.maximum(high - low, 1)
    shift = 1 + (draw.random(len(holders)) * (count - 1)).astype(np.int64)
    others: Ints = adults[low + (here + shift) % count]
    return others


def _claims(
    draw: np.random.Generator, emit: Emit, population: Population, errors: Errors, holder: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return whom each registration describes, who owns the claimed ID number, and its stratum.

    Half of the borrowed IDs come with the lender's whole card, half are a bare number.
    """
    described = _relatives(draw, emit, population, holder)
    stratum = plan_claims(draw, population.errs[described], errors)
    lender = _others(draw, population, described)
    borrowed, card = stratum == BORROWED, draw.random(len(holder)) < 0.5
    described = np.where(borrowed & card, lender, described)
    claimed = np.where(borrowed, lender, np.where(stratum == 0, described, -1))
    return described, claimed, stratum


def _relatives(draw: np.random.Generator, emit: Emit, population: Population, holder: Ints) -> Ints:
    """Return the holder, or in `emit.relative` of all cases a grown-up of the same household."""
    mate = population.mates(holder, draw.integers(0, 60, len(holder)))
    chosen = _some(draw, emit.relative, (mate != holder) & population.holds()[mate])
    return np.where(chosen, mate, holder)


def _mates(draw: np.random.Generator, emit: Emit, population: Population, holder: Ints) -> Ints:
    """Return who shares each account: in `emit.shared` of all cases somebody of the household."""
    mate = population.mates(holder, draw.integers(0, 60, len(holder)))
    return np.where(_some(draw, emit.shared, mate != holder), mate, holder)


def _some(draw: np.random.Generator, rate: float, possible: Flags) -> Flags:
    """Return `rate` of all rows, chosen among the possible ones."""
    share = float(possible.mean()) if len(possible) else 0.0
    chosen: Flags = possible & (draw.random(len(possible)) * max(share, rate, 1e-9) < rate)
    return chosen
