"""Uses by hand: tables of a few points whose figures are worked out on paper."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.attack import publisher
from linkage.privacy.defence import Legend, load_defences, unprotected
from linkage.privacy.reading import Extent, Read, expansion, extent, widest
from linkage.privacy.use import load_uses
from linkage.privacy.uses import encoded_recall, flows, gyration, visits
from tests.linkage.privacy.defence_worlds import WORLDS, material, town, traces

USES, DEFENCES = load_uses(), load_defences()


def kept(name: str, world, published) -> float:
    """Return what a use has left, where what is published is given as rows of points."""
    return USES[name].kept(lambda _m, _s: unprotected(traces(published)), material(world), 0)


def test_pairs_of_sources_are_counted_by_person() -> None:
    # Person 1 has 2 x 3 pairs of points, person 2 has one; person 3 has one source alone.
    one = [(1, 0, hour, 0) for hour in (0, 1)] + [(1, 1, hour, 0) for hour in (0, 1, 2)]
    world = [*one, (2, 0, 0, 0), (2, 1, 0, 0), (3, 0, 0, 0)]
    left = [row for row in world if row not in ((1, 1, 0, 0), (2, 1, 0, 0))]
    assert kept("linkage_recall", world, left) == pytest.approx((4 / 6 + 0) / 2)
    assert kept("points_kept", world, left) == pytest.approx(6 / 8)


def test_a_pseudonym_for_each_day_joins_only_what_is_of_one_day() -> None:
    day = 24
    world = [(1, 0, 0, 0), (1, 1, 1, 0), (1, 0, day, 0), (1, 1, day + 1, 0)]
    daily = publisher(DEFENCES["pseudonymise"], 7)
    assert USES["linkage_recall"].kept(daily, material(world), 0) == pytest.approx(2 / 4)
    assert USES["points_kept"].kept(daily, material(world), 0) == 1.0


@given(WORLDS, st.data())
def test_what_is_taken_away_is_never_missed_less(world, data) -> None:
    """Of these three the use falls or stays as points disappear, whichever they are."""
    chosen = data.draw(st.lists(st.booleans(), min_size=len(world), max_size=len(world)))
    fewer = data.draw(st.lists(st.booleans(), min_size=len(world), max_size=len(world)))
    some = [row for row, yes in zip(world, chosen, strict=True) if yes]
    less = [row for row, a, b in zip(world, chosen, fewer, strict=True) if a and b]
    for name in ("points_kept", "linkage_recall"):
        assert kept(name, world, less) <= kept(name, world, some) + 1e-12


def test_counts_are_read_as_their_legend_says() -> None:
    # Four people in cell 0 and hour 0, one of them twice, and one in cell 1 and hour 1; told by 2
    # hours and 2 x 2 cells of a plane of 4 x 1: 5 people in 2 hours and 2 cells, so 1.25 in each.
    world = [(n, 0, 0, 0) for n in (0, 0, 1, 2, 3)] + [(4, 0, 1, 1), (5, 0, 1, 3)]
    found = USES["count_accuracy"].kept(publisher(DEFENCES["generalise"], 2), material(world), 0)
    wrong = [(4 - 1.25) / 4, 0.25, (1 - 1 / 4) / 1]
    assert found == pytest.approx(1 - np.mean(wrong))


def test_who_is_published_stands_for_who_is_not() -> None:
    world = [(n, 0, 0, 0) for n in range(4)] + [(n, 0, 1, 0) for n in range(4)]
    half = [row for row in world if row[0] < 2]
    assert kept("count_accuracy", world, half) == 1.0
    assert expansion(material(world), unprotected(traces(half))) == 2.0
    changing = replace(unprotected(traces(half)), legend=Legend(lasts=24))
    assert expansion(material(world), changing) == 1.0


def test_released_counts_are_held_against_the_true_ones() -> None:
    world = [(1, 0, 0, 0), (2, 0, 0, 0), (1, 0, 1, 2)]
    nothing = unprotected(traces([]))

    def publish(_material, _seed):
        return replace(nothing, counts={(0, 0, 0): 3, (0, 1, 2): 5, (0, 5, 1): 9})

    # 3 for 2 is half wrong, 5 for 1 wrong altogether; what nobody asks for does not count.
    assert USES["count_accuracy"].kept(publish, material(world), 0) == pytest.approx(0.25)


def test_the_radius_of_gyration_by_hand() -> None:
    plane = Extent(width=4, rows=4, hours=2)
    points = Read(*(np.array(c) for c in ([0, 0, 1], [0, 0, 0], [0, 1, 0], [0, 2, 5])))
    assert gyration.radii(points, 1, plane).tolist() == [0.0, 1.0]
    # As squares of 2: middles half a cell further on, and as far apart as before.
    squares = replace(points, square=np.array([0, 2, 0]))
    assert gyration.radii(squares, 2, plane).tolist() == [0.0, 1.0]
    assert gyration.apart(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0])) == 0.5
    assert gyration.apart(np.empty(0), np.array([1.0])) == 1.0


def test_visits_by_hand() -> None:
    plane = Extent(width=2, rows=1, hours=1)
    points = Read(*(np.array(c) for c in ([0, 1, 2, 3], [0] * 4, [0] * 4, [0, 0, 0, 1])))
    assert visits.shares(points, 1, plane).tolist() == [0.75, 0.25]
    squares = replace(points, square=np.zeros(4, np.int64))
    assert visits.shares(squares, 2, plane).tolist() == [0.5, 0.5]
    middle = np.array([0.875, 0.125])
    bits = 0.5 * (np.log2(1 / 0.875)) + 0.5 * (0.75 * np.log2(0.75 / 0.875) + 0.25 * 1.0)
    assert middle.sum() == 1.0
    found = visits.apart(np.array([1.0, 0.0]), np.array([0.75, 0.25]))
    assert found == pytest.approx(np.sqrt(bits))


def test_flows_by_hand() -> None:
    plane = Extent(width=2, rows=2, hours=4)
    # Person 0 goes there, stays, and comes back; person 1 goes there.
    columns = ([0, 0, 0, 0, 1, 1], [0] * 6, [0, 1, 2, 3, 0, 1], [0, 1, 1, 0, 0, 1])
    points = Read(*(np.array(c) for c in columns))
    true = flows.trips(points)
    assert true == {(0, 1): 2.0, (1, 0): 1.0}
    assert flows.common(true, {(0, 1): 1.0, (0, 3): 1.0}, 1, plane) == pytest.approx(2 / 5)
    assert flows.common(true, {}, 1, plane) == 0.0
    assert flows.common({}, {}, 1, plane) == 1.0
    # Told as one square there are no trips to be seen; as two columns of cells, one in four.
    wide = Extent(width=4, rows=2, hours=4)
    coarse = flows.common({(0, 2): 8.0}, {(0, 2): 8.0}, 2, wide)
    assert coarse == pytest.approx(2 * 0.5 / 16)


def test_mobility_is_told_by_the_source_that_names_most_places() -> None:
    assert widest(traces([(1, 0, 0, 3), (1, 1, 0, 1), (1, 1, 0, 2), (1, 2, 0, 9)])) == 1
    assert widest(traces([(1, 4, 0, 3), (1, 2, 0, 1), (1, 2, 1, 1)])) == 2
    assert widest(traces([])) == 0
    assert extent(traces([(1, 0, 7, 9)])) == Extent(4, 3, 8)


def test_slips_are_one_in_ten_and_cost_one_character() -> None:
    some = town()
    slipped = encoded_recall.misspelt(some.records, some.people, 3)
    pairs = [
        (a, b)
        for x, y in zip(some.records, slipped, strict=True)
        for a, b in zip(x, y, strict=True)
    ]
    wrong = [(a, b) for a, b in pairs if a != b]
    assert 0.05 < len(wrong) / len(pairs) < 0.15
    assert all(len(b) == len(a) - 1 for a, b in wrong)
    assert encoded_recall.misspelt(some.records, some.people, 3) == slipped
    assert encoded_recall.misspelt(some.records, some.people, 4) != slipped


def test_encodings_are_linked_until_noise_drowns_them() -> None:
    recall, bloom = USES["encoded_recall"], DEFENCES["bloom"]
    found = [recall.kept(publisher(bloom, strength), town(), 1) for strength in (1, 8)]
    assert found[0] > 0.97
    assert 0.3 < found[1] < found[0]

    def otherwise(some, seed):
        published = bloom.protect(some, 1, seed)
        second = some.people.max(initial=0) > 2**40
        return replace(published, encoded=np.roll(published.encoded, 7 * second))

    assert recall.kept(otherwise, town(), 1) < 0.2, "whose is whose is told by the encodings alone"
