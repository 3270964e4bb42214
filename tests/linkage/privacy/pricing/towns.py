"""Small towns for prices: people with points in three sources, whose crowds have heavy tails."""

import numpy as np
import pandas as pd

from linkage.privacy.pricing.pilot import Pilot

SOURCES = ("phone", "bank", "internet")


def town(seed: int, people: int = 900) -> pd.DataFrame:
    """People of few large and many small districts; popular places and busy people in each."""
    draw = np.random.default_rng(seed)
    home = _zipf(draw, people, 40)
    busy = draw.lognormal(0.0, 0.7, people)
    parts = []
    for source, mean in zip(SOURCES, (3.0, 0.8, 2.0), strict=True):
        who = np.repeat(np.arange(people), draw.poisson(mean * busy))
        place = home[who] * 8 + _zipf(draw, len(who), 8)
        hour = draw.integers(0, 8, len(who))
        parts.append(
            pd.DataFrame({"person": who + 1, "source": source, "hour": hour, "place": place})
        )
    return pd.concat(parts, ignore_index=True)


def pilot_of(points: pd.DataFrame, people: int, size: int, seed: int = 1) -> Pilot:
    """A pilot of `size` of `people`; everybody else has numbers that mean nothing elsewhere."""
    chosen = np.random.default_rng([seed, 7]).permutation(people)[:size] + 1
    drawn = points["person"].isin(chosen).to_numpy()
    shift = points["source"].map({name: (n + 1) * 10**6 for n, name in enumerate(SOURCES)})
    apart = np.where(drawn, points["person"], points["person"] + shift)
    return Pilot(points[drawn], points.assign(person=apart), size, people)


def _zipf(draw: np.random.Generator, n: int, kinds: int) -> np.ndarray:
    share = 1.0 / np.arange(1, kinds + 1)
    return draw.choice(kinds, n, p=share / share.sum())
