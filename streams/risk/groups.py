"""Which groups of people are more exposed than others, and by which join people are singled out.

Groups and joins are counted; nobody is named, ranked or scored.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from linkage.intervals import Floats
from linkage.privacy.adversary import Adversary, Knowledge
from linkage.privacy.by_join import Singled, singled_by, sources_needed
from linkage.privacy.each import adds
from linkage.privacy.estimate import Estimate
from linkage.privacy.groups import Disparity, Grouping, disparities
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
    whole = stand.free[-1]
    added = adds(stand.alike(whole))
    everybody = np.arange(len(stand.person))
    rows, hits = _attacked(stand, adversary, knowledge)
    found = [
        GroupFigures(
            figure=name,
            against="the full trace",
            groups=_by_group(by, everybody, added[name], household),
        )
        for name in FULL_TRACE
    ]
    unicity = GroupFigures(
        figure="unicity",
        against=adversary.says(knowledge),
        groups=_by_group(by, rows, hits, household),
    )
    return GroupsReport(
        of=of,
        block=stand.block,
        people=len(stand.person),
        view=whole.name,
        adversary=attacker(stand, adversary, knowledge),
        needed=sources_needed(stand.free, alone),
        singled=singled_by(stand.free, alone),
        figures=(found[0], unicity, *found[1:]),
    )


def _attacked(stand: Standing, adversary: Adversary, knowledge: Knowledge) -> tuple[Ints, Floats]:
    """Return the rows of the attacked people, and whether the joined view singles each out."""
    context = list(stand.contexts(adversary, knowledge))[len(stand.free) - 1]
    people = context.profiles.people
    known = np.isin(people, stand.person)  # a run under way may tell measure before join
    hits = (context.crowds == 1).astype(np.float64)
    return np.searchsorted(stand.person, people[known]), hits[known]


def _by_group(
    by: Sequence[Grouping], rows: Ints, added: Floats, household: Ints
) -> dict[str, tuple[Disparity, ...]]:
    return {
        one.name: disparities(
            Grouping(one.name, one.labels, one.code[rows]), added, household[rows]
        )
        for one in by
    }
