"""Training without labels: prior and m from candidate pairs, u from random ones.

- start of the prior: pairs that meet a deterministic rule, which is to share two blocking keys of
  different fields, divided by the recall that rules are stated to have;
- u: levels of random pairs without those that meet a rule, drawn until each level has been seen
  often enough or the limit is reached;
- start of m: for each blocking pass a two-class EM on the pairs it yields, the comparisons of the
  blocked fields left out (they agree by construction); then the mean over the passes;
- at last all candidate pairs together: prior, m and the kinds of pairs within which comparisons
  are independent (`linkage.training.joint`), as many kinds as Bayes' information criterion allows.

One EM over everything fails on household data: within a block, relatives agree on surname and
address, and one two-class mixture splits 'relative' from 'stranger' instead of 'same person' from
'another'. So each pass fits its second class freely, u is never taken from it, and the joint fit
begins where the passes ended. recordlinkage's own ECM is not used: it turns missing values into
level 0, refuses levels it has not seen and may swap the classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from msgspec.structs import replace
from numpy.typing import NDArray

from linkage.blocking import CAP
from linkage.comparison import Comparison, load_comparisons
from linkage.features import Encoded, Encoder
from linkage.frames import canonical
from linkage.model import FORMAT, Kinds, Model, Report
from linkage.people import people_schema
from linkage.schema import Schema
from linkage.scoring import Scorer
from linkage.training.joint import MOST_REPEATED, choose_joint, repeated
from linkage.training.latent import Evidence, Joint
from linkage.training.material import Material, Sample
from linkage.training.mixture import Table, smoothed
from linkage.training.parameters import (
    average,
    comparison_models,
    dependence,
    digits,
    frequencies,
    tables,
)
from linkage.training.passes import fit_passes
from linkage.training.soundness import (
    columns_in_doubt,
    fit_in_doubt,
    refuse_nonsense,
    refuse_too_little,
)


@dataclass(frozen=True)
class Settings:
    """What training assumes, and how much it looks at.

    `rule_recall` is the share of true pairs that meet a rule. Random pairs are drawn until each
    level was seen `level_pairs` times, `random_pairs` at most. `candidate_pairs` bounds the
    sample of candidates, `pass_pairs` what a pass takes of it. A key that more than `cap` right
    records share brings nobody together. `smoothing` is added to counts of levels,
    `term_smoothing` to counts of values. `most_covered`: of left records, no larger share is ever
    taken to have their person on the right, for newcomers will come. `other_kinds` and
    `match_kinds` are the most kinds tried.
    """

    rule_recall: float = 0.95
    random_pairs: int = 2_000_000
    level_pairs: int = 50
    candidate_pairs: int = 500_000
    pass_pairs: int = 200_000
    cap: int = CAP
    smoothing: float = 0.5
    term_smoothing: float = 1.0
    most_covered: float = 0.9
    other_kinds: int = 4
    match_kinds: int = 2


DEFAULTS = Settings()


def train(
    left: pd.DataFrame,
    right: pd.DataFrame | None,
    schema: Schema | None = None,
    seed: int = 0,
    settings: Settings = DEFAULTS,
    catalogue: Mapping[str, Comparison] | None = None,
    notes: Mapping[str, int | float | str] | None = None,
) -> Model:
    """Return a model trained on registrations (left) and the registry they are linked with (right).

    Both frames have the columns of the schema (None or NaN is missing), one row per registration
    or person; no two rows of `right` are the same person. Without `right`, the rows of `left` are
    linked with each other. `notes` (such as the size of a synthetic world) are kept in the report
    beside the settings. What is doubtful comes as warnings in `model.report`. Raises SchemaError,
    which names the column or the reason and the fix, when there is nothing to learn from or what
    was learnt cannot be right.
    """
    known = load_comparisons() if catalogue is None else catalogue
    chosen = schema or people_schema(known)
    sides = _encoded(left, None if right is left else right, chosen, known)
    given = Material(sides["left"], sides.get("right"), chosen, known, settings.cap)
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
        settings={**asdict(settings), **(notes or {})},
        identities=len(given.right.canonical),
        registrations=len(left),
        random_pairs=int(counts[0].sum()),
        rule_hits=int(hits.sum()),
        passes=passes,
    )
    first = _model(given, settings, (m, u, [np.ones(size) for size in given.sizes]), report)
    first = replace(first, prior=int(hits.sum()) / settings.rule_recall / sample.possible)
    evidence = _evidence(given, sample, vectors, first)
    joint = choose_joint(evidence, m, u, settings.other_kinds, settings.match_kinds)
    refuse_nonsense(chosen, joint, u, report.rule_hits)
    told = [count + found for count, found in zip(counts, joint.seen, strict=True)]
    one_by_one = evidence.left is None
    doubts = (*columns_in_doubt(chosen, sides), *fit_in_doubt(given, joint, report, u, one_by_one))
    kinds = Kinds(
        pairs=len(sample.pairs.left),
        records=len(sample.lefts),
        matches=digits(joint.matches),
        covered=digits(joint.covered),
        iterations=joint.iterations,
    )
    final = _model(
        given,
        settings,
        (joint.m, u, told),
        replace(report, kinds=kinds, unseen=_unseen(given, told), warnings=tuple(doubts)),
    )
    return replace(
        final,
        prior=digits(_prior(given, joint, settings, one_by_one)),
        dependence=dependence(joint.dependence, final.comparisons, told),
    )


def _encoded(
    left: pd.DataFrame,
    right: pd.DataFrame | None,
    schema: Schema,
    catalogue: Mapping[str, Comparison],
) -> dict[str, Encoded]:
    """Return the records of each frame there is as fingerprints, by side."""
    encode = Encoder(schema, catalogue).encode
    frames = {"left": left} if right is None else {"left": left, "right": right}
    return {
        side: encode(canonical(frame, schema, f"train: the {side} frame"))
        for side, frame in frames.items()
    }


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


def _model(
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


def _evidence(given: Material, sample: Sample, vectors: NDArray[np.int8], first: Model) -> Evidence:
    """Return the candidates for the joint fit, by left record unless right rows repeat."""
    scorer = Scorer(first, given.catalogue)
    evidence = Evidence(
        vectors,
        scorer.frequency(vectors, given.pair_set(sample.pairs)),
        None if given.alone else np.searchsorted(sample.lefts, sample.pairs.left),
        len(sample.lefts),
        len(given.right.canonical),
        sample.possible,
    )
    bits = scorer.bits(vectors) + evidence.frequency + first.prior_bits
    return evidence._replace(left=None) if repeated(evidence, bits) > MOST_REPEATED else evidence


def _prior(given: Material, joint: Joint, settings: Settings, one_by_one: bool) -> float:
    """Return the prior of a pair, standing for itself or against that its record has no match.

    With s the share of left records whose person is among n right ones, the latter odds are
    (s / n) / (1 - s); rivals are taken account of when a record's candidates are all known.
    """
    if one_by_one:
        return joint.covered
    covered = min(joint.covered, settings.most_covered)
    return covered / (covered + len(given.right.canonical) * (1.0 - covered))


def _weighed(given: Material) -> list[str]:
    """Return the fields whose agreement is weighed by how common the value is."""
    return [
        field
        for position in range(len(given.sizes))
        for _, values in given.comparer.frequent(position)
        for field, _ in values
    ]


def _unseen(given: Material, told: Sequence[Table]) -> tuple[str, ...]:
    """Return the levels that no random pair and no match was at."""
    return tuple(
        f"{compare.label}: {code.levels[level].name}"
        for compare, code, counts in zip(
            given.schema.compare, given.comparer.comparisons, told, strict=True
        )
        for level in np.flatnonzero(counts < 1.0).tolist()
    )
