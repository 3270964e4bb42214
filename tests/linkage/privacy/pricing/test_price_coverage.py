"""Intervals of prices over worlds of another kind: crowds with heavy tails, sources that copy.

Each is joined after all. `test_pricing_coverage.py` does the same with synthetic towns.
"""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from linkage.privacy.frames import How, measure
from linkage.privacy.pricing.price import price
from tests.linkage.privacy.pricing.towns import SOURCES, pilot_of, town

QUICK = ("unicity", "guess", "vulnerability", "identified_share", "small_classes", "bits")
BEFORE, ADD = ("phone", "bank"), "internet"
HOW = How(points=2, views=(BEFORE, SOURCES), sample=10**6)


def strangers(seed: int, people: int) -> pd.DataFrame:
    """One thing of each person in each source, drawn by power laws, which have nothing to do."""
    draw = np.random.default_rng(seed)
    share = 1.0 / np.arange(1.0, people + 1.0) ** 1.1
    kinds = draw.choice(people, (3, people), p=share / share.sum())
    return of_kinds(kinds)


def copies(seed: int, people: int) -> pd.DataFrame:
    """The same, but half of the people have in the bank what they have in the phone."""
    draw = np.random.default_rng(seed)
    share = 1.0 / np.arange(1.0, people + 1.0) ** 0.8
    kinds = draw.choice(people, (3, people), p=share / share.sum())
    kinds[1] = np.where(draw.random(people) < 0.5, kinds[0], kinds[1])
    kinds[2] = np.where(draw.random(people) < 0.7, kinds[0] // 3, kinds[2])
    return of_kinds(kinds)


def of_kinds(kinds: np.ndarray) -> pd.DataFrame:
    frames = [
        pd.DataFrame({"person": np.arange(1, kinds.shape[1] + 1), "hour": 0, "place": kind})
        for kind in kinds
    ]
    return pd.concat(
        [frame.assign(source=source) for frame, source in zip(frames, SOURCES, strict=True)],
        ignore_index=True,
    )


def held(kind, worlds: range, people: int, pilot: int, metrics) -> pd.DataFrame:
    """Return, by metric, how often the intervals of before, after and change held what came."""
    found = defaultdict(list)
    for seed in worlds:
        points = kind(seed, people)
        told = price(
            pilot_of(points, people, pilot, seed), BEFORE, ADD, metrics, seed=seed, how=HOW
        )
        told = told[told["why_not"] == ""]
        real = measure(points, sorted(set(told["metric"])), seed=seed, how=HOW)
        value = real.set_index(["metric", "part", "view"])["value"].to_dict()
        for row in told.to_dict("records"):
            key = row["metric"], row["part"]
            before = value.get((*key, "bank+phone"), 0.0)
            after = value[(*key, "bank+internet+phone")]
            came = {"before": before, "after": after, "change": after - before}
            hits = [
                row[f"{what}_low"] - 1e-9 <= true <= row[f"{what}_high"] + 1e-9
                for what, true in came.items()
            ]
            off = row["change"] - came["change"]
            width = row["change_high"] - row["change_low"]
            found["/".join(key).rstrip("/")].append((*hits, width, came["change"], off))
    names = ["before", "after", "change", "width", "real", "off"]
    return pd.DataFrame(
        {k: dict(zip(names, np.mean(v, axis=0), strict=True)) for k, v in found.items()}
    ).T


@pytest.mark.parametrize("kind", [town, strangers])
def test_in_a_dozen_worlds_changes_are_held(kind) -> None:
    table = held(kind, range(12), 800, 250, QUICK)
    # Fewer would come once in a million times of a metric that is held nine times in ten.
    fewest = binom.ppf(1e-6 / len(QUICK), 12, 0.9) / 12
    assert (table[["before", "after", "change"]] >= fewest).all(axis=None), table


@pytest.mark.prove
@pytest.mark.parametrize("kind", [town, strangers])
@pytest.mark.parametrize("times", [4, 10])
def test_in_two_hundred_worlds_nine_of_ten_are_held(kind, times) -> None:
    table = held(kind, range(200), 3000, 3000 // times, "all" if kind is town else QUICK)
    print(f"\n{kind.__name__}, {times} x\n{table.round(3).to_string()}")
    assert (table[["before", "after", "change"]].fillna(1.0) >= 0.90).all(axis=None)


@pytest.mark.prove
def test_what_is_said_of_sources_that_copy_each_other_is_so() -> None:
    table = held(copies, range(100), 3000, 750, QUICK)
    print(f"\ncopies\n{table.round(3).to_string()}")
    assert (table["change"] >= 0.8).all()
    assert table["before"].min() < 0.8
