"""The live lattice after any history: what a count of everybody says, and nothing is half done."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy import live as module
from linkage.privacy.lattice import lattice
from linkage.privacy.live import LiveLattice
from tests.linkage.privacy.journeys import state
from tests.linkage.privacy.lives import (
    LETTERS,
    Act,
    by_hand,
    from_scratch,
    lives,
    play,
    standing,
    whole_state,
)
from tests.linkage.privacy.worlds import point_of

THREE = LETTERS[:3]


def assert_equals_batch(live, acts):
    batch = from_scratch(acts, live.sources)
    hand = by_hand(acts, live.sources)
    for n in range(len(live.views)):
        assert state(live.histogram, n) == state(batch, n)
        classes = state(live.histogram, n)[0]
        assert sorted(classes.values()) == hand[n]
    assert live.histogram.digest() == batch.digest()
    assert len(live) == len({person for person, _ in standing(acts)[0]})


@given(lives())
def test_equals_a_lattice_from_scratch_and_a_count_by_hand(acts):
    assert_equals_batch(play(LiveLattice(THREE), acts), acts)


@pytest.mark.parametrize("many", range(1, 9))
@given(data=st.data())
@settings(max_examples=8)
def test_of_one_to_eight_sources(many, data):
    acts = data.draw(lives(many, size=30))
    assert_equals_batch(play(LiveLattice(LETTERS[:many]), acts), acts)


@given(lives())
def test_there_and_back_again_is_nothing(acts):
    live = play(LiveLattice(THREE), acts)
    play(live, [act._replace(sign=-act.sign) for act in reversed(acts)])
    assert whole_state(live) == whole_state(LiveLattice(THREE))


@given(lives())
def test_alike_counts_who_shows_the_same(acts):
    live, (places, _) = play(LiveLattice(THREE), acts), standing(acts)
    for view in live.views:
        shown = [
            [places.get((person, THREE.index(source))) for source in view.sources]
            for person in range(6)
        ]
        for person, mine in enumerate(shown):
            same = sum(mine == other for other in shown) if any(mine) else 0
            assert live.alike(person)[view.name] == same


@given(lives(people=(0, 2)), lives(people=(3, 5)))
def test_disjoint_people_merge_exactly(some, others):
    merged, other = play(LiveLattice(THREE), some), play(LiveLattice(THREE), others)
    merged.merge(other)
    assert whole_state(merged) == whole_state(play(LiveLattice(THREE), some + others))
    # And neither moves with the other from then on.
    play(merged, [Act(4, 1, 2, 1), Act(4, 1, 7, 1, doubts=True)])
    assert whole_state(other) == whole_state(play(LiveLattice(THREE), others))
    assert_equals_batch(merged, [*some, *others, Act(4, 1, 2, 1), Act(4, 1, 7, 1, doubts=True)])


def test_parts_that_share_somebody_or_differ_in_sources_do_not_merge():
    one = play(LiveLattice(THREE), [Act(5, 0, 1, 1)])
    for act in (Act(5, 1, 1, 1), Act(5, 2, 9, 1, doubts=True)):
        other = play(LiveLattice(THREE), [act])
        before = whole_state(one)
        with pytest.raises(RiskError, match="person 5: is in both parts"):
            one.merge(other)
        with pytest.raises(RiskError, match="person 5: is in both parts"):
            other.merge(one)
        assert whole_state(one) == before
    with pytest.raises(RiskError, match="needs \\('a', 'b', 'c'\\), in this order"):
        one.merge(LiveLattice(("a", "c", "b")))


NEVER = [
    (lambda x: x.add(7, "b", 0x1234, -1), "person 7, source b, point 0x0*1234: cannot change by"),
    (lambda x: x.add(1, "b", 0x1234, -1), "person 1, source b, point 0x0*1234: cannot change by"),
    (lambda x: x.add(0, "a", 0x1234, -1), "person 0, source a, point 0x0*1234: cannot change by"),
    (lambda x: x.add(0, "d", 0x1234, -1), "source: got 'd'; allowed: a, b, c"),
    (lambda x: x.trust(0, "b", -6), "person 0, source b: doubt 5 cannot change by -6"),
    (lambda x: x.trust(9, "a", -1), "person 9, source a: doubt 0 cannot change by -1"),
    (lambda x: x.trust(9, "d", 1), "source: got 'd'; allowed: a, b, c"),
]


@pytest.mark.parametrize(("act", "message"), NEVER, ids=range(len(NEVER)))
def test_taking_back_what_never_was_is_an_error_that_changes_nothing(act, message):
    acts = [Act(0, 0, 1, 1), Act(0, 1, 5, 1, doubts=True), Act(1, 0, 1, 1)]
    live = play(LiveLattice(THREE), acts)
    before = whole_state(live)
    with pytest.raises(RiskError, match=message):
        act(live)
    assert whole_state(live) == before
    assert_equals_batch(live, acts)


def test_the_loss_of_another_point_shows_when_the_last_one_goes():
    live = play(LiveLattice(THREE), [Act(0, 0, 1, 1), Act(0, 0, 2, 1)])
    live.add(0, "a", 0x1234, -1)
    before = whole_state(live)
    with pytest.raises(RiskError, match="it was never gained, or lost before"):
        live.add(0, "a", point_of(0, 1), -1)
    assert whole_state(live) == before


@given(lives(), st.integers(3, 40))
def test_over_the_limit_it_is_thinned_and_what_is_kept_stays_exact(acts, limit):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_EVERY", 4)
        live = play(LiveLattice(THREE, limit), acts)
    live.merge(LiveLattice(THREE))
    assert sum(live.histogram.kept(n) for n in range(7)) <= limit
    batch = from_scratch(acts, THREE)
    for n in range(7):
        batch.thin(n, live.histogram.level(n))
        assert state(live.histogram, n) == state(batch, n)


@given(lives(9, people=(0, 7), size=40))
@settings(max_examples=8)
def test_nine_sources_are_thinned_to_their_share_of_the_limit(acts):
    nine, share = LETTERS[:9], 3
    live = play(LiveLattice(nine, 511 * share), acts)
    live.merge(LiveLattice(nine))
    assert len(live.views) == len(lattice(nine)) == 511
    assert max(live.histogram.kept(n) for n in range(511)) <= share
    batch = from_scratch(acts, nine)
    for n in range(511):
        batch.thin(n, live.histogram.level(n))
        assert state(live.histogram, n) == state(batch, n)


class Careless(LiveLattice):
    """A mutant: what a link brings in doubt stays when the link goes."""

    def trust(self, person, source, doubt):
        super().trust(person, source, max(doubt, 0))


class Hasty(LiveLattice):
    """A mutant: makes room for somebody before it looks whether there is anything to lose."""

    def add(self, person, source, point, sign=1):
        self._profiles.setdefault(person, [*self._empty])
        super().add(person, source, point, sign)


class Forgetful(LiveLattice):
    """A mutant: a point that comes twice is one point."""

    def add(self, person, source, point, sign=1):
        profile = self._profiles.get(person, [])
        if sign < 0 or point not in profile:
            super().add(person, source, point, sign)


CAUGHT = [
    (Careless, [Act(0, 0, 1, 1), Act(0, 0, 9, 1, True), Act(0, 0, 9, -1, True)]),
    (Forgetful, [Act(0, 0, 1, 1), Act(0, 0, 1, 1), Act(1, 0, 1, 1)]),
]


@pytest.mark.parametrize(("mutant", "acts"), CAUGHT)
def test_the_laws_catch_who_counts_wrongly(mutant, acts):
    assert_equals_batch(play(LiveLattice(THREE), acts), acts)
    with pytest.raises(AssertionError):
        assert_equals_batch(play(mutant(THREE), acts), acts)


def test_the_laws_catch_who_acts_before_looking(monkeypatch):
    monkeypatch.setitem(globals(), "LiveLattice", Hasty)
    with pytest.raises(AssertionError):
        test_taking_back_what_never_was_is_an_error_that_changes_nothing(*NEVER[0])
