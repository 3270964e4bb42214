"""Each thing that the digest is over changes it by itself; what is no answer does not."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from linkage.privacy.budget.chain import GENESIS
from linkage.privacy.budget.ledger import Entry, sealed
from linkage.privacy.budget.members import packed
from linkage.privacy.budget.question import Question
from streams.columns import pack
from streams.stages.tenancy import Account, Tenancy
from streams.store.sqlite import SqliteStore
from tests.streams.pipeline import digest

IDENTIFY, JOIN, RELEASE = "identify/events.phone/0", "join/moves/0", "release/activity/0"


def account(
    status: str = "linked", person: int = 1, weight: float = 9.0, start: int = 5
) -> Account:
    tenancy = msgspec.convert([start, status, person, weight, 2, 3.0, 1], Tenancy)
    return Account(tenancies=(tenancy,))


def charges(person: int = 1, ident: int = 7, granted: bool = True) -> bytes:
    columns = {
        "person": np.array([person]),
        "ident": np.array([ident]),
        "granted": np.array([granted]),
    }
    return pack(columns)


def entry(
    truth: int = 3, nano_rho: int = 10, members: tuple[int, ...] = (1, 2, 3), answer: str = "a"
) -> Entry:
    question = Question(
        purpose="statistics",
        query="active_people",
        sources=("phone",),
        first=0,
        last=0,
        nano_rho=nano_rho,
    )
    made = Entry(
        number=0,
        request="r",
        charge="c",
        kind="standing",
        question=question,
        nano_rho=nano_rho,
        members=packed(np.array(members)),
        truth=(truth,),
        answer=answer,
        policy="p",
        previous=GENESIS,
    )
    return sealed(made)


def digest_with(folder: Path, task: str, table: str, key: object, value: object) -> str:
    store = SqliteStore(folder)
    cell = store.open(task)
    encode = msgspec.msgpack.encode
    cell.commit([(table, encode(key), encode(value))], {}, [], 0)
    cell.close()
    return digest(store)


@pytest.mark.parametrize(
    ("task", "table", "key", "values"),
    [
        (IDENTIFY, "accounts", "a", [account(), account("review"), account(person=2)]),
        (IDENTIFY, "accounts", "a", [account(), account(weight=9.5), account(start=6)]),
        (IDENTIFY, "totals", "linked", [1, 2]),
        (JOIN, "charges", ("security", 0), [charges(), charges(person=2), charges(ident=8)]),
        (JOIN, "charges", ("security", 0), [charges(), charges(granted=False)]),
        (RELEASE, "ledger", 0, [entry(), entry(truth=4), entry(nano_rho=11)]),
        (RELEASE, "ledger", 0, [entry(), entry(members=(0, 1, 2, 3))]),
    ],
)
def test_a_difference_shows(
    tmp_path: Path, task: str, table: str, key: object, values: list[object]
) -> None:
    found = [
        digest_with(tmp_path / str(i), task, table, key, value) for i, value in enumerate(values)
    ]
    assert len(set(found)) == len(values)


def test_noise_and_pace_do_not(tmp_path: Path) -> None:
    quiet, loud = (
        digest_with(tmp_path / name, RELEASE, "ledger", 0, entry(answer=name))
        for name in ("quiet", "loud")
    )
    assert quiet == loud
    early, late = (
        digest_with(tmp_path / str(block), IDENTIFY, "totals", "block", block) for block in (3, 4)
    )
    assert early == late
