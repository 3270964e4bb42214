"""What a price tells holds what the join brings: over worlds, each joined after all."""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from linkage.privacy.frames import How, measure
from linkage.privacy.pricing.price import price
from streams.pilot import drawn
from streams.points import points_of
from streams.source import load_sources
from streams.synthetic.world import World
from tests.linkage.privacy.coverage import tolerated

BEFORE, ADD = ("phone", "bank"), "internet"
ALL = (*BEFORE, ADD)
QUICK = ("unicity", "guess", "hidden_among", "vulnerability", "shapley", "synergy", "bits")
"""All but those that take nested samples."""


def held(
    worlds: range, people: int, pilot: int, metric: str | tuple[str, ...] = "all"
) -> pd.DataFrame:
    """Return, by metric, how often the interval of the change held it, and how wide it was."""
    found = defaultdict(list)
    sources = {name: load_sources()[name] for name in ALL}
    how = How(points=4, sample=people)
    for seed in worlds:
        points = points_of(World(people, 1, seed, sources))
        some = drawn(points, ALL, pilot, people, seed)
        told = price(some.pilot, BEFORE, ADD, metric, seed=seed, how=how)
        told = told[told["why_not"] == ""]
        real = measure(some.everybody, sorted(set(told["metric"])), "points", seed, how)
        value = real.set_index(["metric", "part", "view"])["value"].to_dict()
        for row in told.to_dict("records"):
            change = value.get((row["metric"], row["part"], "bank+internet+phone"), 0.0)
            change -= value.get((row["metric"], row["part"], "bank+phone"), 0.0)
            within = row["change_low"] - 1e-9 <= change <= row["change_high"] + 1e-9
            width = row["change_high"] - row["change_low"]
            name = f"{row['metric']}/{row['part']}".rstrip("/")
            found[name].append((within, width, change))
    return pd.DataFrame(
        {
            name: {
                "held": np.mean([one[0] for one in rows]),
                "width": np.median([one[1] for one in rows]),
                "change": np.median([one[2] for one in rows]),
                "n": len(rows),
            }
            for name, rows in found.items()
        }
    ).T


def test_in_a_dozen_worlds_most_changes_are_held() -> None:
    table = held(range(12), 900, 300, QUICK)
    # Of 12 worlds fewer than 6 held by an interval of .9 come once in 100,000 times.
    assert (table["held"] >= 0.5).all(), table
    assert tolerated(12)[0] <= table["held"].mean()


@pytest.mark.prove
@pytest.mark.parametrize("times", [4, 10])
def test_in_two_hundred_worlds_nine_of_ten_changes_are_held(times: int) -> None:
    table = held(range(200), 3_000, 3_000 // times)
    print(f"\n{times} x\n{table.round(4).to_string()}")
    assert (table["held"] >= 0.90).all(), table[table["held"] < 0.90]
