"""Whether a defence changes a risk at all, as far as the intervals can tell."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from linkage.privacy.estimate import Estimate
from linkage.privacy.frontier import NONE, Figure

Change = Literal["less risk", "more risk", "not told apart"]


class Effect(NamedTuple):
    """What a defence at one strength does to a risk, beside the figure without a defence."""

    figure: Figure
    without: Figure
    change: Change


def effects(figures: Sequence[Figure]) -> Iterator[Effect]:
    """Yield the effect of each defence at each strength on each risk, in the order of figures.

    Beside traces stand the traces as they are; beside encodings and counts those of the weakest
    strength of the same defence. Figures whose intervals overlap are not told apart, which is no
    proof that they are alike.
    """
    risks = [figure for figure in figures if figure.kind != "use"]
    without: dict[tuple[str, ...], Figure] = {}
    for figure in risks:
        key = _beside(figure)
        if key not in without or figure.strength < without[key].strength:
            without[key] = figure
    for figure in risks:
        base = without[_beside(figure)]
        if figure != base and (base.defence == NONE or figure.form != "traces"):
            yield Effect(figure, base, change(figure, base.estimate))


def change(figure: Figure, base: Estimate) -> Change:
    """Return what became of a risk that was `base`."""
    now = figure.estimate
    if now.low <= base.high and base.low <= now.high:
        return "not told apart"
    return "less risk" if (now.value < base.value) == (figure.better == "less") else "more risk"


def _beside(figure: Figure) -> tuple[str, ...]:
    whose = NONE if figure.form == "traces" else figure.defence
    return figure.kind, figure.name, whose
