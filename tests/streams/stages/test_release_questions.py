"""Whatever somebody sends as a question, release goes on: it answers, waits, or refuses it."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.question import Question
from streams.messages import Refused, Release
from streams.stages.activity import LONGEST
from tests.streams.stages.released import COST, SOURCES, STANDING, Released, policy, question

QUERIES = sorted(load_queries())
OFFERS = tuple(
    f'[[release.statistics.offer]]\nquery = "{query}"\nnano_rho = {COST}\nlongest_blocks = 2\n'
    for query in QUERIES
)
RULES = policy(parts=(STANDING, *OFFERS))
EDGES = [2**bits + more for bits in (31, 32, 52, 53, 62, 63, 64, 99) for more in (-1, 0, 1)]
WHOLE = st.sampled_from([*EDGES, *(-edge for edge in EDGES), -1, 0, 1, 2, 10**400])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
FIELDS = sorted(Question.__struct_fields__)
USUAL = st.fixed_dictionaries(
    {"query": st.sampled_from(QUERIES), "first": st.integers(-1, 3), "last": st.integers(-1, 3)}
)
CHANGED = st.dictionaries(
    st.sampled_from([*FIELDS, "rho", "x", "\ud800"]), WHOLE | VALUES, max_size=4
)


def body(usual: dict[str, Any], changed: dict[str, Any]) -> bytes:
    stated = {"purpose": "statistics", "sources": SOURCES, "nano_rho": COST, **usual, **changed}
    return json.dumps(stated).encode()


BODIES = st.binary(max_size=60) | st.builds(body, USUAL, CHANGED)


def begun() -> Released:
    run = Released(RULES)
    run.run({"phone": [1, 2], "bank": [2]})
    return run


@given(st.lists(BODIES, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_question_of_any_shape_stops_it(bodies: list[bytes]) -> None:
    run = begun()
    for one in bodies:
        run.feed(b"q" + one)
    run.run({"phone": [1], "bank": []}, first=1)
    run.reopen()
    run.close(2, last=True)
    run.run({"phone": [3], "bank": []}, first=3)
    assert all(isinstance(one, Release | Refused) for one in run.published())
    assert run.rig.tables["asked"] == {}


@pytest.mark.parametrize("field", ["first", "last", "nano_rho", "most", "hours", "side", "k"])
@pytest.mark.parametrize("value", [2**53 + 1, 2**62, 2**63, 2**64, -(2**63), 10**30])
def test_numbers_beyond_the_bounds_are_unreadable_and_no_question_waits(
    field: str, value: int
) -> None:
    run = begun()
    run.feed(b"q" + body({"query": "cell_people", "first": 0, "last": 1}, {field: value}))
    assert run.refusals() == ["unreadable"] and run.rig.tables["asked"] == {}


def test_a_question_is_not_longer_than_its_refusal_may_be() -> None:
    run = begun()
    run.feed(b"q" + body({"query": "x" * LONGEST}, {"first": 0, "last": 0}))
    run.feed(b"q" + body({"query": "x" * 9_000}, {"first": 0, "last": 0}))
    assert run.refusals() == ["unreadable", "query"]
    assert len(run.rig.topic("releases")[-1].value) < 2 * LONGEST


@pytest.mark.parametrize("changes", [{"side": 2**63}, {"hours": 2**63}, {"k": 2**63}, {"most": -1}])
def test_a_row_that_waits_and_was_changed_is_refused_too(changes: dict[str, int]) -> None:
    run = begun()
    changed = msgspec.structs.replace(question(0, 1, query="cell_people"), **changes)
    run.rig.tables["asked"][changed.request(RULES.hash)] = changed
    run.reopen()
    run.run({"phone": [1], "bank": []}, first=1)
    assert run.refusals() == ["unreadable"] and run.rig.tables["asked"] == {}
    assert len(run.truths()) == 2
