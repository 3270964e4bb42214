"""Each thing that the digest is over changes it by itself; what is no answer does not."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from streams.columns import pack
from streams.messages import Release
from streams.stages.release import Answer
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


def answer(truth: int = 3, nano_rho: int = 10, members: int = 0b1110, noise: int = 0) -> Answer:
    release = Release(
        id="r",
        purpose="statistics",
        query="active_people",
        block=0,
        values={"phone": truth + noise},
        nano_rho=nano_rho,
        expected_error=1.0,
        low={},
        high={},
        policy="p",
    )
    return Answer("charge", nano_rho, bytes([members]), {"phone": truth}, release)


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
        (RELEASE, "answers", "k", [answer(), answer(truth=4), answer(nano_rho=11)]),
        (RELEASE, "answers", "k", [answer(), answer(members=0b1111)]),
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
        digest_with(tmp_path / name, RELEASE, "answers", "k", answer(noise=noise))
        for name, noise in (("quiet", 0), ("loud", 99))
    )
    assert quiet == loud
    early, late = (
        digest_with(tmp_path / str(block), IDENTIFY, "totals", "block", block) for block in (3, 4)
    )
    assert early == late
