"""A model that takes over under way does so at its block, on any partitions and after any crash."""

import random
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from streams.cases import cases_of
from streams.messages import Link
from streams.plan import Plan
from streams.runners.embedded import Embedded
from streams.runners.task import Probe, ignore
from streams.shadowing import live
from streams.store.protocol import Outgoing
from streams.store.sqlite import SqliteStore
from tests.streams.pipeline import digest, judged, links, outcomes, silent, world
from tests.streams.runners.test_embedded import POINTS, Stop, Stopping
from tests.streams.stages.test_model_change import WARY
from tests.streams.stages.town import MODEL, plan

ITEMS = judged(world(40))
CUTOVER = 9


def changing(partitions: int) -> Plan:
    return replace(plan(partitions), shadow=WARY, cutover=CUTOVER)


def run(folder: Path, made: Plan, probe: Probe = ignore) -> tuple[SqliteStore, list[Outgoing]]:
    store, said = SqliteStore(folder), list[Outgoing]()
    runner = Embedded(made, store, silent, said.append, probe)
    with suppress(Stop):
        runner.run(ITEMS, 200)
    runner.close()
    return store, said


def decided(store: SqliteStore) -> dict[object, object]:
    return {
        case.name: (case.tenancy.status, case.tenancy.person, case.tenancy.weight)
        for case in cases_of(store)
    }


def test_all_that_is_said_before_its_block_is_by_the_old_model(tmp_path: Path) -> None:
    store, said = run(tmp_path / "changed", changing(1))
    before, _ = run(tmp_path / "old", plan(1))
    always, _ = run(tmp_path / "new", replace(plan(1), model=WARY))
    assert decided(store) == decided(always) != decided(before)
    assert outcomes(store) == outcomes(always)
    values = [out.value for out in said if out.topic == "links"]
    told = [msgspec.json.decode(value, type=Link) for value in values]
    for link in told:
        assert link.model == (WARY if link.registry_block >= CUTOVER else MODEL).version
    ids = {(link.source, link.account, link.start, link.person): link.id for link in told}
    assert len(set(ids.values())) == len(ids)
    assert all(
        ids[link.source, link.account, link.start, link.person] == link.id
        for link in told
        if link.person is not None
    )
    held = {name: found[:2] for name, found in decided(store).items()}  # type: ignore[index]
    assert {name: found for name, found in links(values).items() if name in held} == held


@pytest.mark.parametrize("seed", range(6))
def test_a_crash_anywhere_changes_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    whole, _ = run(tmp_path / "whole", changing(1))
    made = changing(chance.choice([1, 2, 3]))
    for _ in range(4):
        run(tmp_path / "broken", made, Stopping(chance.choice(POINTS), chance.randrange(1, 400)))
    store, _ = run(tmp_path / "broken", made)
    assert digest(store) == digest(whole)
    assert outcomes(store) == outcomes(whole)
    assert live(store) == {}


@pytest.mark.parametrize("partitions", [1, 3])
def test_what_a_shadow_keeps_survives_a_crash(tmp_path: Path, partitions: int) -> None:
    tried = replace(plan(partitions), shadow=WARY)
    whole, _ = run(tmp_path / "whole", replace(plan(1), shadow=WARY))
    for nth in (40, 170):
        run(tmp_path / "broken", tried, Stopping("after-commit", nth))
    store, _ = run(tmp_path / "broken", tried)
    plain, _ = run(tmp_path / "plain", plan(1))
    assert live(store) == live(whole) != {}
    assert digest(store) == digest(plain)
