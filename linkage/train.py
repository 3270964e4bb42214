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
from itertools import combinations

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray

from linkage.comparing import Comparer, PairSet, batch_side
from linkage.comparison import Comparison, load_comparisons
from linkage.errors import SchemaError
from linkage.features import Encoded
from linkage.frames import canonical
from linkage.mixture import Fit, Table, fit, smoothed
from linkage.model import FORMAT, Model, Pass, Report
from linkage.parameters import average, comparison_model, digits, frequencies, seen, tables
from linkage.people import people
from linkage.schema import Key, Schema, steps


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


class _Material:
    """Two sets of records, and what pairs of them look like."""

    def __init__(
        self,
        sides: tuple[Encoded, Encoded],
        schema: Schema,
        catalogue: Mapping[str, Comparison],
    ) -> None:
        (self.left, self.right), self.schema = sides, schema
        self.comparer = Comparer(schema, catalogue)
        self.sizes = [len(c.levels) for c in self.comparer.comparisons]
        names = [key.name for key in schema.keys]
        self.keys = [pd.DataFrame(side.keys, columns=names) for side in sides]

    def vectors(self, pairs: pd.MultiIndex) -> NDArray[np.int8]:
        """Return the level vectors of the pairs (comparisons x pairs)."""
        left, right = (np.asarray(pairs.get_level_values(i), np.int64) for i in (0, 1))
        sides = batch_side(self.left), batch_side(self.right)
        return self.comparer.levels(PairSet(*sides, left, right))

    def block(self, keys: Sequence[str]) -> pd.MultiIndex:
        """Return all pairs that agree on all keys; a missing key agrees with nothing."""
        names = list(keys)
        left, right = (k.loc[(k[names] != 0).all(axis=1)] for k in self.keys)
        if not (len(left) and len(right)):
            return pd.MultiIndex.from_arrays([[], []])
        indexer = recordlinkage.Index()
        indexer.block(names)
        pairs: pd.MultiIndex = indexer.index(left, right)
        return pairs

    def random(self, n: int, seed: int) -> pd.MultiIndex:
        """Return random pairs."""
        indexer = recordlinkage.Index()
        most = len(self.keys[0]) * len(self.keys[1])
        indexer.random(min(n, most), replace=True, random_state=seed)
        pairs: pd.MultiIndex = indexer.index(*self.keys)
        return pairs


def train(
    left: pd.DataFrame,
    right: pd.DataFrame,
    schema: Schema | None = None,
    seed: int = 0,
    settings: Settings = DEFAULTS,
    catalogue: Mapping[str, Comparison] | None = None,
    notes: Mapping[str, int | float | str] | None = None,
) -> Model:
    """Return a model trained on registrations (left) and the registry they are linked with (right).

    Both frames have the columns of the schema (None or NaN is missing), one row per registration
    or person. `notes` (such as the size of a synthetic world) are kept in the report beside the
    settings. Raises SchemaError when a column or the material is missing.
    """
    chosen, known = schema or people(), load_comparisons() if catalogue is None else catalogue
    comparer = Comparer(chosen, known)
    sides = [
        comparer.encoder.encode(canonical(frame, chosen, f"train: the {side} frame"))
        for frame, side in ((left, "left"), (right, "right"))
    ]
    given = _Material((sides[0], sides[1]), chosen, known)
    hits = _rule_hits(given)
    sample = given.random(settings.random_pairs, seed).difference(hits, sort=False)
    counts = [
        np.bincount(row, minlength=size).astype(np.float64)
        for row, size in zip(given.vectors(sample), given.sizes, strict=True)
    ]
    u = [smoothed(count, settings.smoothing) for count in counts]
    start = tables(given.vectors(hits), given.sizes, settings.smoothing)
    fits, passes = _fit_passes(given, start, u, settings, seed)
    models = []
    for i, (compare, code) in enumerate(zip(chosen.compare, comparer.comparisons, strict=True)):
        unseen = (counts[i] == 0.0) & (seen(i, fits, given.sizes[i]) < 1.0)
        m = average(i, fits, start[i])
        models.append(comparison_model(compare.label, code, m, u[i], unseen))
    columns = zip(*sides[1].canonical, strict=True)
    terms = dict(zip(chosen.names, columns, strict=True))
    weighed = [
        field
        for i in range(len(chosen.compare))
        for _, values in comparer.frequent(i)
        for field, _ in values
    ]
    return Model(
        format=FORMAT,
        schema=chosen,
        prior=digits(len(hits) / settings.rule_recall / (len(left) * len(right))),
        comparisons=tuple(models),
        frequencies=frequencies(weighed, terms, settings.term_smoothing),
        report=Report(
            seed=seed,
            settings={**asdict(settings), **(notes or {})},
            identities=len(right),
            registrations=len(left),
            random_pairs=len(sample),
            rule_hits=len(hits),
            passes=passes,
        ),
    )


def _fit_passes(
    given: _Material, start: list[Table], u: list[Table], settings: Settings, seed: int
) -> tuple[list[tuple[Sequence[int], Fit]], tuple[Pass, ...]]:
    """Fit m once per blocking key, the comparisons of its fields left out."""
    fits: list[tuple[Sequence[int], Fit]] = []
    passes = []
    for key in given.schema.keys:
        compares = given.schema.compare
        kept = [i for i, c in enumerate(compares) if not _fields(key) & set(c.fields)]
        left_out = tuple(c.label for i, c in enumerate(compares) if i not in kept)
        pairs = _thin(given.block([key.name]), settings.pass_pairs, seed)
        if not (len(pairs) and kept):
            continue
        fitted = fit(
            given.vectors(pairs)[kept].T,
            [start[i] for i in kept],
            [u[i] for i in kept],
            smoothing=settings.smoothing,
        )
        fits.append((kept, fitted))
        matches = digits(fitted.share * len(pairs))
        passes.append(
            Pass(key.name, left_out, len(pairs), matches, fitted.iterations, fitted.turned)
        )
    return fits, tuple(passes)


def _fields(key: Key) -> set[str]:
    return {field for part in key.parts for field, _ in steps(part)}


def _rule_hits(given: _Material) -> pd.MultiIndex:
    """Return pairs that agree on two blocking keys of different fields."""
    hits = pd.MultiIndex.from_arrays([[], []])
    for one, other in combinations(given.schema.keys, 2):
        if not _fields(one) & _fields(other):
            hits = hits.union(given.block([one.name, other.name]))
    if not len(hits):
        raise SchemaError("train: no pair meets a deterministic rule; are the frames related?")
    return hits


def _thin(pairs: pd.MultiIndex, most: int, seed: int) -> pd.MultiIndex:
    if len(pairs) <= most:
        return pairs
    chosen = np.random.default_rng(seed).choice(len(pairs), most, replace=False)
    return pairs.sort_values()[np.sort(chosen)]
