"""How many accounts are linked right, beside the claimed ID number alone?"""

import sys
from collections.abc import Hashable, Iterator

from bench.harness import Bench, Options, Row, main
from bench.rig.world import plan
from linkage.linker import Linker
from linkage.quality import quality
from linkage.registry import Registry
from streams.scenario import default_sources
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World
from streams.training import registrations, without_usage

_ASKED = {("typical", "precision"): 0.995, ("typical", "recall"): 0.95}


def run(options: Options) -> list[Row]:
    """Decide on every tenancy of the demo's worlds against their whole registry."""
    sources = without_usage(default_sources())
    return [
        row
        for preset in ("typical", "hard")
        for row in _rows(
            World(options.people, options.days, options.seed, sources, PRESETS[preset]), options
        )
    ]


def _rows(world: World, options: Options) -> Iterator[Row]:
    truth, groups = world.ground_truth(), registrations(world)
    missing = set(truth.unregistered)
    described: dict[Hashable, int | None] = {}
    claimed: dict[Hashable, int | None] = {}
    for key, one in truth.by_tenancy().items():
        described[key] = None if one.described in missing else one.described
        claimed[key] = None if one.claimed in missing else one.claimed
    decisions = _linker(world, options).identify(list(groups.values()))
    linked = [d.person if d.status == "link" else None for d in decisions]
    ours = quality(described, dict(zip(groups, linked, strict=True)))
    base = quality(described, claimed)
    for name in ("precision", "recall"):
        yield Row(
            name=f"{world.preset.name}: {name}",
            value=getattr(ours, name),
            unit="share",
            at_least=_ASKED.get((world.preset.name, name)),
            peer="claimed ID number alone",
            peer_value=getattr(base, name),
            seed=options.seed,
            n=ours.accounts,
        )


def _linker(world: World, options: Options) -> Linker:
    """Return the demo's linker over this world's registry."""
    chosen = plan(options)
    registry = Registry(chosen.model.schema)
    registry.change([(one.person, one.record) for one in world.identities()])
    return Linker(chosen.model, registry, chosen.thresholds)


BENCH = Bench(
    name="linkage",
    question="How many accounts are linked right, beside the claimed ID number alone?",
    run=run,
    conditions=lambda _: (
        "By tenancy: all registrations of an account by one holder are decided together, with the "
        "model and the thresholds of the demo; who goes to clerical review is not linked. "
        "Precision and recall are against the person described, with the registry as it is in the "
        "end. Pair by pair, and beside other linkers: `linker`."
    ),
)

if __name__ == "__main__":
    sys.exit(main((BENCH,)))
