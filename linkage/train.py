"""Training without labels: prior from rules, u from random pairs, m from EM per blocking pass.

The recipe (Splink's, on recordlinkage's indexing and comparing):

- prior: pairs that meet a deterministic rule, divided by the recall those rules are stated to have;
- u: levels of random pairs, without those that meet a rule, which are matches;
- m: for each blocking pass a two-class EM on the pairs it yields, the comparisons of the blocked
  fields left out (they agree by construction); then the mean over the passes.

One EM over everything fails on household data: within a block, relatives agree on surname and
address, and a single two-class mixture splits 'relative' from 'stranger' instead of 'same person'
from 'another'. Within a pass the second class is therefore fitted freely, and u is never taken
from it. recordlinkage's own ECM is not used: it drops missing values to level 0, refuses levels it
has not seen and may swap the classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray

from linkage import normalise
from linkage.columns import column
from linkage.comparison import Comparison, load_comparisons
from linkage.errors import SchemaError
from linkage.mixture import Fit, Table, fit, shares
from linkage.model import (
    FORMAT,
    ComparisonModel,
    LevelModel,
    Model,
    Pass,
    Report,
    TermFrequencies,
)
from linkage.records import FIELDS

RULES: tuple[tuple[str, ...], ...] = (
    ("id_number", "given"),
    ("surname", "given", "birth"),
    ("given", "phone"),
    ("given", "mail"),
)
"""Deterministic rules: who agrees on all fields of one is taken for the same person."""
PASSES: tuple[tuple[str, ...], ...] = (
    ("id_number",),
    ("surname", "given"),
    ("birth",),
    ("address",),
    ("phone",),
    ("mail",),
)
DIGITS = 9
"""Significant digits kept, so that rounding on another machine does not change the model."""


@dataclass(frozen=True)
class Settings:
    """What training assumes: the rules' recall, the sample for u, the smoothing of counts."""

    rule_recall: float = 0.95
    random_pairs: int = 1_000_000
    smoothing: float = 0.5
    term_smoothing: float = 1.0
    pass_pairs: int = 200_000


def train(
    registry_frame: pd.DataFrame,
    registration_frame: pd.DataFrame,
    seed: int,
    settings: Settings = Settings(),  # noqa: B008
    catalogue: Mapping[str, Comparison] | None = None,
    notes: Mapping[str, int | float | str] | None = None,
) -> Model:
    """Return a model trained on registrations and the registry they are to be linked with.

    Both frames have the columns of `Record` (None or NaN is missing), one row per registration or
    person. `notes` (such as the world's seed and size) are kept in the report, beside the
    settings. Raises SchemaError when a column or the material is missing.
    """
    comparisons = tuple((catalogue or load_comparisons()).values())
    right, left = canonical(registry_frame), canonical(registration_frame)
    sizes = [len(c.levels) for c in comparisons]
    hits = _rule_hits(left, right)
    if not len(hits):
        raise SchemaError("train: no pair meets a deterministic rule; are the frames related?")
    sample = _random(left, right, settings.random_pairs, seed).difference(hits, sort=False)
    u = _tables(_levels(comparisons, sample, left, right), sizes, settings.smoothing)
    start = _tables(_levels(comparisons, hits, left, right), sizes, settings.smoothing)
    fits: list[tuple[list[int], Fit]] = []
    passes: list[Pass] = []
    for fields in PASSES:
        pairs = _block(left, right, fields)
        kept = [i for i, c in enumerate(comparisons) if not set(fields) & set(c.fields)]
        if not len(pairs) or not kept:
            continue
        pairs = _thin(pairs, settings.pass_pairs, seed)
        vectors = _levels([comparisons[i] for i in kept], pairs, left, right)
        fitted = fit(
            vectors,
            [start[i] for i in kept],
            [u[i] for i in kept],
            smoothing=settings.smoothing,
        )
        fits.append((kept, fitted))
        left_out = tuple(c.name for i, c in enumerate(comparisons) if i not in kept)
        passes.append(
            Pass(
                "+".join(fields),
                left_out,
                len(pairs),
                _digits(fitted.share * len(pairs)),
                fitted.iterations,
                fitted.turned,
            )
        )
    m = [_average(i, fits, start[i]) for i in range(len(comparisons))]
    return Model(
        format=FORMAT,
        prior=_digits(len(hits) / settings.rule_recall / (len(left) * len(right))),
        comparisons=tuple(_comparison(c, m[i], u[i]) for i, c in enumerate(comparisons)),
        frequencies=_frequencies(comparisons, right, settings.term_smoothing),
        report=Report(
            seed=seed,
            settings={**vars(settings), **(notes or {})},
            identities=len(right),
            registrations=len(left),
            random_pairs=len(sample),
            rule_hits=len(hits),
            rule_recall=settings.rule_recall,
            passes=tuple(passes),
        ),
    )


def canonical(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of canonical values, None where missing, rows numbered from 0.

    Raises SchemaError naming the columns that a frame lacks.
    """
    lacking = [field for field in FIELDS if field not in frame.columns]
    if lacking:
        raise SchemaError(f"train: columns {lacking} are missing; needed are {list(FIELDS)}")
    if not len(frame):
        raise SchemaError("train: a frame has no rows")
    functions = {"surname": normalise.name, "given": normalise.name}
    return pd.DataFrame(
        {
            field: column(
                [
                    None
                    if pd.isna(value)
                    else functions.get(field, getattr(normalise, field, normalise.name))(value)
                    for value in frame[field]
                ]
            )
            for field in FIELDS
        }
    )


def _block(left: pd.DataFrame, right: pd.DataFrame, fields: Sequence[str]) -> pd.MultiIndex:
    """Return all pairs that agree on all fields; a missing value agrees with nothing."""
    names = list(fields)
    indexer = recordlinkage.Index()
    indexer.block(names)
    return indexer.index(left.dropna(subset=names), right.dropna(subset=names))


def _rule_hits(left: pd.DataFrame, right: pd.DataFrame) -> pd.MultiIndex:
    hits = _block(left, right, RULES[0])
    for rule in RULES[1:]:
        hits = hits.union(_block(left, right, rule))
    return hits


def _random(left: pd.DataFrame, right: pd.DataFrame, n: int, seed: int) -> pd.MultiIndex:
    indexer = recordlinkage.Index()
    indexer.random(min(n, len(left) * len(right)), replace=True, random_state=seed)
    return indexer.index(left, right)


def _thin(pairs: pd.MultiIndex, most: int, seed: int) -> pd.MultiIndex:
    if len(pairs) <= most:
        return pairs
    chosen = np.random.default_rng(seed).choice(len(pairs), most, replace=False)
    return pairs[np.sort(chosen)]


def _levels(
    comparisons: Sequence[Comparison],
    pairs: pd.MultiIndex,
    left: pd.DataFrame,
    right: pd.DataFrame,
) -> NDArray[np.int8]:
    """Return the level vectors of the pairs, through recordlinkage's Compare."""
    compare = recordlinkage.Compare()
    for comparison in comparisons:
        fields = list(comparison.fields)
        compare.compare_vectorized(_adapt(comparison), fields, fields, label=comparison.name)
    return compare.compute(pairs, left, right).to_numpy(np.int8)


def _adapt(comparison: Comparison) -> Any:
    """Return the comparison as recordlinkage calls it: left and right series in one row."""
    fields = comparison.fields

    def agree(*series: pd.Series) -> NDArray[np.int8]:
        columns = [values.to_numpy(object) for values in series]
        return comparison.agree(
            dict(zip(fields, columns, strict=False)),
            dict(zip(fields, columns[len(fields) :], strict=True)),
        )

    return agree


def _tables(levels: NDArray[np.int8], sizes: Sequence[int], smoothing: float) -> list[Table]:
    each = np.ones(len(levels))
    return [shares(levels[:, i], each, size, smoothing) for i, size in enumerate(sizes)]


def _average(position: int, fits: Sequence[tuple[list[int], Fit]], start: Table) -> Table:
    """Return the mean of m over the passes that estimated a comparison, else where EM started."""
    found = [fitted.m[kept.index(position)] for kept, fitted in fits if position in kept]
    return np.mean(found, axis=0) if found else start


def _comparison(comparison: Comparison, m: Table, u: Table) -> ComparisonModel:
    levels = tuple(
        LevelModel(level.name, _digits(m[i]), _digits(u[i]))
        for i, level in enumerate(comparison.levels)
    )
    return ComparisonModel(comparison.name, comparison.fields, levels)


def _frequencies(
    comparisons: Sequence[Comparison], right: pd.DataFrame, smoothing: float
) -> dict[str, TermFrequencies]:
    fields = sorted({f for c in comparisons for level in c.levels for f in level.frequency})
    return {
        field: TermFrequencies(smoothing, dict(sorted(right[field].value_counts().items())))
        for field in fields
    }


def _digits(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
