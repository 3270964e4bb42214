"""Of the pairs given p >= .99, are .99 right, on worlds that the model was not trained on?"""

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd

from bench.harness import Bench, Options, Row, main
from linkage.frames import link
from linkage.intervals import Floats
from linkage.model import Model
from linkage.quality.calibration import Flags, calibration
from linkage.train import train
from streams.scenario import default_sources
from streams.synthetic.preset import PRESETS, Preset
from streams.synthetic.world import World
from streams.training import frame, registrations, without_usage

ABSENT = (0.0, 0.2, 0.5)
"""Shares of the registry that are taken out."""
PRECISION = 0.97


def run(options: Options) -> list[Row]:
    """Train on one seed, link the world of the next, with fewer and fewer people registered."""
    return list(_rows(options))


def _rows(options: Options) -> Iterator[Row]:
    for name in ("typical", "hard"):
        seen = _frames(options, PRESETS[name], options.seed)
        new = _frames(options, PRESETS[name], options.seed + 1)
        for absent in ABSENT:
            own = train(seen[0], _without(seen[1], absent), seed=options.seed)
            for whose, model in (("own model", own), ("default model", Model.default())):
                found = calibration(*_stated(model, new[0], _without(new[1], absent), new[2]))
                case = f"{name}, {absent:.0%} absent, {whose}"
                seed, sure = options.seed, found.sure
                yield Row(
                    name=f"{case}: right of p >= .99",
                    value=sure.value,
                    unit="share",
                    at_least=PRECISION,
                    seed=seed,
                    n=sure.n,
                )
                yield Row(
                    name=f"{case}: expected calibration error",
                    value=found.expected_error,
                    unit="share",
                    seed=seed,
                    n=found.pairs,
                )


def _frames(
    options: Options, preset: Preset, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, "pd.Series[int]"]:
    """Return registrations (the last of each tenancy), registry, and who is described."""
    world = World(options.people, 1, seed, without_usage(default_sources()), preset)
    identities = list(world.identities())
    registry = frame([identity.record for identity in identities])
    registry.index = pd.Index([identity.person for identity in identities])
    truth = world.ground_truth().by_tenancy()
    groups = registrations(world)
    described = pd.Series([truth[key].described for key in groups])
    return frame([group[-1] for group in groups.values()]), registry, described


def _without(registry: pd.DataFrame, share: float) -> pd.DataFrame:
    return registry[np.random.default_rng(5).random(len(registry)) >= share]


def _stated(
    model: Model, left: pd.DataFrame, right: pd.DataFrame, described: "pd.Series[int]"
) -> tuple[Floats, Flags]:
    """Return the probability of each registration's best candidate, and whether it is right."""
    best = link(left, right, model).drop_duplicates("left")
    right_one = best["right"].to_numpy() == described[best["left"]].to_numpy()
    return best["probability"].to_numpy(np.float64), right_one


BENCH = Bench(
    name="calibration",
    question="Of the pairs given p >= .99, are .99 right, on worlds it was not trained on?",
    run=run,
    conditions=lambda options: (
        f"Worlds of {options.people:,} people, the last registration of each tenancy; trained "
        "without labels on the seed, linked on the next seed. The share absent is taken out of "
        "both registries; the default model was trained on the typical preset, nobody absent."
    ),
)

if __name__ == "__main__":
    sys.exit(main((BENCH,)))
