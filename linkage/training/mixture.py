"""Two-class mixture of level vectors, fitted by expectation and maximisation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """The fitted classes: per comparison P(level | match) and P(level | rest).

    `share` is the matches' share of all pairs; `seen` how many matches are expected per level.
    """

    m: tuple[Table, ...]
    rest: tuple[Table, ...]
    seen: tuple[Table, ...]
    share: float
    iterations: int
    turned: bool


def shares(levels: NDArray[np.int8], weights: Table, size: int, smoothing: float) -> Table:
    """Return the weighted share of each level, with `smoothing` added to every count.

    >>> shares(np.array([0, 0, 1], np.int8), np.ones(3), 3, 0.5).round(3).tolist()
    [0.556, 0.333, 0.111]
    """
    return smoothed(np.bincount(levels, weights, size).astype(np.float64), smoothing)


def smoothed(counts: Table, smoothing: float) -> Table:
    """Return counts as shares, with `smoothing` added to every count."""
    raised: Table = counts + smoothing
    raised /= raised.sum()
    return raised


def fit(
    levels: NDArray[np.int8],
    start_m: Sequence[Table],
    start_rest: Sequence[Table],
    *,
    smoothing: float = 0.5,
    tolerance: float = 1e-7,
    iterations: int = 500,
) -> Fit:
    """Fit both classes to level vectors (pairs x comparisons); Dempster, Laird, Rubin 1977.

    Equal vectors are counted once with their number. The class that agrees less than `start_m`
    over `start_rest` says is the rest: when the classes come out in the other order they are
    turned round, since EM does not know their names.
    """
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    m, rest, share, done = list(start_m), list(start_rest), 0.5, 0
    inside = outside = counts / 2.0
    while done < iterations:
        done += 1
        match = _posterior(patterns, m, rest, share)
        inside, outside = counts * match, counts * (1.0 - match)
        new_m = _shares(patterns, inside, m, smoothing)
        rest = _shares(patterns, outside, rest, smoothing)
        moved = max(float(np.abs(a - b).max()) for a, b in zip(m, new_m, strict=True))
        m, share = new_m, float((inside.sum() + 0.5) / (counts.sum() + 1.0))
        if moved < tolerance:
            break
    turned = swapped(m, rest, start_m, start_rest)
    if turned:
        m, rest, share, inside = rest, m, 1.0 - share, outside
    seen = [np.bincount(patterns[:, i], inside, len(t)).astype(np.float64) for i, t in enumerate(m)]
    return Fit(tuple(m), tuple(rest), tuple(seen), share, done, turned)


def _posterior(
    patterns: NDArray[np.int8], m: Sequence[Table], rest: Sequence[Table], share: float
) -> Table:
    odds: Table = np.full(len(patterns), np.log(share) - np.log1p(-share))
    for i, (inside, outside) in enumerate(zip(m, rest, strict=True)):
        odds += np.log(inside / outside)[patterns[:, i]]
    return 1.0 / (1.0 + np.exp(-np.clip(odds, -700.0, 700.0)))


def _shares(
    patterns: NDArray[np.int8], weights: Table, like: Sequence[Table], smoothing: float
) -> list[Table]:
    return [shares(patterns[:, i], weights, len(t), smoothing) for i, t in enumerate(like)]


def swapped(
    m: Sequence[Table], rest: Sequence[Table], start_m: Sequence[Table], start_rest: Sequence[Table]
) -> bool:
    """Return whether `rest` agrees more than `m`, by the evidence log(start_m / start_rest)."""
    evidence = [np.log(a / b) for a, b in zip(start_m, start_rest, strict=True)]
    lead = sum(float((a - b) @ e) for a, b, e in zip(m, rest, evidence, strict=True))
    return lead < 0.0
