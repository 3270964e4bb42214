"""What joining one more source would change, told before anybody's sources are joined but a few.

A sample of people, the pilot, is joined; of everybody else each source is looked at by itself. What
is to be expected of everybody is what the pilot shows, weighted so that it agrees with what each
source tells by itself (calibrated.py), and with its crowds as large as they would be among
everybody (extrapolation.py). How sure that is, see replicates.py.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import nan

import pandas as pd

from linkage.errors import RiskError
from linkage.privacy.adversary import Adversary, load_adversaries
from linkage.privacy.frames import chosen_metrics, contexts
from linkage.privacy.how import USUAL, How
from linkage.privacy.metric import Metric
from linkage.privacy.pricing.pilot import Ground, Pilot
from linkage.privacy.pricing.replicates import Replicates

COLUMNS = (
    *("metric", "part", "adversary", "before", "before_low", "before_high"),
    *("after", "after_low", "after_high", "change", "change_low", "change_high"),
    *("n", "population", "unit", "why_not", "seed", "config"),
)
"""The columns of a priced join."""
_WHY = {
    "followed": "needs people followed over time; a pilot has no order",
    "secrets": "needs a column to be guessed: How(secret=...)",
    "exact": "needs exact classes; before a join they are expectations",
    "lattice": "needs views without a purpose",
    "doubts": "needs views without a purpose",
}


def price(
    pilot: Pilot,
    before: Sequence[str],
    add: str,
    metric: str | Sequence[str] = "all",
    adversary: str | Adversary = "points",
    seed: int = 1,
    how: How = USUAL,
) -> pd.DataFrame:
    """Return what adding a source to those that are joined would change, tidy: a row a figure.

    Columns as in COLUMNS: `before` is the figure of everybody with the sources `before` joined,
    `after` with `add` joined too, `change` the difference, each with a 95 % interval for what
    `frames.measure` would find if everybody were attacked. `n` is how many of the pilot have a
    point, `population` of how many people the figures are. A metric that cannot be told has a row
    without numbers, and `why_not` says why. All of the pilot are attacked, whatever `how.sample`
    says. Raises RiskError for sources that are not there or there twice, and for a pilot that is
    too small, or not of these people.
    """
    views = _views(before, add)
    ground, who = Ground(pilot, views[1], seed, how), _attacker(adversary)
    everybody = replace(how, views=views, sample=len(ground.sample.people))
    pair = sorted(contexts(ground.points, who, seed, everybody), key=lambda c: len(c.sources))
    replicates = Replicates(ground, pair[0], pair[1], seed, everybody)
    rows: list[tuple[object, ...]] = []
    for name, chosen in chosen_metrics(metric).items():
        full = chosen.against == "full trace"
        held = "full trace" if full else who.says(pair[0].knowledge)
        last = len(ground.sample.people), ground.people, chosen.unit
        if why := _why_not(chosen, replicates):
            rows.append((name, "", held, *(nan,) * 9, *last, why, seed, how.hash))
            continue
        for part, changed in replicates.changes(chosen).items():
            numbers = (*changed.before, *changed.after, *changed.change)
            rows.append((name, part, held, *numbers, *last, "", seed, how.hash))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _why_not(metric: Metric, replicates: Replicates) -> str:
    """Return why a metric cannot be told, or nothing."""
    if lacks := [need for need in metric.needs if not replicates.has(need)]:
        return _WHY.get(lacks[0], f"needs {lacks[0]}")
    if metric.against == "adversary" and replicates.errs:
        return "the adversary errs: who fits best what is wrong no source can tell by itself"
    return ""


def _views(before: Sequence[str], add: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the views before and after."""
    if isinstance(before, str) or not before:
        raise RiskError(f"before: got {before!r}, needs one source or more: ('phone', 'bank')")
    if twice := [name for name in before if list(before).count(name) > 1]:
        raise RiskError(f"before: got {twice[0]!r} twice; name each source once")
    if add in before:
        others = ", ".join(before)
        raise RiskError(f"add: got {add!r}, which is already one of {others}; add another source")
    return tuple(before), (*before, add)


def _attacker(adversary: str | Adversary) -> Adversary:
    if isinstance(adversary, Adversary):
        return adversary
    known = load_adversaries()
    if adversary not in known:
        raise RiskError(f"adversary: got {adversary!r}; allowed: {', '.join(known)}")
    return known[adversary]
