"""What one person is exposed to, against a count by hand over everybody's points."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from math import log2

import numpy as np
import pytest

from linkage.errors import RiskError
from linkage.privacy.adversary import Knowledge, load_adversaries
from streams.events import HOUR
from streams.risk.accounts import is_linked, used
from streams.risk.more_tables import person_text
from streams.risk.person import PersonReport, Seen, largest_drop, person_report
from tests.streams.risk.ran import KNOWS, POINTS, Ran

ADVERSARIES = load_adversaries()


def report(ran: Ran, person: int, adversary=POINTS, knowledge=KNOWS) -> PersonReport:
    return person_report("a test", ran.store, ran.stand, person, adversary, knowledge)


def traces(ran: Ran) -> dict[int, Counter]:
    """Everybody's usages as (source, hour, place), from the events that their accounts keep."""
    found: dict[int, Counter] = {}
    for one in used(ran.store, is_linked):
        points = ((one.name[0], e.time // HOUR, e.place) for e in one.usage)
        found.setdefault(one.tenancy.person or 0, Counter()).update(points)
    return found


def within(trace: Counter, sources: tuple[str, ...]) -> frozenset:
    return frozenset((point, n) for point, n in trace.items() if point[0] in sources)


def test_those_who_look_alike_have_the_same_usages(hard: Ran) -> None:
    everybody = traces(hard)
    people = [person for person, trace in everybody.items() if trace]
    assert sorted(people) == hard.stand.person.tolist()
    for person in people[:: len(people) // 12]:
        found = report(hard, person)
        for view in (v for v in found.views if v.purpose is None):
            mine = within(everybody[person], view.sources)
            alike = sum(within(everybody[p], view.sources) == mine for p in people)
            assert view.alike == alike
            assert view.bits == pytest.approx(log2(len(people) / alike))
            assert view.points == sum(n for _, n in mine)


def test_the_crowd_of_somebody_attacked_is_the_one_that_measure_found(hard: Ran) -> None:
    people = hard.stand.attacked.people
    for number in (0, 17, 60):
        found = report(hard, int(people[number]))
        contexts = hard.stand.contexts(POINTS, KNOWS)
        assert [view.crowd or 0 for view in found.views] == [c.crowds[number] for c in contexts]


def test_known_points_are_the_persons_own_and_so_often_carried(hard: Ran) -> None:
    everybody = traces(hard)
    person = max(everybody, key=lambda p: len(everybody[p]))
    found = report(hard, person, knowledge=Knowledge(5))
    assert len(found.points) == 5
    for point in found.points:
        where = (point.source, point.hour, point.place)
        assert where in everybody[person]
        assert point.carried_by == sum(where in trace for trace in everybody.values())
    assert sum(found.accounts.values()) == sum(
        one.tenancy.person == person for one in used(hard.store, is_linked)
    )


def test_somebody_elses_points_are_not_shown_as_the_persons(hard: Ran) -> None:
    everybody = traces(hard)
    person = max(everybody, key=lambda p: len(everybody[p]))
    wrong = report(hard, person, ADVERSARIES["noisy_points"], Knowledge(6, error=1.0))
    assert len(wrong.points) < wrong.views[6].known == 6
    assert all((p.source, p.hour, p.place) in everybody[person] for p in wrong.points)


def test_a_purpose_shows_no_more_than_it_was_granted(hard: Ran) -> None:
    for person in hard.stand.person[:15].tolist():
        found = report(hard, person)
        whole, budget = found.views[6], found.views[7]
        assert budget.purpose == "security" and budget.points <= whole.points
        assert budget.bits <= log2(found.people) + 1e-9


def seen(sources: str, alike: int) -> Seen:
    names = tuple(sources)
    bits = log2(64 / alike)
    return Seen(
        view="+".join(names), sources=names, purpose=None, points=1, alike=alike, bits=bits,
        known=1, crowd=1,
    )  # fmt: skip


def test_the_join_that_tells_most_by_hand() -> None:
    views = [seen("a", 32), seen("b", 16), seen("c", 64), seen("ab", 8), seen("ac", 2)]
    views += [seen("bc", 16), seen("abc", 1)]
    drop = largest_drop(views)
    assert drop is not None
    assert (drop.view, drop.added, drop.before, drop.after, drop.bits) == ("c", "a", 64, 2, 5.0)


def test_no_join_tells_more_of_somebody_alone_already() -> None:
    assert largest_drop([seen("a", 1), seen("b", 1), seen("ab", 1)]) is None
    assert largest_drop([seen("a", 9)]) is None


def test_bits_gained_along_a_chain_of_joins_add_up(hard: Ran) -> None:
    """log2 n_S - log2 n_T telescopes, and no join takes bits away."""
    for person in hard.stand.person[:15].tolist():
        bits = {v.sources: v.bits for v in report(hard, person).views if v.purpose is None}
        chain = [("phone",), ("phone", "bank"), ("phone", "bank", "internet")]
        gains = [bits[b] - bits[a] for a, b in pairwise(chain)]
        assert all(gain >= -1e-12 for gain in gains)
        assert sum(gains) == pytest.approx(bits[chain[-1]] - bits[chain[0]])


def test_words(hard: Ran) -> None:
    person = int(hard.stand.person[3])
    said = person_text(report(hard, person))
    assert f"person {person}, one of {len(hard.stand.person):,} with a point" in said
    assert "how exposed somebody is, never how good or bad" in said
    for word in ("score", "rank"):
        assert word not in said.lower()


def test_somebody_unknown_is_refused(hard: Ran) -> None:
    with pytest.raises(RiskError, match="person 987654: has no point in this run"):
        report(hard, 987_654)
    without = replace(hard.stand, person=np.empty(0, np.int64))
    with pytest.raises(RiskError, match="person 1: has no point"):
        person_report("", hard.store, without, 1, POINTS, KNOWS)
