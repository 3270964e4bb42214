"""Is a training sound? What cannot be right is refused, what is doubtful is told.

EM always returns something. Without matches, or with evidence that tells nothing, it returns a
split of the strangers, and a model of that would link with confidence and be wrong.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from linkage.errors import SchemaError
from linkage.features import Encoded
from linkage.model import Report
from linkage.schema import Schema
from linkage.training.latent import Joint
from linkage.training.material import Material, Sample
from linkage.training.mixture import Table

FEWEST = 10
"""Pairs that must meet a rule, and matches that must be found for certain."""
MOST_HITS = 5.0
"""Times as many pairs as matches that may meet a rule."""
SEPARATION = 5.0
"""Bits that an average match must have over chance, all comparisons together."""


def columns_in_doubt(schema: Schema, sides: Mapping[str, Encoded]) -> list[str]:
    """Return warnings of columns that can tell nothing: without any value, or with only one."""
    out = []
    for side, records in sides.items():
        for name, values in zip(schema.names, zip(*records.canonical, strict=True), strict=True):
            different = set(values) - {None}
            if not different:
                out.append(f"column {name!r} of the {side} frame has no values")
            elif len(different) == 1 and len(values) > 1:
                out.append(f"column {name!r} of the {side} frame has one value only")
    return out


def refuse_too_little(given: Material, sample: Sample, hits: int) -> None:
    """Raise SchemaError when too few pairs share blocking keys to learn from."""
    if not len(sample.pairs.left):
        demoted = [k.name for k, n in zip(given.schema.keys, given.demoted, strict=True) if n]
        why = f" (shared by too many: values of {', '.join(demoted)})" if demoted else ""
        raise SchemaError(
            f"train: no two records share a blocking key{why}; declare keys that the same person's "
            "records share and few others do, and check that the frames are related"
        )
    if hits < FEWEST:
        raise SchemaError(
            f"train: only {hits} of {len(sample.pairs.left)} candidate pairs meet a deterministic "
            f"rule (two blocking keys of different fields), {FEWEST} are needed; "
            + (
                "does the frame hold any duplicates?"
                if given.alone
                else "have the frames people in common?"
            )
            + " If so, declare more keys, or train on more rows"
        )


def refuse_nonsense(schema: Schema, joint: Joint, u: Sequence[Table], hits: int) -> None:
    """Raise SchemaError when matches were not found, or look like anybody.

    `hits` are the pairs that meet a deterministic rule.
    """
    bits = _separation(joint, u)
    if joint.certain < FEWEST:
        raise SchemaError(
            f"train: only {joint.certain:.0f} matches are certain, {FEWEST} are needed; the frames "
            "have hardly anybody in common, or the comparisons cannot tell people apart"
        )
    if hits > MOST_HITS * joint.matches:
        raise SchemaError(
            f"train: {hits} pairs meet a deterministic rule, but only {joint.matches:.0f} pass for "
            "matches; the classes are swapped or degenerate: declare keys that fewer people share"
        )
    if sum(bits) < SEPARATION:
        weakest = schema.compare[int(np.argmin(bits))].label
        raise SchemaError(
            f"train: matches are {sum(bits):.1f} bits from random pairs, {SEPARATION:g} are needed "
            f"to tell them apart; compare more fields (least is said by {weakest})"
        )


def fit_in_doubt(
    given: Material, joint: Joint, report: Report, u: Sequence[Table], one_by_one: bool
) -> Iterable[str]:
    """Yield warnings of a fit that may be wrong; `one_by_one`: right rows were seen to repeat."""
    if one_by_one and not given.alone:
        yield (
            "left records match several right ones each: the right frame repeats people, so "
            "relatives are harder to tell from matches; link it with itself first"
        )
    for compare, bits in zip(given.schema.compare, _separation(joint, u), strict=True):
        if bits < 0.01:
            yield f"comparison {compare.label} says nothing: matches agree no more than strangers"
    for compare, m, other in zip(given.schema.compare, joint.m, u, strict=True):
        if m[0] < other[0]:
            yield f"comparison {compare.label}: matches agree in full less than strangers do"
    for key, demoted in zip(given.schema.keys, given.demoted, strict=True):
        if demoted:
            yield f"key {key.name!r}: {demoted} values are shared by too many and were passed over"
    for one in report.passes:
        if one.turned:
            yield f"pass {one.rule!r}: the classes came out swapped and were named anew"
    share = report.rule_hits / max(joint.matches, 1.0)
    if len(given.rules[0]) == 1:
        yield "no two keys are of different parts; each key alone was taken for a rule"
    elif not 0.25 <= share <= 1.25:
        yield f"{share:.2f} pairs meet a rule for each match found; the two should be near"
    if joint.covered < 0.01 and not one_by_one:
        yield "below 1 in 100 left records have a match; pairs of another kind may pass for matches"


def _separation(joint: Joint, u: Sequence[Table]) -> list[float]:
    """Return the mean bits of each comparison in a match (Kullback and Leibler 1951)."""
    return [float(m @ np.log2(m / other)) for m, other in zip(joint.m, u, strict=True)]
