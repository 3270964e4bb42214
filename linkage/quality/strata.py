"""Where links go wrong: the scores of groups of accounts, beside those of a baseline."""

from collections.abc import Iterable, Mapping

import msgspec
import numpy as np

from linkage.intervals import Ints
from linkage.quality.accounts import LinkScores, link_scores
from linkage.quality.calibration import Flags


class Stratum(msgspec.Struct, frozen=True):
    """A group of accounts, the scores of its links, and those of the baseline on the same."""

    name: str
    links: LinkScores
    baseline: LinkScores


def strata(
    described: Ints,
    linked: Ints,
    baseline: Ints,
    people: Ints,
    groups: Mapping[str, Flags],
) -> tuple[Stratum, ...]:
    """Return the scores of each group that has accounts; groups may overlap.

    All arrays have a row for each account; see `link_scores` for the first four.
    """
    out = []
    for name, rows in groups.items():
        if rows.any():
            of = described[rows], people[rows]
            links = link_scores(of[0], linked[rows], of[1])
            base = link_scores(of[0], baseline[rows], of[1])
            out.append(Stratum(name, links, base))
    return tuple(out)


def shared(values: Iterable[str | None]) -> Flags:
    """Return which values somebody else has too; None is shared with nobody.

    >>> shared(["wu", "li", "wu", None, None]).tolist()
    [True, False, True, False, False]
    """
    listed = list(values)
    counts: dict[str | None, int] = {}
    for value in listed:
        counts[value] = counts.get(value, 0) + 1
    return np.array([value is not None and counts[value] > 1 for value in listed], np.bool_)
