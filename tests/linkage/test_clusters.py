"""Clusters case by case: the feed, verdicts, keys over the demotion limit, what is refused."""

import msgspec
import pytest

from linkage.clustering.membership import Change
from linkage.clustering.partition import SURE
from linkage.clusters import Clusters, Version
from linkage.errors import SchemaError
from linkage.model import Model
from linkage.records import Record

MODEL = Model.default()
FANG = Record(id_number="1", surname="wang", given="fang", birth="1980-03-04", sex="F")
FAN = msgspec.structs.replace(FANG, given="fan")
NA = Record(id_number="4", surname="li", given="na", birth="1971-12-24", sex="F")


def filled(*records: Record, cap: int = 50) -> Clusters:
    live = Clusters(MODEL, cap=cap)
    live.change([Version(number, 0, record) for number, record in enumerate(records)])
    return live


def groups(live: Clusters) -> list[tuple[int, ...]]:
    return sorted(live.clustering.clusters().values())


def test_the_feed_tells_every_change_once() -> None:
    live = Clusters(MODEL)
    assert live.insert(7, 0, FANG) == (Change(7, 7, 1),)
    assert live.insert(9, 0, FAN) == (Change(9, 7, 1),)
    assert live.insert(3, 0, FANG) == (
        *(Change(3, 3, 1), Change(7, 3, 1), Change(7, 7, -1)),
        *(Change(9, 3, 1), Change(9, 7, -1)),
    )
    assert live.erase(3, 1) == (
        *(Change(3, 3, -1), Change(7, 3, -1), Change(7, 7, 1)),
        *(Change(9, 3, -1), Change(9, 7, 1)),
    )
    assert live.correct(9, 1, NA) == (Change(9, 7, -1), Change(9, 9, 1))
    assert (live.cluster(9), live.cluster(3), live.members(7), len(live)) == (9, None, (7,), 2)


def test_an_erasure_that_comes_first_is_remembered() -> None:
    live = filled(FANG)
    assert live.erase(5, 1) == ()
    assert live.insert(5, 0, FANG) == ()
    assert live.insert(5, 2, FANG) == (Change(5, 0, 1),)


def test_an_edge_goes_when_its_only_key_is_demoted_and_comes_back_after() -> None:
    """The two meet by their ID number alone, which a third and a fourth then claim too."""
    bare = Record(id_number="1", sex="F")
    live = filled(FANG, bare, cap=3)
    assert groups(live) == [(0, 1)]
    others = [msgspec.structs.replace(NA, id_number="1"), Record(id_number="1", sex="M")]
    live.insert(2, 0, others[0])
    before = live.state_hash()
    live.insert(3, 0, others[1])
    assert live.clustering.graph.edges() == {}
    live.erase(3, 1)
    assert live.clustering.graph.neighbours(0).keys() >= {1}
    assert live.state_hash() == before


def test_a_verdict_joins_keeps_apart_and_can_be_undone() -> None:
    live = filled(FANG, FAN, NA)
    before = live.state_hash()
    assert groups(live) == [(0, 1), (2,)]
    assert live.judge(2, 0, "link") == (Change(2, 0, 1), Change(2, 2, -1))
    assert live.judge(0, 1, "non-link") == (Change(1, 0, -1), Change(1, 1, 1))
    assert live.clustering.graph.edges() == {(0, 2): SURE}
    assert live.judge(0, 1, "non-link") == ()
    live.judge(0, 1, None)
    live.judge(0, 2, None)
    assert groups(live) == [(0, 1), (2,)]
    assert live.state_hash() == before


def test_a_non_link_divides_those_whom_a_third_record_joins() -> None:
    live = filled(FANG, FAN, FANG)
    assert groups(live) == [(0, 1, 2)]
    live.judge(1, 2, "non-link")
    assert groups(live) == [(0, 2), (1,)]


def test_a_non_link_divides_those_whom_no_key_brings_together() -> None:
    named = Record(surname="wang", given="fang", birth="1980-03-04", mail="f@a.b")
    called = Record(phone="+999000000001", address="a1-s1-h1")
    whole = msgspec.structs.replace(named, phone=called.phone, address=called.address)
    live = filled(named, called, whole)
    assert live.clustering.graph.edges().keys() == {(0, 2), (1, 2)}
    assert groups(live) == [(0, 1, 2)]
    live.judge(0, 1, "non-link")
    assert groups(live) == [(0, 2), (1,)]


def test_of_contradicting_verdicts_the_links_come_first() -> None:
    live = filled(FANG, NA, FAN)
    for one, other, answer in ((0, 1, "link"), (1, 2, "link"), (0, 2, "non-link")):
        live.judge(one, other, answer)  # type: ignore[arg-type]
    assert groups(live) == [(0, 1, 2)]


def test_a_verdict_waits_for_its_records_and_outlives_them() -> None:
    live = filled(FANG)
    assert live.judge(0, 8, "link") == ()
    assert live.insert(8, 0, NA) == (Change(8, 0, 1),)
    live.erase(8, 1)
    assert live.insert(8, 2, NA) == (Change(8, 0, 1),)
    live.change([Version(0, 1, None), Version(8, 3, FAN)])
    assert groups(live) == [(8,)]


def test_records_that_say_nothing_stay_alone() -> None:
    assert groups(filled(Record(), Record(), Record(sex="F"))) == [(0,), (1,), (2,)]


def test_many_records_of_one_name_are_not_one_person() -> None:
    assert len(groups(filled(*[Record(surname="li", given="na")] * 300))) == 300


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(SchemaError, match="threshold: it is nan"):
        Clusters(MODEL, threshold=float("nan"))
    with pytest.raises(ValueError, match="record 4 is compared with itself"):
        Clusters(MODEL).judge(4, 4, "link")
