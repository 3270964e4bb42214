"""The beginning of a training: first estimates of m, u and prior, one comparison at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from linkage.model import FORMAT, Model, Report
from linkage.scoring import Scorer
from linkage.training.joint import repeats
from linkage.training.latent import Evidence
from linkage.training.material import Material, Sample
from linkage.training.mixture import Table, smoothed
from linkage.training.parameters import average, comparison_models, frequencies, tables
from linkage.training.passes import fit_passes
from linkage.training.settings import Settings
from linkage.training.soundness import refuse_too_little

Notes = Mapping[str, int | float | str]


class Beginning(NamedTuple):
    """First estimates, and what they are made of.

    `counts` are of random pairs by comparison and level; `vectors` (comparisons x pairs) are the
    levels of the sample; `model` has first weights and no kinds.
    """

    sample: Sample
    vectors: NDArray[np.int8]
    counts: list[Table]
    m: list[Table]
    u: list[Table]
    model: Model


def begin(given: Material, settings: Settings, seed: int, notes: Notes) -> Beginning:
    """Return the first estimates; raises SchemaError when there is too little to learn from."""
    sample = given.sample(settings.candidate_pairs, seed)
    hits = given.hits(sample.pairs)
    refuse_too_little(given, sample, int(hits.sum()))
    counts = _random_counts(given, settings, seed)
    u = [smoothed(count, settings.smoothing) for count in counts]
    vectors = given.vectors(sample.pairs)
    agreeing = tables(vectors[:, hits], given.sizes, settings.smoothing)
    fits, passes = fit_passes(given, sample, vectors, (agreeing, u), settings.pass_pairs, seed)
    m = [average(i, fits, table) for i, table in enumerate(agreeing)]
    report = Report(
        seed=seed,
        settings={**asdict(settings), **notes},
        identities=len(given.right.canonical),
        registrations=len(given.left.canonical),
        random_pairs=int(counts[0].sum()),
        rule_hits=int(hits.sum()),
        passes=passes,
    )
    everything = [np.ones(size) for size in given.sizes]
    model = trained_model(given, settings, (m, u, everything), report)
    prior = min(report.rule_hits / settings.rule_recall / sample.possible, 0.5)
    return Beginning(sample, vectors, counts, m, u, replace(model, prior=prior))


def evidence(given: Material, begun: Beginning) -> Evidence:
    """Return the candidates for the joint fit, by left record unless right rows repeat."""
    sample, scorer = begun.sample, Scorer(begun.model, given.catalogue)
    out = Evidence(
        begun.vectors,
        scorer.frequency(begun.vectors, given.pair_set(sample.pairs)),
        None if given.alone else np.searchsorted(sample.lefts, sample.pairs.left),
        len(sample.lefts),
        len(given.right.canonical),
        sample.possible,
    )
    bits = scorer.bits(begun.vectors) + out.frequency + begun.model.prior_bits
    return out._replace(left=None) if repeats(out, begun.m, begun.u, bits) else out


def trained_model(
    given: Material,
    settings: Settings,
    trained: tuple[Sequence[Table], Sequence[Table], Sequence[Table]],
    report: Report,
) -> Model:
    """Return a model of m, u and how often each level was met; its prior is even odds."""
    values = zip(*given.right.canonical, strict=True)
    columns = dict(zip(given.schema.names, values, strict=True))
    return Model(
        format=FORMAT,
        schema=given.schema,
        prior=0.5,
        comparisons=comparison_models(given.schema, given.comparer.comparisons, *trained),
        frequencies=frequencies(_weighed(given), columns, settings.term_smoothing),
        report=report,
    )


def _random_counts(given: Material, settings: Settings, seed: int) -> list[Table]:
    """Return how many random pairs are at each level, those that meet a rule left out."""
    counts = [np.zeros(size) for size in given.sizes]
    for pairs in given.random(settings.random_pairs, seed):
        rest = pairs.where(~given.hits(pairs))
        for i, row in enumerate(given.vectors(rest)):
            counts[i] += np.bincount(row, minlength=given.sizes[i])
        if min(count.min() for count in counts) >= settings.level_pairs:
            break
    return counts


def _weighed(given: Material) -> list[str]:
    """Return the fields whose agreement is weighed by how common the value is."""
    return [
        field
        for position in range(len(given.sizes))
        for _, values in given.comparer.frequent(position)
        for field, _ in values
    ]
