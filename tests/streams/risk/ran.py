"""A world that went through the pipeline, and what its cells hold when it is at rest."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from linkage.privacy.adversary import Adversary, Knowledge, load_adversaries
from streams.messages import Risk
from streams.quality.answers import Answer, answers_of
from streams.quality.truth_columns import Key, TruthColumns, truth_columns
from streams.risk.standing import Standing, standing
from streams.risk.truth import TruthReport, truth_report
from streams.store.protocol import Outgoing, Store
from streams.store.sqlite import SqliteStore
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World
from tests.streams.pipeline import run_embedded
from tests.streams.stages.town import SOURCES, plan

POINTS: Adversary = load_adversaries()["points"]
KNOWS = Knowledge(2)


@dataclass(frozen=True)
class Ran:
    """A finished run."""

    world: World
    store: Store
    stand: Standing
    said: list[Outgoing]

    @property
    def risk(self) -> Risk:
        """The last risk that the run told."""
        values = [out.value for out in self.said if out.topic == "risk"]
        return max((msgspec.json.decode(v, type=Risk) for v in values), key=lambda one: one.block)

    @cached_property
    def truth(self) -> TruthColumns:
        return truth_columns(self.world.ground_truth())

    @cached_property
    def answers(self) -> dict[Key, Answer]:
        return answers_of(self.store)[0]

    def beside_truth(self) -> TruthReport:
        return truth_report("a test", self.stand, self.answers, self.truth)


def ran(folder: Path, people: int, preset: str, partitions: int = 1, seed: int = 7) -> Ran:
    world = World(people, 1, seed, SOURCES, PRESETS[preset])
    said: list[Outgoing] = []
    run_embedded(folder, list(world.deliveries()), partitions, said=said)
    store = SqliteStore(folder)
    return Ran(world, store, standing(store, plan(1)), said)
