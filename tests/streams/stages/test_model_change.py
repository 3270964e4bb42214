"""A model that is tried changes nothing; once it takes over, all is as if it had always decided."""

from collections.abc import Sequence
from itertools import zip_longest
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.decision import Decision, Thresholds
from linkage.dependence import Dependence
from linkage.model import Model
from linkage.schema import Key
from linkage.shadow import kind_of
from streams.ids import link_id
from streams.messages import Link, Pulse
from streams.runners.registry_log import BlockRegistry
from streams.stages.work import Evidence, News
from tests.streams.stages.histories import arrivals
from tests.streams.stages.identified import Town
from tests.streams.stages.town import (
    ACCOUNTS,
    MODEL,
    PEOPLE,
    Desk,
    at,
    registration,
    usage,
    verdict,
)

A, B = ACCOUNTS[:2]
BARE = msgspec.structs.replace(PEOPLE[1], id_number=None, phone=None)


def wary(model: Model) -> Model:
    """The model, with a prior that leaves BARE to a clerk, at 5 bits, and links who has an ID."""
    town = Town(desk=Desk(model))
    town.feed(registration(A, 0, at(0), BARE))
    (weight,) = (t[2] for t in town.tenancies().values())
    return msgspec.structs.replace(model, prior=model.prior / 2 ** (weight - 5))


def narrow() -> Model:
    """A model of another schema: it does not compare mail, and knows fewer keys."""
    kept = [i for i, one in enumerate(MODEL.comparisons) if not one.label.startswith("mail")]
    schema = msgspec.structs.replace(
        MODEL.schema,
        compare=tuple(MODEL.schema.compare[i] for i in kept),
        keys=(Key("born_in", ("birth:year", "surname")), *MODEL.schema.keys[:1]),
    )
    return msgspec.structs.replace(
        MODEL,
        schema=schema,
        comparisons=tuple(MODEL.comparisons[i] for i in kept),
        dependence=Dependence(),
    )


WARY = wary(MODEL)
MODELS = {"wary": WARY, "narrow": wary(narrow())}
Arrival = tuple[list[News], list[list[News]]]


@st.composite
def registries(draw: st.DrawFn) -> list[tuple[list[int], list[int]]]:
    """Who enters and who leaves the registry in each of some blocks."""
    blocks = []
    for _ in range(draw(st.integers(1, 4))):
        entering = draw(st.sets(st.sampled_from(tuple(PEOPLE)), max_size=2))
        leaving = draw(st.sets(st.sampled_from(tuple(PEOPLE)), max_size=1)) - entering
        blocks.append((sorted(entering), sorted(leaving)))
    return blocks


def play(town: Town, batches: Sequence[Sequence[News]], blocks: Sequence[object]) -> Town:
    """Feed one batch a block, and what the registry says of it."""
    for news, said in zip_longest(batches, blocks):
        town.feed(*(news or ()))
        town.close(*(said or ()))  # type: ignore[misc]
    return town


def words(town: Town) -> list[object]:
    """All that was said, but for counts of a shadow's differences and of accounts it defers."""
    said: list[object] = []
    for out in town.rig.said:
        if out.topic == "pulse":
            pulse = msgspec.json.decode(out.value, type=Pulse)
            extra = {k: n for k, n in pulse.extra.items() if k.startswith("tenancies ")}
            said.append(msgspec.structs.replace(pulse, extra=extra))
        else:
            said.append(out)
    return said


def worked_out(town: Town) -> dict[tuple[str, int], Decision]:
    """The differences of a shadow, from the tenancies and their registrations alone."""
    shadow, found = town.desk.registry.shadow, {}
    linker = town.desk.registry.linker
    assert shadow is not None
    for subject, account in town.rig.tables["accounts"].items():
        entries = {n: e for (s, n), e in town.rig.tables["entries"].items() if s == subject}
        filed = town.rig.tables["verdicts"].get(subject, ())
        known = Evidence(entries, filed, account.expired, account.erased).arranged()
        for start, records in known.records.items():
            said = [known.verdicts.get(start, ())]
            (before,), (after,) = (one.identify([records], said) for one in (linker, shadow))
            if kind_of(before, after) is not None:
                found[subject, start] = after
    return found


@given(arrivals(), registries(), st.sampled_from(sorted(MODELS)), st.data())
@settings(max_examples=100, deadline=None)
def test_a_shadow_changes_nothing_and_its_table_holds_what_it_would_change(
    arrival: Arrival, blocks: list[object], name: str, data: st.DataObject
) -> None:
    pairs = data.draw(st.sampled_from([None, 0, 2]))
    plain = play(Town(pairs=pairs), arrival[1], blocks)
    tried = play(Town(desk=Desk(MODEL, MODELS[name]), pairs=pairs), arrival[1], blocks)
    assert tried.state() == plain.state()
    assert words(tried) == words(plain)
    assert tried.rig.tables["shadows"] == worked_out(tried)
    assert tried.count("shadow differs") == len(tried.rig.tables["shadows"])


def cut_over(
    arrival: Arrival, blocks: list[object], name: str, chance: Random, pairs: int | None
) -> None:
    """A town where a model takes over, with crashes, beside one where it has always decided."""
    last = max(len(arrival[1]), len(blocks)) - 1
    cutover, model = chance.randint(-1, last), MODELS[name]
    town = Town(desk=Desk(MODEL, model, cutover), pairs=pairs)
    for news, said in zip_longest(arrival[1], blocks):
        town.feed(*(news or ()))
        if chance.random() < 0.5:
            town.open_again()
        if chance.random() < 0.5:
            town.desk.registry.rewind(town.desk.registry.block)
        town.close(*(said or ()))  # type: ignore[misc]
    always = play(Town(desk=Desk(model)), arrival[1], blocks)
    assert town.state() == always.state()
    assert town.rig.tables["shadows"] == {}
    assert town.count("shadow differs") == 0


HISTORIES = (
    arrivals(),
    registries(),
    st.sampled_from(sorted(MODELS)),
    st.randoms(use_true_random=False),
    st.sampled_from([None, 2]),
)


@given(*HISTORIES)
@settings(max_examples=200, deadline=None)
def test_after_the_cut_over_all_is_as_if_the_new_model_had_always_decided(
    arrival: Arrival, blocks: list[object], name: str, chance: Random, pairs: int | None
) -> None:
    cut_over(arrival, blocks, name, chance, pairs)


@pytest.mark.prove
@given(*HISTORIES)
@settings(max_examples=10_000, deadline=None)
def test_after_ten_thousand_cut_overs_too(
    arrival: Arrival, blocks: list[object], name: str, chance: Random, pairs: int | None
) -> None:
    cut_over(arrival, blocks, name, chance, pairs)


def links(town: Town) -> list[Link]:
    return [msgspec.json.decode(out.value, type=Link) for out in town.rig.topic("links")]


def test_a_cut_over_says_revisions_under_the_same_ids_and_moves_points() -> None:
    town = Town(desk=Desk(MODEL, WARY, cutover=1))
    town.feed(registration(A, 0, at(0), BARE), usage(A, 1, at(1)))
    assert town.holders() == {1: 1}
    town.close()
    assert [d.status for d in town.rig.tables["shadows"].values()] == ["review"]
    assert town.holders() == {1: 1} and len(links(town)) == 1
    town.close()
    before, after = links(town)
    assert (before.status, after.status) == ("linked", "review")
    assert before.id == after.id == link_id("phone", A, at(0), 1)
    assert (before.model, after.model) == (MODEL.version, WARY.version)
    assert after.revision == before.revision + 1 and after.registry_block == 1
    assert town.holders() == {} and not town.rig.tables["shadows"]


def test_a_verdict_survives_the_cut_over() -> None:
    town = Town(desk=Desk(MODEL, WARY, cutover=0))
    town.feed(registration(A, 0, at(0), BARE), usage(A, 1, at(1)), verdict(A, at(0), 1))
    town.close()
    assert town.holders() == {1: 1}
    assert (links(town)[-1].model, links(town)[-1].decided_by) == (WARY.version, "verdict")


def test_a_task_that_is_started_with_another_model_settles_all_at_the_next_close() -> None:
    two = (registration(A, 0, at(0), BARE), registration(B, 0, at(0), PEOPLE[2]))
    town, always = Town(), Town(desk=Desk(WARY))
    for one in (town, always):
        one.feed(*two)
        one.close()
    before = town.tenancies()
    town.desk.registry = BlockRegistry(town.desk.log, WARY, Thresholds())
    town.desk.registry.rewind(0)
    town.open_again()
    town.close()
    assert town.tenancies() == always.tenancies() != before
