"""identify is a function of the set of events and verdicts and the registry's block, however they
arrive."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.privacy.view import mix_points, salt_of
from streams.events import HOUR
from streams.stages.work import News
from tests.streams.stages.histories import arrivals, batch_answer
from tests.streams.stages.identified import Town, one_batch
from tests.streams.stages.rig import net_moves
from tests.streams.stages.town import ACCOUNTS, PEOPLE, registration


@given(arrivals())
@settings(max_examples=150, deadline=None)
def test_any_order_repeats_and_split_give_what_one_batch_gives(
    arrival: tuple[list[News], list[list[News]]],
) -> None:
    history, batches = arrival
    town = Town()
    for batch in batches:
        town.feed(*batch)
    assert town.state() == one_batch(history).state()
    assert town.count("duplicate") == sum(map(len, batches)) - len(history)


@given(arrivals())
@settings(max_examples=150, deadline=None)
def test_any_arrival_gives_the_batch_answer(
    arrival: tuple[list[News], list[list[News]]],
) -> None:
    history, batches = arrival
    town = Town()
    for batch in batches:
        town.feed(*batch)
    wanted = batch_answer(history, town)
    assert town.tenancies() == wanted.tenancies
    counts = Counter(town.counts())
    del counts["duplicate"]
    assert counts == wanted.counts
    points: Counter[tuple[int, int, int]] = Counter()
    for (person, point, time, _), n in net_moves(town.rig.said).items():
        points[person, time, point] += n
    assert points == Counter(
        {(p, t, _point(t, place)): n for (p, t, place), n in wanted.moves.items()}
    )


def _point(time: int, place: int) -> int:
    hours, places = np.array([time // HOUR]), np.array([place])
    return int(mix_points(salt_of("phone"), hours, places)[0])


@given(arrivals(), st.data())
@settings(max_examples=100, deadline=None)
def test_whoever_enters_late_the_links_after_a_close_are_the_batch_answer(
    arrival: tuple[list[News], list[list[News]]], data: st.DataObject
) -> None:
    _, batches = arrival
    first = data.draw(st.sets(st.sampled_from(tuple(PEOPLE))))
    town, seen = Town(people=sorted(first)), list[News]()
    for batch in batches:
        town.feed(*batch)
        seen += batch
        entering = data.draw(st.sets(st.sampled_from(tuple(PEOPLE)), max_size=2))
        town.close(sorted(entering))
        wanted = batch_answer(seen, town)
        assert town.tenancies() == wanted.tenancies
        assert {n: c for n, c in town.counts().items() if n != "duplicate"} == wanted.counts
        assert sum(net_moves(town.rig.said).values()) == wanted.moves.total()


@given(arrivals(), st.data())
@settings(max_examples=100, deadline=None)
def test_what_expires_does_not_depend_on_the_order_within_a_block(
    arrival: tuple[list[News], list[list[News]]], data: st.DataObject
) -> None:
    _, blocks = arrival
    straight, shuffled = Town(horizon=2), Town(horizon=2)
    for block in blocks:
        straight.feed(*block)
        for one in data.draw(st.permutations(block)):
            shuffled.feed(one)
        straight.close()
        shuffled.close()
        assert straight.state() == shuffled.state()


@given(arrivals())
@settings(max_examples=40, deadline=None)
def test_how_many_partitions_follow_changes_no_move(
    arrival: tuple[list[News], list[list[News]]],
) -> None:
    history, _ = arrival
    one, many = one_batch(history, partitions=1), one_batch(history, partitions=4)
    assert one.state() == many.state()
    for out in many.rig.topic("moves"):
        assert {person % 4 for person, *_ in net_moves([out])} <= {out.partition}


@given(arrivals(), st.data())
@settings(max_examples=100, deadline=None)
def test_what_is_deferred_survives_a_crash_and_is_settled_when_the_block_closes(
    arrival: tuple[list[News], list[list[News]]], data: st.DataObject
) -> None:
    _, batches = arrival
    hasty, patient = Town(pairs=data.draw(st.integers(0, 3))), Town()
    for batch in batches:
        hasty.feed(*batch)
        patient.feed(*batch)
        if data.draw(st.booleans()):
            hasty.open_again()
    for town in (hasty, patient):
        town.close()
    assert not hasty.rig.tables["deferred"]
    assert hasty.state() == patient.state()


def test_under_pressure_accounts_are_deferred_and_counted() -> None:
    hasty, patient = Town(pairs=1), Town()
    for town in (hasty, patient):
        town.feed(
            *(registration(a, 0, 0, PEOPLE[n]) for a, n in zip(ACCOUNTS, (1, 2), strict=False))
        )
    assert set(hasty.rig.tables["deferred"]) == set(ACCOUNTS[:2])
    assert not patient.rig.tables["deferred"]
    hasty.close()
    patient.close()
    assert hasty.count("deferred") == 0
    assert hasty.state() == patient.state()
