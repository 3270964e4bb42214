"""Whatever kills the ledger: nothing is lost, nothing charged twice, no answer changed."""

import random
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from linkage.privacy.budget.ledger import Entry
from linkage.privacy.budget.ledger_audit import Findings
from linkage.privacy.budget.spent import pack_column
from streams.budget.privacy_audit import audit_privacy, record_of
from streams.stage import Draft
from streams.store.sqlite import SqliteStore
from tests.streams.stages.ledger_lives import (
    POINTS,
    ended,
    landed,
    live,
    published,
    recorded,
    started,
)
from tests.streams.stages.released import TASK, by_hand, held

REPLAYS = 10


def decided(folder: Path) -> tuple[list[Entry], dict[str, bytes]]:
    record = record_of(SqliteStore(folder / "cells"), TASK)
    copied = [(key, pack_column(column)) for key, column in record.copied.items()]
    assert held(copied, record.recent) == by_hand(record.log)
    return list(record.log), dict(record.answers)


def outcome(entries: list[Entry]) -> list[tuple[object, ...]]:
    """All of an entry that does not depend on noise."""
    return [(e.number, e.request, e.charge, e.kind, e.members, e.truth) for e in entries]


def kinds(said: dict[str, set[bytes]]) -> dict[str, set[str]]:
    return {k: {msgspec.json.decode(v)["said"] for v in values} for k, values in said.items()}


def killed_and_replayed(folder: Path, seed: int, kills: int) -> Counter[str]:
    """Kill a ledger so often, let it come to its end, replay it; return where the kills landed."""
    chance, inputs, places = random.Random(seed), recorded(seed), Counter[str]()
    while places.total() < kills:
        point = chance.choice([None, *POINTS])
        pid = started(folder, inputs, point, chance.randint(1, 15))
        killed = ended(pid, chance.uniform(0, 0.05) if point is None else None)
        if not killed:
            break
        places[f"{'at' if point else 'after'} {landed(folder)}"] += 1
    assert not ended(started(folder, inputs, None, 0), None)
    entries, answers = decided(folder)
    for _ in range(REPLAYS):
        live(folder, inputs)
    assert decided(folder) == (entries, answers)
    check(folder, seed, entries, answers)
    return places


def check(folder: Path, seed: int, entries: list[Entry], answers: dict[str, bytes]) -> None:
    whole = folder / "whole"
    whole.mkdir()
    live(whole, recorded(seed))
    wanted, _ = decided(whole)
    # Nothing lost, nothing charged twice:
    assert outcome(entries) == outcome(wanted)
    assert len({entry.charge for entry in entries}) == len(entries) > 50
    # No answer changed, and each that was decided was said:
    said = published(folder)
    given = {
        key: {v for v in values if msgspec.json.decode(v)["said"] == "release"}
        for key, values in said.items()
    }
    assert {key: values for key, values in given.items() if values} == {
        key: {value} for key, value in answers.items()
    }
    assert kinds(said) == kinds(published(whole))
    found: Findings = audit_privacy(SqliteStore(folder / "cells"))
    assert found.wrong == () and found.entries == len(entries)


def kill(folder: Path, kills: int, each: int) -> Counter[str]:
    """Kill ledgers so often altogether; each comes to its end at some time, and another follows."""
    places, seed = Counter[str](), 4
    while places.total() < kills:
        places += killed_and_replayed(folder / str(seed), seed, min(each, kills - places.total()))
        seed += 1
    return places


def test_twenty_kills_change_nothing(tmp_path: Path) -> None:
    places = kill(tmp_path, 20, 20)
    assert {f"at {point}" for point in POINTS} <= places.keys()


@pytest.mark.prove
def test_a_thousand_kills_change_nothing(tmp_path: Path) -> None:
    places = kill(tmp_path, 1000, 40)
    print(f"{places.total()} kills: {dict(sorted(places.items()))}")
    assert {f"{how} {point}" for how in ("at", "after") for point in POINTS} <= places.keys()
    assert min(places[f"at {point}"] for point in POINTS) > 50


def test_it_catches_a_ledger_that_forgets_what_it_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = Draft.get
    monkeypatch.setattr(
        Draft, "get", lambda self, table, key: None if table == "answers" else get(self, table, key)
    )
    with pytest.raises(AssertionError):
        killed_and_replayed(tmp_path / "ledger", 4, 2)
