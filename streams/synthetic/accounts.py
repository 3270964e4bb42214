"""Who opens which account when, in whose name and with whose ID number."""

import numpy as np

from streams.events import HOUR
from streams.synthetic.chance import Ints, chance
from streams.synthetic.corruption import STRATA, plan_claims
from streams.synthetic.emission import Accounts, Emit
from streams.synthetic.population import NEVER, Population

EARLY = 0.92
"""Share of accounts opened in the first OPENING hours; the rest opens over the run."""
OPENING = 8
BORROWED = STRATA.index("borrowed")
_QUARANTINE = HOUR


def open_accounts(name: str, emit: Emit, population: Population, seed: int, hours: int) -> Accounts:
    """Return the tenancies of one source, in order of holder, recycled ones last.

    A holder's first account has the holder's row as its number, so the first SIM is the phone
    number that other forms give.
    """
    draw = chance(seed, f"{name}/accounts")
    people = np.flatnonzero(population.holds())
    count = draw.choice(len(emit.holdings), len(people), p=emit.holdings)
    holder = np.repeat(people, count)
    place = np.arange(len(holder)) - np.repeat(np.cumsum(count) - count, count)
    further = len(population) + np.cumsum(place > 0) - 1
    number = np.where(place == 0, holder, further)
    opened = _openings(draw, len(holder), hours)
    closed = np.full(len(holder), NEVER)
    slot = np.arange(len(holder))

    old = _passed_on(draw, emit.recycled, opened, hours)
    again = opened[old] + ((hours * HOUR - opened[old]) * draw.uniform(0.4, 0.8, len(old))).astype(
        np.int64
    )
    closed[old] = again - _QUARANTINE
    holder = np.concatenate([holder, _others(draw, people, holder[old])])
    share = 1.0 / np.bincount(holder, minlength=len(population))[holder]
    described, claimed, stratum = _claims(draw, emit, population, people, holder)
    return Accounts(
        number=np.concatenate([number, number[old]]),
        slot=np.concatenate([slot, old]),
        holder=holder,
        described=described,
        claimed=claimed,
        stratum=stratum,
        opened=np.concatenate([opened, again]),
        closed=np.concatenate([closed, np.full(len(old), NEVER)]),
        share=share,
    )


def _openings(draw: np.random.Generator, n: int, hours: int) -> Ints:
    early = draw.random(n) < EARLY
    first = draw.uniform(0, min(OPENING, hours) * HOUR, n)
    over = draw.uniform(0, hours * HOUR, n)
    return np.where(early, first, over).astype(np.int64)


def _passed_on(draw: np.random.Generator, rate: float, opened: Ints, hours: int) -> Ints:
    """Return the accounts that get another holder: at least one if the source recycles at all."""
    old = np.flatnonzero(opened < hours * HOUR / 3)
    if not rate or not len(old):
        return old[:0]
    return np.sort(draw.choice(old, max(1, round(rate * len(opened))), replace=False))


def _others(draw: np.random.Generator, people: Ints, holders: Ints) -> Ints:
    """Return for each holder somebody else who could hold accounts, if there is anybody."""
    at = np.searchsorted(people, holders)
    shift = draw.integers(1, max(len(people), 2), len(holders))
    others: Ints = people[(at + shift) % len(people)]
    return others


def _claims(
    draw: np.random.Generator, emit: Emit, population: Population, people: Ints, holder: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return whom each registration describes, who owns the claimed ID number, and its stratum.

    Half of the borrowed IDs come with the lender's whole card, half are a bare number.
    """
    described = _relatives(draw, emit.relative, population, holder)
    stratum = plan_claims(draw, population.errs[described])
    lender = _others(draw, people, described)
    borrowed, card = stratum == BORROWED, draw.random(len(holder)) < 0.5
    described = np.where(borrowed & card, lender, described)
    claimed = np.where(borrowed, lender, np.where(stratum == 0, described, -1))
    return described, claimed, stratum


def _relatives(
    draw: np.random.Generator, rate: float, population: Population, holder: Ints
) -> Ints:
    """Return the holder, or in `rate` of all cases a grown-up of the same household."""
    size, first = population.size[holder], population.first[holder]
    shift = draw.integers(1, np.maximum(size, 2))
    mate = first + (holder - first + shift) % size
    possible = (mate != holder) & population.holds()[mate]
    share = float(possible.mean()) if len(holder) else 0.0
    chosen = possible & (draw.random(len(holder)) * max(share, rate, 1e-9) < rate)
    return np.where(chosen, mate, holder)
