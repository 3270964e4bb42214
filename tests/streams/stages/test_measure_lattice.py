"""What measure keeps beside the classes: how far views are thinned, since when people are alone."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.privacy.doubt import doubt
from streams.messages import Risk
from streams.stage import Batch, Change
from streams.stages.measure import Attack, Measure
from streams.stages.moves import Moves
from tests.streams.stages.joined import NAMES, PURPOSE, Joined, Row
from tests.streams.stages.rig import Rig
from tests.streams.stages.test_join import worlds

LIMIT = 9
"""Classes over seven views: any small world has more."""
ONLY_OF_OPERATORS = {
    *("time_to_identification", "misidentification", "contaminated", "correct_identification"),
    *("join_lift", "synergy", "shapley/phone", "shapley/bank", "shapley/internet"),
}


def stage(limit: int = LIMIT, kind: type[Measure] = Measure) -> Measure:
    resolutions = dict.fromkeys(NAMES, "hour x cell")
    attack = Attack(2, 2, 100, 7)
    return kind("measure/classes/0", NAMES, [PURPOSE], resolutions, attack, limit)


def close(rig: Rig, block: int) -> Risk:
    step = rig.step(Batch(close=block))
    (out,) = [o for o in step.outputs if o.topic == "risk"]
    return msgspec.json.decode(out.value, type=Risk)


def messages_of(said: list[list[Row]]) -> list[list[bytes]]:
    """What join says up to each close."""
    joined, found, told = Joined(), [], 0
    for block, rows in enumerate(said):
        joined.move(*rows)
        joined.close(block)
        classes = joined.rig.topic("classes")
        found.append([out.value for out in classes[told:]])
        told = len(classes)
    return found


def risks(parts: Sequence[Sequence[Sequence[bytes]]], reopened: bool) -> list[Risk]:
    """Feed each block's messages in parts, close it, and perhaps crash after each."""
    rig, found = Rig(stage()), []
    for block, batches in enumerate(parts):
        for batch in batches:
            rig.feed(batch)
            if reopened:
                rig.reopen(stage())
        found.append(close(rig, block))
        if reopened:
            rig.reopen(stage())
    return found


def in_parts(data: st.DataObject, said: list[bytes]) -> list[list[bytes]]:
    order = data.draw(st.permutations(said))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=3)))
    return [order[low:high] for low, high in pairwise([0, *cuts, len(order)])]


@given(worlds(), st.data())
@settings(max_examples=25, deadline=None)
def test_thinned_figures_are_the_same_in_any_split_and_after_any_crash(
    made: tuple[list[list[Row]], list[Row]], data: st.DataObject
) -> None:
    said = messages_of(made[0])
    whole = risks([[messages] for messages in said], reopened=False)
    assert risks([in_parts(data, messages) for messages in said], reopened=True) == whole


def crowd(seed: int = 0) -> list[Row]:
    """Twelve people, all different by phone, two kinds by bank."""
    rows = [Row("phone", n, n, n, f"a{n}", seed) for n in range(12)]
    return [*rows, *(Row("bank", n, n, n % 2, f"b{n}", seed) for n in range(12))]


def test_over_the_limit_the_next_close_is_told_from_a_sample_and_says_so() -> None:
    first, second = risks([[messages] for messages in messages_of([crowd(), []])], reopened=False)
    assert {count.level for count in first.lattice} == {0}
    assert {figure.estimand for c in first.lattice for figure in c.figures.values()} == {"census"}
    levels = {count.view: count.level for count in second.lattice}
    assert levels["phone"] > 0 and levels["bank"] == 0
    for count in second.lattice:
        wanted = "sample" if count.level else "census"
        assert count.figures["vulnerability"].estimand == wanted
        assert count.people == next(c.people for c in first.lattice if c.view == count.view)
    thinned = {view.view: view.figures["vulnerability"] for view in second.views}["phone"]
    assert thinned.low < 1.0 == thinned.high
    told = {view.view for view in second.views if "time_to_identification" in view.figures}
    assert told == {name for name, level in levels.items() if not level and "@" not in name}


def test_within_the_limit_nothing_is_thinned() -> None:
    rig = Rig(stage(limit=1000))
    for block in range(2):
        rig.feed(messages_of([crowd(block)])[0] if block == 0 else [])
        assert {count.level for count in close(rig, block).lattice} == {0}
    assert rig.tables["thinned"] == {}


def followed(blocks: int) -> tuple[Rig, list[Risk]]:
    """Close some blocks after everybody has come, with doubts about two people's links."""
    joined = Joined()
    joined.move(*crowd())
    for person, how_sure in ((3, 0.5), (4, 0.25)):
        moves = Moves("phone")
        moves.trust(person, doubt(how_sure), 1)
        joined.rig.feed([out.value for out in moves.outputs(1)])
    joined.close(0)
    rig = Rig(stage(limit=1000))
    rig.feed([out.value for out in joined.rig.topic("classes")])
    return rig, [close(rig, block) for block in range(blocks)]


def test_what_is_known_of_links_and_of_time_is_told_of_the_operators_views_alone() -> None:
    _, (risk,) = followed(1)
    for view in risk.views:
        told = view.figures.keys() & ONLY_OF_OPERATORS
        if view.purpose is not None:
            assert told == set()
        else:
            shares = {f"shapley/{source}" for source in view.sources}
            wanted = {n for n in ONLY_OF_OPERATORS if not n.startswith("shapley/")} | shares
            assert told == wanted
    assert any(view.purpose is not None for view in risk.views)


def test_doubts_of_links_reach_the_figures() -> None:
    _, (risk,) = followed(1)
    phone = {view.view: view for view in risk.views}["phone"].figures
    # Of twelve people, all alone, one is wrong with .5 and one with .75.
    assert phone["misidentification"].value == pytest.approx(1.25 / 12)
    assert phone["contaminated"].value == pytest.approx(1.25 / 12)
    assert phone["correct_identification"].value == pytest.approx(1 - 1.25 / 12)
    assert phone["vulnerability"].value == 1
    bank = {view.view: view for view in risk.views}["bank"].figures
    assert bank["misidentification"].value == 0


def test_people_are_identified_once_they_have_been_alone_for_three_blocks() -> None:
    rig, found = followed(5)
    times = [
        {view.view: view.figures.get("time_to_identification") for view in risk.views}
        for risk in found
    ]
    phone, bank = ([one[name].value for one in times] for name in ("phone", "bank"))
    assert phone == [0, 0, 0, 1, 1]
    assert bank == [0] * 5
    # A crash in between forgets nothing.
    rig.reopen(stage(limit=1000))
    after = {view.view: view.figures for view in close(rig, 5).views}
    assert after["phone"]["time_to_identification"] == times[-1]["phone"]


class Forgetful(Measure):
    """A mutant: what was thinned is thinned until the next crash."""

    def applied(self, changes: Iterable[Change]) -> None:
        super().applied([change for change in changes if change[0] != "thinned"])


def test_it_catches_a_stage_that_forgets_how_far_it_has_thinned() -> None:
    rig = Rig(stage())
    for block, messages in enumerate(messages_of([crowd(), []])):
        rig.feed(messages)
        close(rig, block)
    before = close(rig, 2)
    assert any(count.level for count in before.lattice)
    rig.reopen(stage(kind=Forgetful))
    assert close(rig, 2) != before
    rig.reopen(stage())
    assert close(rig, 2) == before
