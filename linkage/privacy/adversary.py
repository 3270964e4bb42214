"""What an attacker already holds: an explicit value that every risk figure carries with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.privacy.points import Profiles, shuffled
from linkage.privacy.rows import Ints, Keys, rank_in_run


@dataclass(frozen=True)
class Knowledge:
    """An attacker who knows `points` true points of the target, without error.

    With `per_source` they are known of each source of the view, so a joined view is attacked with
    more; without, the same total in every view. `resolution` is what one point tells
    ('hour x cell'), `describes` says it for readers.
    """

    points: int
    per_source: bool
    resolution: str
    describes: str


@dataclass(frozen=True)
class Known:
    """The points held about some people: known point i is of `people[owner[i]]`; owners ascend."""

    people: Ints
    owner: Ints
    point: Keys


def draw(profiles: Profiles, sources: Sequence[int], knowledge: Knowledge) -> Known:
    """Return the points an attacker knows of each person, drawn from these sources of theirs.

    The draw takes the first points in the profiles' order, so without replacement, the same for
    the same profile, and one point more displaces at most one known point. Who has fewer points
    is known by all of them.
    """
    chosen = np.zeros(256, dtype=np.bool_)
    chosen[list(sources)] = True
    mine = np.flatnonzero(chosen[profiles.source])
    group = profiles.owner[mine]
    if knowledge.per_source:
        group = group * 256 + profiles.source[mine]
        order = np.argsort(group, kind="stable")
        mine, group = mine[order], group[order]
    taken = mine[rank_in_run(group) < knowledge.points]
    return Known(profiles.people, profiles.owner[taken], profiles.point[taken])


def known(
    points_by_source: Mapping[int, Sequence[int]], seed: int, person: int, knowledge: Knowledge
) -> tuple[int, ...]:
    """Return the points an attacker knows of one person, as `draw` takes them for many.

    >>> held = {0: (11, 12, 13), 1: (21, 22)}
    >>> len(known(held, 1, 7, Knowledge(2, False, "hour", "any two points")))
    2
    >>> len(known(held, 1, 7, Knowledge(2, True, "hour", "two points of each source")))
    4
    """
    rows = [(source, point) for source, points in points_by_source.items() for point in set(points)]
    profiles = shuffled(
        seed,
        np.array([person], dtype=np.int64),
        np.zeros(len(rows), dtype=np.int64),
        np.array([source for source, _ in rows], dtype=np.uint8),
        np.array([point for _, point in rows], dtype=np.uint64),
    )
    return tuple(draw(profiles, list(points_by_source), knowledge).point.tolist())
