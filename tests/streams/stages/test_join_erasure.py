"""Who is erased leaves join and measure as if they had never had a point, but what was spent."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.columns import unpack
from streams.events import HOUR
from streams.messages import Risk
from streams.stage import Batch
from streams.stages.activity import kind_of, parse_erased
from streams.stages.classes import is_forgotten, parse_classes
from streams.stages.measure import Measure, histogram_of
from streams.stages.moves import gone
from tests.streams.stages.joined import NAMES, Joined, Row, frames, standing
from tests.streams.stages.rig import Rig
from tests.streams.stages.test_join import BANK, BLOCKS, PHONE, worlds
from tests.streams.stages.test_measure import VIEWS, stage

Said = list[list[Row]]


def erase(joined: Joined, rows: Sequence[Row], person: int, order: Sequence[int]) -> None:
    """What identify says at the close: each source takes back what it gave, in any order."""
    lost = [row.lost() for row in standing(rows) if row.person == person]
    said = [*frames(lost), *(out.value for name in NAMES for out in gone(name, [person], 1))]
    for place in sorted(range(len(said)), key=lambda n: order[n % len(order)]):
        joined.rig.feed([said[place]])


def ran(said: Said, grace: int, person: int, at: int, order: Sequence[int]) -> Joined:
    joined, heard = Joined(grace), list[Row]()
    for block, told in enumerate(said):
        rows = told if block <= at else [row for row in told if row.person != person]
        joined.move(*rows)
        heard += rows
        if block == at:
            erase(joined, heard, person, order)
        joined.close(block)
    joined.close(BLOCKS)
    return joined


def never(said: Said, grace: int, person: int) -> Joined:
    joined = Joined(grace)
    for block, rows in enumerate(said):
        joined.move(*(row for row in rows if row.person != person))
        joined.close(block)
    joined.close(BLOCKS)
    return joined


@given(worlds(), st.integers(0, 1), st.integers(1, 5), st.integers(0, BLOCKS - 1), st.data())
@settings(max_examples=15, deadline=None)
def test_after_an_erasure_join_and_measure_are_as_if_there_had_been_nobody(
    made: tuple[Said, list[Row]], grace: int, person: int, at: int, data: st.DataObject
) -> None:
    said = made[0]
    order = data.draw(st.permutations(range(6)))
    one, other = ran(said, grace, person, at, order), never(said, grace, person)
    assert one.profiles() == other.profiles()
    assert person not in one.rig.tables["profiles"] and not one.rig.tables["erasing"]
    assert one.rig.tables["pending"] == other.rig.tables["pending"] == {}
    assert one.classes() == other.classes()
    assert without(one.charges(), person) == other.charges()
    shown = one.rig.tables["shown"]
    spent = shown.pop(("security", person), None)
    assert shown == other.rig.tables["shown"]
    assert spent is None or (spent.sum == 0 and sum(spent.account.visible) > 0) or spent.refusals
    measured, wanted = measured_of(one, data), measured_of(other, data)
    assert measured.tables["watched"] == wanted.tables["watched"]
    assert states(measured) == states(wanted)
    measured.reopen(stage())
    assert states(measured) == states(wanted)
    rows = [data for _, data in sorted(measured.logs["said"].items())]
    assert histogram_of(rows, VIEWS, NAMES).digest() == wanted.stage.histogram.digest()
    assert not any(is_forgotten(data) for data in rows) and not people_in(rows) & {person}
    risks = [closed(rig) for rig in (measured, wanted)]
    assert risks[0] == risks[1]


def without(charges: dict[int, list[tuple[int, int, bool]]], person: int) -> object:
    return {block: [row for row in rows if row[0] != person] for block, rows in charges.items()}


def measured_of(joined: Joined, data: st.DataObject) -> Rig:
    messages = [o.value for o in joined.rig.topic("classes")]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(messages)), max_size=4)))
    rig = Rig(stage())
    for low, high in pairwise([0, *cuts, len(messages)]):
        rig.feed(messages[low:high])
        if data.draw(st.booleans()):
            rig.reopen(stage())
    closed(rig)
    return rig


def states(rig: Rig) -> object:
    measure = rig.stage
    assert isinstance(measure, Measure)
    layers = [[c.tolist() for c in index.rows()] for index in measure.layers]
    views = range(len(VIEWS))
    columns = [[c.tolist() for c in measure.histogram.arrays(n)] for n in views]
    held = [sorted(zip(*three, strict=True)) for three in columns]
    return layers, held, [measure.histogram.people(n) for n in views]


def people_in(rows: Sequence[bytes]) -> set[int]:
    return {p for data in rows for p in parse_classes(data).points["person"].tolist()}


def closed(rig: Rig) -> Risk:
    step = rig.step(Batch(close=7))
    (out,) = [o for o in step.outputs if o.topic == "risk"]
    return msgspec.json.decode(out.value, type=Risk)


def test_what_was_spent_stays_and_is_not_given_back_to_who_comes_again() -> None:
    joined = Joined()
    rows = [Row("phone", 1, i, 0, PHONE, i) for i in range(3)]
    joined.move(*rows)
    joined.close(0)
    assert joined.accounts()[1] == ((3, 0, 0), (30, 30, 0))
    erase(joined, rows, 1, [0])
    joined.close(1)
    assert joined.accounts()[1] == ((3, 0, 0), (30, 30, 0))
    joined.move(Row("bank", 1, 2 * HOUR, 0, BANK, 0))
    joined.close(2)
    assert [granted for *_, granted in joined.charges()[2]] == [False], "12 more would be 42 of 40"


def test_who_waits_for_a_decision_is_not_shown_any_more() -> None:
    joined = Joined(grace=1)
    rows = [Row("phone", 1, 5, 0, PHONE, 0), Row("phone", 2, 6, 0, "b", 0)]
    joined.move(*rows)
    erase(joined, rows, 1, [0])
    step = joined.rig.step(Batch(close=0))
    assert set(step.wiped) == {"profiles", "pending", "shown", "erasing"}
    (kept,) = joined.rig.tables["pending"].values()
    assert unpack(kept)["person"].tolist() == [2]
    joined.close(1)
    assert joined.charges() == {0: [(2, joined.charges()[0][0][1], True)]}


def test_release_is_told_and_nothing_is_wiped_when_nobody_is_erased() -> None:
    joined = Joined()
    joined.move(Row("phone", 3, 5, 0, PHONE, 0))
    assert not joined.rig.step(Batch(close=0)).wiped
    joined.rig.feed([out.value for name in NAMES for out in gone(name, [3, 9], 1)])
    step = joined.rig.step(Batch(close=1))
    (said,) = [o for o in step.outputs if o.topic == "activity" and kind_of(o.value) == "erased"]
    assert parse_erased(said.value).tolist() == [3, 9] and said.partition == 0


def test_a_thinned_view_is_written_anew_as_it_was() -> None:
    people = np.arange(1, 2001)
    joined = Joined()
    joined.move(*(Row("phone", p, p, p, "a", p) for p in people.tolist()))
    joined.close(0)
    measure = stage()
    measure._limit = 300
    rig = Rig(measure)
    messages = [o.value for o in joined.rig.topic("classes")]
    rig.feed(messages)
    closed(rig)
    assert measure.histogram.level(0) > 0
    rows = [Row("phone", p, p, p, "a", p) for p in (5, 6)]
    for row in rows:
        erase(joined, [row], row.person, [0])
    joined.close(1)
    more = [o.value for o in joined.rig.topic("classes")][len(messages) :]
    rig.feed(more)
    before = closed(rig)
    held = states(rig)
    again = stage()
    again._limit = 300
    rig.reopen(again)
    assert states(rig) == held
    joined.move(*(row._replace(person=7, seq=9000 + row.seq) for row in rows))
    joined.close(2)
    later = [o.value for o in joined.rig.topic("classes")][len(messages) + len(more) :]
    rig.feed(later)
    assert closed(rig).views[0].people == before.views[0].people == 1998
    fresh = Rig(stage())
    fresh.feed([*messages, *more, *later])
    for view in range(len(VIEWS)):
        fresh.stage.histogram.thin(view, again.histogram.level(view))
    assert states(rig)[1:] == states(fresh)[1:]  # type: ignore[index]
