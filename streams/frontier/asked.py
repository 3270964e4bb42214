"""What a frontier is asked for, by names: so that a process can make it anew for itself."""

from functools import cache
from typing import NamedTuple

from linkage.privacy.attack import load_attacks
from linkage.privacy.defence import Material, load_defences
from linkage.privacy.direction import levels
from linkage.privacy.frontier import Design, Figure, Task, measured
from linkage.privacy.metric import load_metrics
from linkage.privacy.use import load_uses


class Asked(NamedTuple):
    """Names of defences and attacks, strengths (each defence's own if empty), and seeds."""

    defences: tuple[str, ...]
    attacks: tuple[str, ...]
    strengths: tuple[int, ...]
    seeds: tuple[int, ...]


@cache
def design_of(asked: Asked) -> Design:
    """Return the design, with all uses and all risk metrics that are levels of risk."""
    defences, attacks, metrics = load_defences(), load_attacks(), load_metrics()
    return Design(
        defences={name: defences[name] for name in asked.defences},
        attacks={name: attacks[name] for name in asked.attacks},
        uses=load_uses(),
        metrics={name: (metrics[name], better) for name, better in levels(metrics).items()},
        seeds=asked.seeds,
        strengths=asked.strengths,
    )


def part_of(ground: tuple[Asked, Material], task: Task) -> list[Figure]:
    """Return the figures of one part of what is asked for, on the material."""
    asked, material = ground
    return measured(design_of(asked), material, task)
