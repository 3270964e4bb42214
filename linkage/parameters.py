"""From counts to a model's m, u and term frequencies."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from linkage.comparison import Comparison
from linkage.mixture import Fit, Table, shares
from linkage.model import ComparisonModel, LevelModel, TermFrequencies

DIGITS = 9
"""Significant digits kept, so that rounding on another machine does not change the model."""


def digits(value: float) -> float:
    """Return a number with DIGITS significant digits."""
    return float(f"{value:.{DIGITS}g}")


def tables(vectors: NDArray[np.int8], sizes: Sequence[int], smoothing: float) -> list[Table]:
    """Return the smoothed share of every level, comparison by comparison."""
    each = np.ones(vectors.shape[1])
    return [shares(row, each, size, smoothing) for row, size in zip(vectors, sizes, strict=True)]


def average(position: int, fits: Sequence[tuple[Sequence[int], Fit]], start: Table) -> Table:
    """Return the mean of m over the passes that estimated a comparison, else `start`."""
    found = [fitted.m[kept.index(position)] for kept, fitted in fits if position in kept]
    return np.mean(found, axis=0, dtype=np.float64) if found else start


def seen(position: int, fits: Sequence[tuple[Sequence[int], Fit]], size: int) -> Table:
    """Return how many matches each level had, in the pass where it had most."""
    found = [fitted.seen[kept.index(position)] for kept, fitted in fits if position in kept]
    most: Table = np.max([np.zeros(size), *found], axis=0)
    return most


def comparison_model(
    label: str, comparison: Comparison, m: Table, u: Table, unseen: NDArray[np.bool_]
) -> ComparisonModel:
    """Return a trained comparison; a level that nobody has seen says nothing: its m is its u."""
    levels = tuple(
        LevelModel(level.name, digits(u[i] if unseen[i] else m[i]), digits(u[i]))
        for i, level in enumerate(comparison.levels)
    )
    return ComparisonModel(label, levels)


def frequencies(
    fields: Iterable[str], values: Mapping[str, Sequence[str | None]], smoothing: float
) -> dict[str, TermFrequencies]:
    """Return how common each value is, of the fields whose agreement is weighed by it."""
    out = {}
    for field in sorted(set(fields)):
        counts = Counter(value for value in values[field] if value is not None)
        if counts:
            out[field] = TermFrequencies(smoothing, dict(sorted(counts.items())))
    return out
