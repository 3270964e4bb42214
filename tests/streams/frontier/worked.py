"""A small frontier by hand: figures of two defences of traces and one of counts."""

from linkage.privacy.estimate import Estimate, census
from linkage.privacy.frontier import NONE, Figure
from streams.frontier.found import Found, World, found

WORLD = World(
    people=1000,
    days=3,
    seed=7,
    scenario="real_name",
    sources=("phone", "bank"),
    points=12_345,
    people_seen=900,
    cells=(3, 4),
    seeds=(7, 8),
)


def figure(choice, form, kind, name, estimate) -> Figure:
    better = "more" if kind == "use" or name == "hidden_among" else "less"
    return Figure(
        defence=choice[0], strength=choice[1], form=form, kind=kind, name=name,
        unit="share", better=better, estimate=estimate,
    )  # fmt: skip


def sampled(value: float, half: float, control: float | None = None) -> Estimate:
    low, high = max(0.0, value - half), min(1.0, value + half)
    return Estimate(value=value, low=low, high=high, n=900, estimand="sample", control=control)


def by_hand() -> Found:
    """Return what no defence, hide 2 and 4, and blur 2 leave and keep; and counts."""
    choices = ((NONE, 1), ("hide", 2), ("hide", 4), ("blur", 2))
    risk = (0.9, 0.5, 0.2, 0.6)
    every = []
    for choice, left, crowd in zip(choices, risk, (1.0, 3.0, 20.0, 3.0), strict=True):
        every.append(figure(choice, "traces", "attack", "unicity", sampled(left, 0.02, 0.01)))
        every.append(figure(choice, "traces", "metric", "hidden_among", census(crowd, 900)))
    for use, kept in (("flows", (1.0, 0.8, 0.3, 0.7)), ("visits", (1.0, 0.9, 0.9, 0.9))):
        for choice, value in zip(choices, kept, strict=True):
            every.append(figure(choice, "traces", "use", use, census(value, 900)))
    for strength, left, kept in ((1, 1.0, 1.0), (2, 0.6, 0.7)):
        noisy = "noise", strength
        every.append(figure(noisy, "counts", "attack", "averaging", sampled(left, 0.1, 0.5)))
        every.append(figure(noisy, "counts", "use", "counting", sampled(kept, 0.05)))
    return found(WORLD, every)
