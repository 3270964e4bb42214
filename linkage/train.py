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

import numpy as np
import pandas as pd
from msgspec.structs import replace

from linkage.comparison import Comparison, load_comparisons
from linkage.features import Encoded, Encoder
from linkage.frames import canonical
from linkage.model import Kinds, Model
from linkage.people import people_schema
from linkage.schema import Schema
from linkage.training.beginning import Notes, begin, evidence, trained_model
from linkage.training.joint import choose_joint
from linkage.training.latent import Joint
from linkage.training.material import Material, Sample
from linkage.training.mixture import Table
from linkage.training.parameters import dependence, digits
from linkage.training.settings import DEFAULTS, Settings
from linkage.training.soundness import columns_in_doubt, fit_in_doubt, refuse_nonsense

__all__ = ["DEFAULTS", "Settings", "train"]


def train(
    left: pd.DataFrame,
    right: pd.DataFrame | None,
    schema: Schema | None = None,
    seed: int = 0,
    settings: Settings = DEFAULTS,
    catalogue: Mapping[str, Comparison] | None = None,
    notes: Notes | None = None,
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
    begun = begin(given, settings, seed, notes or {})
    material = evidence(given, begun)
    joint = choose_joint(material, begun.m, begun.u, settings.other_kinds, settings.match_kinds)
    refuse_nonsense(chosen, joint, begun.u, begun.model.report.rule_hits)
    one_by_one = material.left is None
    told = [count + found for count, found in zip(begun.counts, joint.seen, strict=True)]
    doubts = fit_in_doubt(given, joint, begun.model.report, begun.u, one_by_one)
    report = replace(
        begun.model.report,
        kinds=_kinds(begun.sample, joint),
        unseen=_unseen(given, told),
        warnings=(*columns_in_doubt(chosen, sides), *doubts),
    )
    model = trained_model(given, settings, (joint.m, begun.u, told), report)
    return replace(
        model,
        prior=digits(_prior(given, joint, settings, one_by_one)),
        dependence=dependence(joint.dependence, model.comparisons, told),
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


def _kinds(sample: Sample, joint: Joint) -> Kinds:
    return Kinds(
        pairs=len(sample.pairs.left),
        records=len(sample.lefts),
        matches=digits(joint.matches),
        covered=digits(joint.covered),
        iterations=joint.iterations,
    )


def _prior(given: Material, joint: Joint, settings: Settings, one_by_one: bool) -> float:
    """Return the prior of a pair, standing for itself or against that its record has no match.

    With s the share of left records whose person is among n right ones, the latter odds are
    (s / n) / (1 - s); rivals are taken account of when a record's candidates are all known.
    """
    if one_by_one:
        return joint.covered
    covered = min(joint.covered, settings.most_covered)
    return covered / (covered + len(given.right.canonical) * (1.0 - covered))


def _unseen(given: Material, told: Sequence[Table]) -> tuple[str, ...]:
    """Return the levels that no random pair and no match was at."""
    return tuple(
        f"{compare.label}: {code.levels[level].name}"
        for compare, code, counts in zip(
            given.schema.compare, given.comparer.comparisons, told, strict=True
        )
        for level in np.flatnonzero(counts < 1.0).tolist()
    )
