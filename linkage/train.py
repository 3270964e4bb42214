"""Training without labels: prior from rules, u from random pairs, m from EM per blocking pass.

The recipe (Splink's, on recordlinkage's indexing and comparing):

- prior: pairs that meet a deterministic rule, divided by the recall the rules are stated to have;
- u: levels of random pairs, without those that meet a rule, which are matches; a comparison that
  depends on other fields takes pairs that agree on those;
- m: for each blocking pass a two-class EM on the pairs it yields, the comparisons of the blocked
  fields left out (they agree by construction); then the mean over the passes.

One EM over everything fails on household data: within a block, relatives agree on surname and
address, and one two-class mixture splits 'relative' from 'stranger' instead of 'same person' from
'another'. So each pass fits its second class freely, and u is never taken from it. recordlinkage's
own ECM is not used: it turns missing values into level 0, refuses levels it has not seen and may
swap the classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray

from linkage.comparison import Comparison, load_comparisons
from linkage.errors import SchemaError
from linkage.frames import canonical
from linkage.mixture import Fit, Table, fit, smoothed
from linkage.model import FORMAT, Model, Pass, Report
from linkage.parameters import average, comparison_model, digits, frequencies, seen, tables

RULES: tuple[tuple[str, ...], ...] = (
    ("id_number", "given"),
    ("surname", "given", "birth"),
    ("given", "phone"),
    ("birth", "mail"),
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
"""Blocking passes; each estimates m of the comparisons that use none of its fields."""


@dataclass(frozen=True)
class Settings:
    """What training assumes.

    `rule_recall` is the share of true pairs that meet a rule; `random_pairs` the sample for u;
    `pass_pairs` the most pairs of a pass; the smoothings are added to counts of levels and terms.
    """

    rule_recall: float = 0.95
    random_pairs: int = 500_000
    pass_pairs: int = 200_000
    smoothing: float = 0.5
    term_smoothing: float = 1.0


DEFAULTS = Settings()


@dataclass(frozen=True)
class _Material:
    """Canonical frames and the comparisons to train on them."""

    left: pd.DataFrame
    right: pd.DataFrame
    comparisons: tuple[Comparison, ...]


def train(
    registry_frame: pd.DataFrame,
    registration_frame: pd.DataFrame,
    seed: int,
    settings: Settings = DEFAULTS,
    catalogue: Mapping[str, Comparison] | None = None,
    notes: Mapping[str, int | float | str] | None = None,
) -> Model:
    """Return a model trained on registrations and the registry they are to be linked with.

    Both frames have the columns of `Record` (None or NaN is missing), one row per registration or
    person. `notes` (such as the size of a synthetic world) are kept in the report beside the
    settings. Raises SchemaError when a column or the material is missing.
    """
    chosen = tuple((load_comparisons() if catalogue is None else catalogue).values())
    given = _Material(canonical(registration_frame), canonical(registry_frame), chosen)
    sizes = [len(c.levels) for c in chosen]
    hits = _rule_hits(given)
    others = _Others(given, hits, _random(given, settings.random_pairs, seed))
    counts = [others.counts(comparison, settings.pass_pairs, seed) for comparison in chosen]
    u = [smoothed(count, settings.smoothing) for count in counts]
    start = tables(_vectors(given, chosen, hits), sizes, settings.smoothing)
    fits, passes = _fit_passes(given, start, u, settings, seed)
    models = []
    for i, comparison in enumerate(chosen):
        unseen = (counts[i] == 0.0) & (seen(i, fits, sizes[i]) < 1.0)
        models.append(comparison_model(comparison, average(i, fits, start[i]), u[i], unseen))
    pairs = len(given.left) * len(given.right)
    terms = {str(field): given.right[field].tolist() for field in given.right}
    return Model(
        format=FORMAT,
        prior=digits(len(hits) / settings.rule_recall / pairs),
        comparisons=tuple(models),
        frequencies=frequencies(chosen, terms, settings.term_smoothing),
        report=Report(
            seed=seed,
            settings={**asdict(settings), **(notes or {})},
            identities=len(given.right),
            registrations=len(given.left),
            random_pairs=len(others.sample),
            rule_hits=len(hits),
            passes=passes,
        ),
    )


class _Others:
    """Pairs of different people: random ones, and random ones that agree on some fields."""

    def __init__(self, given: _Material, hits: pd.MultiIndex, sample: pd.MultiIndex) -> None:
        self._given, self._hits = given, hits
        self.sample = sample.difference(hits, sort=False)

    def counts(self, comparison: Comparison, most: int, seed: int) -> Table:
        """Return how many pairs are at each level; pairs agree on `comparison.depends`."""
        pairs = self.sample
        if comparison.depends:
            alike = _block(self._given, comparison.depends).difference(self._hits)
            pairs = _thin(alike, most, seed)
        levels = _vectors(self._given, [comparison], pairs)[:, 0]
        return np.bincount(levels, minlength=len(comparison.levels)).astype(np.float64)


def _fit_passes(
    given: _Material, start: list[Table], u: list[Table], settings: Settings, seed: int
) -> tuple[list[tuple[Sequence[int], Fit]], tuple[Pass, ...]]:
    fits: list[tuple[Sequence[int], Fit]] = []
    passes = []
    for fields in PASSES:
        kept = [i for i, c in enumerate(given.comparisons) if not set(fields) & set(c.fields)]
        left_out = tuple(c.name for i, c in enumerate(given.comparisons) if i not in kept)
        pairs = _thin(_block(given, fields), settings.pass_pairs, seed)
        if not (len(pairs) and kept):
            continue
        vectors = _vectors(given, [given.comparisons[i] for i in kept], pairs)
        fitted = fit(
            vectors, [start[i] for i in kept], [u[i] for i in kept], smoothing=settings.smoothing
        )
        fits.append((kept, fitted))
        matches = digits(fitted.share * len(pairs))
        passes.append(
            Pass("+".join(fields), left_out, len(pairs), matches, fitted.iterations, fitted.turned)
        )
    return fits, tuple(passes)


def _block(given: _Material, fields: Sequence[str]) -> pd.MultiIndex:
    """Return all pairs that agree on all fields; a missing value agrees with nothing."""
    names = list(fields)
    indexer = recordlinkage.Index()
    indexer.block(names)
    left, right = given.left.dropna(subset=names), given.right.dropna(subset=names)
    if not (len(left) and len(right)):
        return pd.MultiIndex.from_arrays([[], []])
    pairs: pd.MultiIndex = indexer.index(left, right)
    return pairs


def _rule_hits(given: _Material) -> pd.MultiIndex:
    hits = _block(given, RULES[0])
    for rule in RULES[1:]:
        hits = hits.union(_block(given, rule))
    if not len(hits):
        raise SchemaError("train: no pair meets a deterministic rule; are the frames related?")
    return hits


def _random(given: _Material, n: int, seed: int) -> pd.MultiIndex:
    indexer = recordlinkage.Index()
    most = len(given.left) * len(given.right)
    indexer.random(min(n, most), replace=True, random_state=seed)
    pairs: pd.MultiIndex = indexer.index(given.left, given.right)
    return pairs


def _thin(pairs: pd.MultiIndex, most: int, seed: int) -> pd.MultiIndex:
    if len(pairs) <= most:
        return pairs
    chosen = np.random.default_rng(seed).choice(len(pairs), most, replace=False)
    return pairs.sort_values()[np.sort(chosen)]


def _vectors(
    given: _Material, comparisons: Sequence[Comparison], pairs: pd.MultiIndex
) -> NDArray[np.int8]:
    """Return the level vectors of the pairs, through recordlinkage's Compare."""
    compare = recordlinkage.Compare()
    for comparison in comparisons:
        fields = list(comparison.fields)
        agree = _Adapter(comparison)
        compare.compare_vectorized(agree, fields, fields, label=comparison.name)
    vectors: NDArray[np.int8] = compare.compute(pairs, given.left, given.right).to_numpy(np.int8)
    return vectors


class _Adapter:
    """A comparison as recordlinkage calls it: the left and then the right series of its fields."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    def __call__(self, *series: "pd.Series[str]") -> NDArray[np.int8]:
        fields = self.comparison.fields
        columns = [values.to_numpy(object) for values in series]
        left, right = columns[: len(fields)], columns[len(fields) :]
        return self.comparison.agree(
            dict(zip(fields, left, strict=True)), dict(zip(fields, right, strict=True))
        )
