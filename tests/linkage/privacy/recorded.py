"""People of the synthetic world as records, and the same people as another holder wrote them."""

from functools import cache

import numpy as np

from linkage.privacy.defence import Material, Traces
from streams.synthetic.particulars import records
from streams.synthetic.population import make_population

LETTERS = "abcdefghijklmnopqrstuvwxyz"
Record = tuple[str, str, str]


@cache
def recorded(people: int, seed: int) -> Material:
    """Return grown-ups as (family name, given name, birth date), without traces."""
    population = make_population(2 * people + 50, seed)
    adults = np.flatnonzero(population.holds())[:people]
    found = records(population, adults, 0)
    nothing = np.empty(0, np.int64)
    traces = Traces(nothing, nothing.astype(np.uint8), nothing, nothing, 1)
    return Material(traces, adults, tuple((r.surname, r.given, r.birth) for r in found))


def rewritten(record: Record, rng: np.random.Generator) -> Record:
    """Return a record as somebody else wrote it: two in five have one wrong letter or digit."""
    if rng.random() >= 0.4:
        return record
    fields = list(record)
    which = int(rng.choice([0, 1, 1, 2]))
    fields[which] = _misdated(fields[2], rng) if which == 2 else _misspelt(fields[which], rng)
    return fields[0], fields[1], fields[2]


def _misspelt(name: str, rng: np.random.Generator) -> str:
    at, letter = int(rng.integers(len(name))), LETTERS[rng.integers(26)]
    how = rng.integers(3)
    if how == 0:
        return name[:at] + letter + name[at + 1 :]
    if how == 1 or len(name) == 1:
        return name[:at] + letter + name[at:]
    return name[:at] + name[at + 1 :]


def _misdated(date: str, rng: np.random.Generator) -> str:
    at = int(rng.choice([i for i, c in enumerate(date) if c.isdigit()]))
    return date[:at] + str(rng.integers(10)) + date[at + 1 :]
