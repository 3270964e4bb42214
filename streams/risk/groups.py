"""Which groups of people are more exposed than others, and by which join people are singled out.

Groups and joins are counted; nobody is named, ranked or scored.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from linkage.intervals import Floats
from linkage.privacy.adversary import Adversary, Knowledge
from linkage.privacy.by_join import Singled, singled_by, sources_needed
from linkage.privacy.each import Flags, adds, alike
from linkage.privacy.estimate import Estimate
from linkage.privacy.groups import (
    Disparity,
    Grouping,
    added,
    disparities,
    sampled_disparities,
)
from linkage.privacy.rows import Ints
from streams.risk.standing import Standing
from streams.risk.views import Attacker, attacker

FULL_TRACE = ("identified_share", "correct_identification", "misidentification")
"""Figures of everybody; unicity beside them is of the people who are attacked."""


class GroupFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of the joined view, by the groups of each way to part people."""

    figure: str
    against: str
    groups: dict[str, tuple[Disparity, ...]]


class GroupsReport(msgspec.Struct, frozen=True, kw_only=True):
    """Groups as of a block: `needed` by how many sources single people out (0: no join does).

    `singled` is by view, `figures` are of the view of all sources.
    """

    of: str
    block: int
    people: int
    view: str
    adversary: Attacker
    needed: dict[int, Estimate]
    singled: tuple[Singled, ...]
    figures: tuple[GroupFigures, ...]


def groups_report(
    of: str,
    stand: Standing,
    by: Sequence[Grouping],
    household: Ints,
    adversary: Adversary,
    knowledge: Knowledge,
) -> GroupsReport:
    """Return figures by group; `by` and `household` have a row for each of the stand's people."""
    alone = np.column_stack([stand.alike(view).size == 1 for view in stand.free])
    rows, hit = _attacked(stand, adversary, knowledge)
    counted = added(lambda some: _adds(stand, some), household, stand.plan.attack.seed)
    found = [
        GroupFigures(
            figure=name,
            against="the full trace",
            groups={one.name: disparities(one, counted[name]) for one in by},
        )
        for name in FULL_TRACE
    ]
    unicity = GroupFigures(
        figure="unicity",
        against=adversary.says(knowledge),
        groups={one.name: sampled_disparities(one, rows, hit) for one in by},
    )
    return GroupsReport(
        of=of,
        block=stand.block,
        people=len(stand.person),
        view=stand.free[-1].name,
        adversary=attacker(stand, adversary, knowledge),
        needed=sources_needed(stand.free, alone),
        singled=singled_by(stand.free, alone),
        figures=(found[0], unicity, *found[1:]),
    )


def _adds(stand: Standing, rows: Ints) -> Mapping[str, Floats]:
    """Return what some people add to the figures of the joined view, were they all there are."""
    return adds(alike(stand.sums[rows], stand.doubts[rows]))


def _attacked(stand: Standing, adversary: Adversary, knowledge: Knowledge) -> tuple[Ints, Flags]:
    """Return the rows of the attacked people, and whether the joined view singles each out."""
    context = list(stand.contexts(adversary, knowledge))[len(stand.free) - 1]
    people = context.profiles.people
    known = np.isin(people, stand.person)  # a run under way may tell measure before join
    return np.searchsorted(stand.person, people[known]), (context.crowds == 1)[known]
