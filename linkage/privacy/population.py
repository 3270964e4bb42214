"""Risk of the population that the people of a frame were drawn from, household by household.

What is counted over everybody of a frame has no error as a figure of these people. As one of the
people they were drawn from it has, and those who live together are no independent draws: they meet
at home, and share accounts. So whole households are left out, a group of them at a time, and the
spread of what is left gives the interval (`estimate.jackknife`). The population meant is one of as
many people as the frame has, in the same places: uniqueness falls as there are more.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, log2

import numpy as np
import pandas as pd

from linkage.errors import RiskError
from linkage.privacy.adversary import Adversary
from linkage.privacy.estimate import Bounds, jackknife
from linkage.privacy.frames import chosen_metrics, measure
from linkage.privacy.hashing import seeded
from linkage.privacy.how import USUAL, How
from linkage.privacy.metric import Metric
from linkage.privacy.rows import Ints

GROUPS = 30
"""Groups of households that are left out in turn: so many more times everything is measured."""
_NOT_SMOOTH = ("hidden_among",)
"""Medians: the jackknife is not right for them."""


def for_population(
    frame: pd.DataFrame,
    household: str,
    metric: str | Sequence[str] = "all",
    adversary: str | Adversary = "points",
    seed: int = 1,
    how: How = USUAL,
    links: pd.DataFrame | None = None,
    groups: int = GROUPS,
) -> pd.DataFrame:
    """Return what `frames.measure` does, with 95 % intervals of the population drawn from.

    `household` names the column of the frame that says with whom a person lives. Everybody is
    attacked, whatever `how.sample` says, so that the interval is that of the population alone. The
    households are dealt by the seed to at most so many `groups`, of nearly as many people each. The
    rows are those of `measure`, with the estimand `population`; medians are left out. Raises
    RiskError for a person of two households, fewer than two households, and all that `measure`
    refuses.
    """
    if household not in frame.columns or frame[household].isna().any():
        raise RiskError(f"household: {household!r} is no column of the frame, or lacks values")
    asked = {metric} if isinstance(metric, str) else set(metric)
    if medians := asked.intersection(_NOT_SMOOTH):
        raise RiskError(f"metric: {min(medians)} is a median, of which no jackknife is right")
    # So that a source of which only one group has points stays one of all the others.
    frame = frame.assign(source=frame["source"].astype("category"))
    home = _homes(frame, household)
    n, known = int(home.sum()), chosen_metrics(metric)
    everybody = replace(how, sample=max(n, 1))

    def measured(some: pd.DataFrame) -> pd.DataFrame:
        found = measure(some, metric, adversary, seed, everybody, links)
        return found[~found["metric"].isin(_NOT_SMOOTH)].reset_index(drop=True)

    group = pd.Series(_dealt(home, seed, groups), home.index)
    of_row = frame[household].map(group).to_numpy(np.int64)
    whole = measured(frame)
    parts = [_by_figure(measured(frame[of_row != one])) for one in range(int(group.max()) + 1)]
    found = []
    for figure, value in _by_figure(whole).items():
        left = np.array([part[figure] for part in parts])
        bounds = _bounds(known[figure[0]], figure[2].count("+") + 1, n)
        found.append(jackknife(value, left, n, bounds, len(home)))
    return whole.assign(
        low=[e.low for e in found],
        high=[e.high for e in found],
        n=n,
        estimand="population",
    )


def _by_figure(frame: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Return the value of each metric, part and view, in the order of the rows."""
    columns = (frame[name].tolist() for name in ("metric", "part", "view", "value"))
    return {(m, part, view): value for m, part, view, value in zip(*columns, strict=True)}


def _homes(frame: pd.DataFrame, household: str) -> "pd.Series[int]":
    """Return how many people each household has, by its name."""
    pairs = pd.DataFrame({"person": frame["person"], "home": frame[household]}).drop_duplicates()
    if (twice := pairs["person"].duplicated()).any():
        person = pairs["person"][twice].iloc[0]
        raise RiskError(f"{household}: person {person} lives in several; a person has one")
    home = pairs.groupby("home", sort=True, observed=True)["person"].size()
    if len(home) < 2:
        raise RiskError(f"{household}: got {len(home)}; a population needs 2 households or more")
    return home


def _dealt(home: "pd.Series[int]", seed: int, groups: int) -> Ints:
    """Return the group of each household: the seed's order by size, dealt there and back."""
    if groups < 2:
        raise RiskError(f"groups: got {groups}, needs 2 or more")
    order = np.lexsort((seeded(seed, np.arange(len(home))), -home.to_numpy()))
    group = np.empty(len(home), dtype=np.int64)
    groups = min(groups, len(home))
    turn, place = divmod(np.arange(len(home)), groups)
    group[order] = np.where(turn % 2 == 0, place, groups - 1 - place)
    return group


def _bounds(metric: Metric, sources: int, n: int) -> Bounds:
    """Return between what a figure lies among n people: a metric's own bounds may be open."""
    low, high = metric.bounds
    most = log2(n) * 2.0 ** (sources - 1) if "bits" in metric.unit else float(n)
    most = max(most, 1.0)
    return low if isfinite(low) else -most, high if isfinite(high) else most
