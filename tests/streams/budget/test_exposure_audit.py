"""The audit of the identifiability ledger: honest logs hold, whatever was done to one is named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import PolicyError
from linkage.privacy.budget.chain import GENESIS, chained
from linkage.privacy.budget.policy import Policy
from streams.budget.exposure_audit import ExposureAudit, audit_exposure
from streams.columns import pack, unpack
from streams.events import HOUR
from streams.stage import Batch
from streams.stages.charged import Head, Link, Terms, body
from streams.stages.join import Join
from streams.store.sqlite import SqliteStore
from tests.streams.stages.joined import NAMES, Row, frames
from tests.streams.stages.rig import Rig
from tests.streams.stages.test_join import BLOCKS, worlds

TEXT = """\
version = 2
[join.security]
cap_millibits = {cap}
[join.security.tariff_millibits]
phone = {phone}
bank = 12
internet = 7
"""
TASK = "join/moves/0"
Tables = dict[str, dict[Any, Any]]


def stage(cap: int = 40, phone: int = 10) -> Join:
    policy = Policy.parse(TEXT.format(cap=cap, phone=phone))
    return Join(TASK, NAMES, policy.joins, 0, Terms(policy.hash, policy.text))


def ran(said: list[list[Row]], *stages: Join) -> Rig:
    """One block each; from block n on by the n-th stage, the last for all that follow."""
    rig = Rig(stages[0])
    rig.step(Batch(close=-1))
    for block, rows in enumerate(said):
        if block:
            rig.reopen(stages[min(block, len(stages) - 1)])
        if messages := frames(rows):
            rig.feed(messages)
        rig.step(Batch(close=block))
    return rig


def tables(rig: Rig) -> Tables:
    return {t.name: rig.logs.get(t.name, rig.tables[t.name]) for t in rig.stage.tables}


def audited(folder: Path, held: Tables) -> ExposureAudit:
    store = SqliteStore(folder)
    cell = store.open(TASK)
    old = [(t.name, key, None) for t in Join.tables for key, _ in cell.rows(t.name)]
    new = [t.row(key, value) for t in Join.tables for key, value in held[t.name].items()]
    cell.commit([*old, *new], {}, [], 0)
    cell.close()
    return audit_exposure(store, NAMES)


@given(worlds(), st.integers(40, 60), st.integers(5, 15))
@settings(max_examples=25, deadline=None)
def test_an_honest_ledger_holds_under_whatever_policies_it_was_made(
    tmp_path_factory: pytest.TempPathFactory,
    made: tuple[list[list[Row]], list[Row]],
    cap: int,
    phone: int,
) -> None:
    rig = ran(made[0], stage(), stage(cap), stage(cap, phone))
    found = audited(tmp_path_factory.mktemp("cells"), tables(rig))
    assert found.wrong == () and found.entries == BLOCKS
    decided = [unpack(data)["granted"] for data in rig.logs["charges"].values()]
    assert found.decisions == sum(map(len, decided))
    assert found.millibits["security"] == rig.tables["totals"].get("security millibits", 0)
    assert list(found.heads.values()) == [rig.tables["heads"]["security"].hash]


def busy() -> Tables:
    said = [
        [
            Row(NAMES[n % 3], 1 + n % 2, b * HOUR + n, n % 2, f"a{n % 3}", 9 * b + n)
            for n in range(9)
        ]
        for b in range(BLOCKS)
    ]
    return tables(ran(said, stage(90), stage(95), stage(100)))


def decisions(held: Tables, block: int, change: Callable[[dict[str, Any]], Any]) -> None:
    rows = {
        name: column.copy() for name, column in unpack(held["charges"]["security", block]).items()
    }
    change(rows)
    held["charges"]["security", block] = pack(rows)


def rechain(held: Tables) -> None:
    """Make the chain anew, as only somebody can who may write all of the state."""
    last = GENESIS
    for block in sorted(b for _, b in held["chain"]):
        old: Link = held["chain"]["security", block]
        said = body("security", block, old.number, old.policy, held["charges"]["security", block])
        held["chain"]["security", block] = Link(old.number, old.policy, last, chained(last, said))
        last = held["chain"]["security", block].hash
    held["heads"]["security"] = msgspec.structs.replace(held["heads"]["security"], hash=last)


def flip(rows: dict[str, Any]) -> None:
    rows["granted"][0] ^= True


def swap(rows: dict[str, Any]) -> None:
    for column in rows.values():
        column[[0, 1]] = column[[1, 0]]


def shown(held: Tables, **change: Any) -> None:
    key = "security", 1
    one = held["shown"][key]
    account = {k: v for k, v in change.items() if k in ("spent", "visible")}
    other = {k: v for k, v in change.items() if k not in account}
    made = msgspec.structs.replace(one.account, **account)
    held["shown"][key] = msgspec.structs.replace(one, account=made, **other)


def cut(held: Tables, block: int, *names: str) -> None:
    for name in names:
        del held[name]["security", block]


def shorter(held: Tables) -> None:
    cut(held, 2, "charges", "chain")
    last = held["chain"]["security", 1]
    held["heads"]["security"] = Head(2, last.hash, NAMES)


def swapped(held: Tables) -> None:
    for name in ("charges", "chain"):
        one, other = held[name]["security", 0], held[name]["security", 1]
        held[name]["security", 0], held[name]["security", 1] = other, one


def again(change: Callable[[Tables], None]) -> Callable[[Tables], None]:
    def both(held: Tables) -> None:
        change(held)
        rechain(held)

    return both


DONE: dict[str, tuple[Callable[[Tables], None], str]] = {
    "an answer": (lambda held: decisions(held, 1, flip), "block 1: its decisions or its policy"),
    "an answer, chained": (again(lambda held: decisions(held, 1, flip)), "where the rule"),
    "an order": (lambda held: decisions(held, 1, swap), "block 1: its decisions or its policy"),
    "two blocks": (swapped, "block 0: it is entry 1"),
    "a block left out": (lambda held: cut(held, 1, "charges", "chain"), "block 2: it is entry 2"),
    "its decisions": (lambda held: cut(held, 1, "charges"), "block 1: it has no decisions"),
    "its link": (lambda held: cut(held, 1, "chain"), "block 1: it has no entry in"),
    "the end": (lambda held: cut(held, 2, "charges", "chain"), "has 2 entries and had 3"),
    "the end and the head": (shorter, "spent"),
    "what was spent": (lambda held: shown(held, spent=(1, 2, 3)), "person 1: spent (1, 2, 3)"),
    "what was shown": (lambda held: shown(held, visible=(0, 0, 0)), "person 1: points shown"),
    "refusals": (lambda held: shown(held, refusals=99), "person 1: refusals 99"),
    "somebody": (lambda held: cut(held, 1, "shown"), "person 1: their account is missing"),
    "a total": (
        lambda held: held["totals"].update({"security millibits": 1}),
        "the total of millibits is 1",
    ),
    "a policy": (
        lambda held: held["policies"].update({next(iter(held["policies"])): "version = 2"}),
        "is another than it was",
    ),
    "no policy": (lambda held: held["policies"].clear(), "is missing"),
}


@pytest.mark.parametrize("what", DONE)
def test_what_was_done_to_it_is_named(tmp_path: Path, what: str) -> None:
    held = busy()
    assert audited(tmp_path, held).wrong == ()
    change, said = DONE[what]
    change(held)
    wrong = audited(tmp_path, held).wrong
    assert wrong and wrong[0].startswith(f"{TASK}, security: ") and said in wrong[0]


def opened(rig: Rig, cap: int = 40, sources: tuple[str, ...] = NAMES) -> Join:
    policy = Policy.parse(TEXT.format(cap=cap, phone=10)).only(sources)
    join = Join(TASK, NAMES, policy.joins, 0, Terms(policy.hash, policy.text))
    rig.reopen(join)
    return join


def test_a_policy_that_lowers_a_cap_below_what_is_spent_is_refused_and_frees_nothing() -> None:
    rows = [Row("phone", 1, n, 0, "a", n) for n in range(4)]
    rig = ran([rows], stage())
    spent = rig.tables["shown"]["security", 1].account.spent
    assert max(spent) == 40
    with pytest.raises(
        PolicyError, match=r"join\.security\.cap_millibits: 39 is .*phone\+bank.*40"
    ):
        opened(rig, cap=39)
    with pytest.raises(PolicyError, match=r"join\.security: joins phone, bank, and .* internet"):
        opened(rig, sources=("phone", "bank"))
    opened(rig, cap=41)
    rig.feed(frames([Row("bank", 1, HOUR, 0, "b", 0), Row("internet", 1, HOUR + 1, 0, "c", 0)]))
    rig.step(Batch(close=1))
    assert rig.tables["shown"]["security", 1].account.spent == spent
    assert np.array_equal(unpack(rig.logs["charges"]["security", 1])["granted"], [False, False])
