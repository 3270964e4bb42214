"""From counts to a model's m, u and term frequencies."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from linkage.comparison import Comparison
from linkage.dependence import Dependence, Kind
from linkage.model import ComparisonModel, LevelModel, TermFrequencies
from linkage.schema import Schema
from linkage.training.mixture import Fit, Table, shares

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


def comparison_models(
    schema: Schema,
    codes: Sequence[Comparison],
    m: Sequence[Table],
    u: Sequence[Table],
    told: Sequence[Table],
) -> tuple[ComparisonModel, ...]:
    """Return trained comparisons; a level that nobody was at (`told` < 1) says nothing: m is u."""
    out = []
    for compare, code, *columns in zip(schema.compare, codes, m, u, told, strict=True):
        levels = [
            LevelModel(level.name, digits(b if count < 1.0 else a), digits(b))
            for level, a, b, count in zip(code.levels, *columns, strict=True)
        ]
        out.append(ComparisonModel(compare.label, tuple(levels)))
    return tuple(out)


def dependence(
    found: Dependence, comparisons: Sequence[ComparisonModel], told: Sequence[Table]
) -> Dependence:
    """Return fitted kinds as a model keeps them; of levels that nobody was at they say nothing.

    One kind of matches alone is the comparisons' own m, and is left out.
    """
    m, u = (
        [[getattr(level, letter) for level in one.levels] for one in comparisons] for letter in "mu"
    )
    matches = found.matches if len(found.matches) > 1 else ()
    return Dependence(
        tuple(_kept(kind, m, told) for kind in matches),
        tuple(_kept(kind, u, told) for kind in found.others),
    )


def _kept(kind: Kind, alone: Sequence[Sequence[float]], told: Sequence[Table]) -> Kind:
    levels = [
        tuple(
            digits(b if count < 1.0 else a)
            for a, b, count in zip(own, other, counts.tolist(), strict=True)
        )
        for own, other, counts in zip(kind.levels, alone, told, strict=True)
    ]
    return Kind(digits(kind.share), tuple(levels))


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
