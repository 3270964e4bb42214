"""Counters of a thousand steps: how far off, beside a binary tree and noise on every step."""

from collections.abc import Iterator, Sequence
from time import perf_counter

import msgspec
import numpy as np

from bench.harness import Options, Row
from linkage.intervals import Floats
from linkage.privacy.budget.continual import ContinualDesign, advance, design, start
from linkage.privacy.budget.mechanisms import opendp_sampler
from linkage.privacy.budget.simulated_noise import simulated_sampler

HORIZON = 1024
NANO_RHO = 500_000_000
CASES = (
    ("1 contribution", 1, 1),
    ("24 contributions, 42 steps apart", 24, 42),
    ("24 contributions, in a row", 24, 1),
)


def tree(steps: Sequence[int], horizon: int, rho: float) -> Floats:
    """Return the root mean squared error of each step of a binary tree of Gaussian sums.

    For a person who adds 1 at these steps. Each level has sums of 1, 2, 4... steps, the answer of
    step t is made of as many of them as t + 1 has ones in binary (Dwork, Naor, Pitassi and
    Rothblum 2010; Chan, Shi and Song 2011).
    """
    places = np.array(steps)
    levels = int(np.log2(horizon)) + 1
    squared = sum(int((np.bincount(places >> level) ** 2).sum()) for level in range(levels))
    ones = np.array([(step + 1).bit_count() for step in range(horizon)])
    errors: Floats = np.sqrt(squared / (2 * rho) * ones)
    return errors


def on_every_step(steps: Sequence[int], horizon: int, rho: float) -> Floats:
    """Return the same where each step gets noise of its own and the answers are added up."""
    errors: Floats = np.sqrt(len(steps) / (2 * rho) * np.arange(1, horizon + 1))
    return errors


def worst_tree(contributions: int, apart: int, horizon: int, rho: float) -> Floats:
    """Return the tree's errors for such a person at the worst of all places to begin."""
    one = np.arange(contributions) * apart
    starts = range(horizon - int(one[-1]))
    found = [tree((one + first).tolist(), horizon, rho) for first in starts]
    return max(found, key=lambda errors: float(errors[-1]))


def least(in_a_row: int, horizon: int, rho: float) -> float:
    """Return what no factorisation into matrices gets below, in its worst step.

    The nuclear norm of the running sums over their number (Edmonds, Nikolov and Ullman 2020). Of
    people who contribute many times in a row: only the last step of each such run is looked at, so
    it is a counter of fewer steps and a person has all of a run at once.
    """
    runs = horizon // in_a_row
    angles = (2 * np.arange(1, runs + 1) - 1) * np.pi / (4 * runs + 2)
    return in_a_row * float((0.5 / np.sin(angles)).mean()) / float(np.sqrt(2 * rho))


def rows(options: Options) -> list[Row]:
    """Compute the errors of each, see ours in simulated answers, and time a step."""
    return [*_errors(), *_bounds(), *_simulated(options), *_timed(options)]


def _errors() -> Iterator[Row]:
    rho = NANO_RHO / 1e9
    for name, contributions, apart in CASES:
        ours = design(HORIZON, contributions, NANO_RHO, apart=apart).rmse
        bound = 3.4 if contributions == 1 else None
        peers = {
            "binary tree": worst_tree(contributions, apart, HORIZON, rho),
            "noise on every step": on_every_step(range(contributions), HORIZON, rho),
        }
        for peer, its in peers.items():
            for kind, of in (("worst step", np.max), ("all steps", _root_mean_square)):
                yield Row(
                    name=f"{name}: RMSE, {kind}",
                    value=float(of(ours)),
                    unit="people",
                    at_most=bound if kind == "worst step" else None,
                    peer=peer,
                    peer_value=float(of(its)),
                    n=HORIZON,
                )


def _bounds() -> Iterator[Row]:
    for name, contributions in ((CASES[0][0], 1), (CASES[2][0], 24)):
        yield Row(
            name=f"{name}: RMSE, worst step",
            value=design(HORIZON, contributions, NANO_RHO).max_rmse,
            unit="people",
            peer="least of any matrices",
            peer_value=least(contributions, HORIZON, NANO_RHO / 1e9),
            n=HORIZON,
        )


def _simulated(options: Options) -> Iterator[Row]:
    series = 100
    plan = design(HORIZON, 1, NANO_RHO, series=series)
    sampler, state = simulated_sampler(options.seed), start(plan)
    off = np.zeros((HORIZON, series))
    for step in range(HORIZON):
        state, answer = advance(plan, state, step, [1] * series, sampler)
        off[step] = np.array(answer.values) - (step + 1)
    ratio = float(_root_mean_square(off) / _root_mean_square(plan.rmse))
    name = "RMSE of simulated answers over the stated one"
    yield Row(name=name, value=ratio, unit="ratio", seed=options.seed, n=HORIZON * series)


def _timed(options: Options) -> Iterator[Row]:
    began = perf_counter()
    plan = design.__wrapped__(HORIZON, 1, NANO_RHO)
    yield Row(name="design of a counter", value=1e3 * (perf_counter() - began), unit="ms")
    taken, stored = _steps(plan, options.repeat)
    late = 1e3 * np.concatenate([run[-HORIZON // 8 :] for run in taken])
    middle, far = float(np.median(late)), float(np.percentile(late, 99))
    name = "a step near the horizon"
    yield Row(name=f"{name}, median", value=middle, unit="ms", at_most=1.0, n=len(late))
    yield Row(name=f"{name}, 99th percentile", value=far, unit="ms", n=len(late))
    yield Row(name="its stored state", value=stored / 1024, unit="KiB", n=HORIZON)


def _steps(plan: ContinualDesign, repeat: int) -> tuple[list[Floats], int]:
    """Return how long each step took, noise by OpenDP, and the size of the last state."""
    sampler, taken = opendp_sampler(), []
    for _ in range(repeat):
        state, run = start(plan), np.zeros(HORIZON)
        for step in range(HORIZON):
            began = perf_counter()
            state, _ = advance(plan, state, step, [20_000 + step], sampler)
            run[step] = perf_counter() - began
        taken.append(run)
    return taken, len(msgspec.msgpack.encode(state))


def _root_mean_square(errors: Floats) -> float:
    return float(np.sqrt((errors**2).mean()))
