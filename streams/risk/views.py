"""The risk of every view of a run: each metric that applies, for one adversary."""

from collections.abc import Mapping

import msgspec

from linkage.privacy.adversary import Adversary, Knowledge
from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Metric, figures
from streams.risk.standing import Standing
from streams.views import is_attacked


class Attacker(msgspec.Struct, frozen=True, kw_only=True):
    """Whom figures against an adversary hold for; `attacked` is how many people were attacked."""

    name: str
    holds: str
    must_not_be_read_as: str
    points: int
    error: float
    coverage: float
    attacked: int


class ViewFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One view: how many have a point in it, how far it is thinned, and its figures by metric."""

    view: str
    sources: tuple[str, ...]
    purpose: str | None
    resolution: str
    people: int
    level: int
    figures: dict[str, Estimate]


class ViewsReport(msgspec.Struct, frozen=True, kw_only=True):
    """Every view as of a block; `people` have a point in any of them."""

    of: str
    block: int
    people: int
    adversary: Attacker
    views: tuple[ViewFigures, ...]


def attacker(stand: Standing, adversary: Adversary, knowledge: Knowledge) -> Attacker:
    """Return an adversary in words."""
    return Attacker(
        name=adversary.name,
        holds=adversary.says(knowledge),
        must_not_be_read_as=adversary.must_not_be_read_as,
        points=knowledge.points,
        error=knowledge.error,
        coverage=knowledge.coverage,
        attacked=len(stand.attacked.people),
    )


def views_report(
    of: str,
    stand: Standing,
    metrics: Mapping[str, Metric],
    adversary: Adversary,
    knowledge: Knowledge,
) -> ViewsReport:
    """Return what these metrics say of every view that they apply to.

    A view that is only counted, not attacked (`streams.views.is_attacked`), has those that need
    nothing but its classes.
    """
    counted = {n: m for n, m in metrics.items() if m.against == "full trace" and not m.needs}
    found = tuple(
        ViewFigures(
            view=context.view.name,
            sources=context.view.sources,
            purpose=context.view.purpose,
            resolution=context.knowledge.resolution,
            people=context.histogram.people(context.number),
            level=context.histogram.level(context.number),
            figures=figures(
                metrics if is_attacked(context.view, stand.sources) else counted, context
            ),
        )
        for context in stand.contexts(adversary, knowledge)
    )
    return ViewsReport(
        of=of,
        block=stand.block,
        people=len(stand.person),
        adversary=attacker(stand, adversary, knowledge),
        views=found,
    )
