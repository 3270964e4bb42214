"""What a clerk says, case by case: it overrules, waits, is undone, and shows on the link."""

import msgspec
import pytest

from linkage.decision import Thresholds
from streams.events import VERSION
from streams.messages import Link, Review
from streams.runners.registry_log import BlockRegistry
from streams.verdicts import encode_verdict, filed
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
    wire,
)

A = ACCOUNTS[0]
# It could be 4 or 5, who are alike but for ID and phone.
BARE = msgspec.structs.replace(PEOPLE[4], id_number=None, phone=None)
TWO = (registration(A, 0, at(0), BARE), usage(A, 1, at(1)))


def newest(town: Town) -> Link:
    return msgspec.json.decode(town.rig.topic("links")[-1].value, type=Link)


def test_a_link_overrules_and_its_points_move() -> None:
    town, said = Town(), verdict(A, at(0), 5)
    town.feed(*TWO)
    assert town.counts() == {"review": 2} and newest(town).decided_by == "model"
    town.feed(said)
    assert town.counts() == {"linked": 3} and town.holders() == {5: 1}
    link = newest(town)
    assert (link.status, link.person, link.runner_up) == ("linked", 5, 4)
    assert (link.decided_by, link.verdicts) == ("verdict", (filed(said).id,))
    assert link.model == town.desk.registry.linker.model_version
    town.feed(verdict(A, at(0), 1, minute=1))
    assert town.holders() == {1: 1}  # whom no blocking key brings up


def test_not_a_link_leaves_the_others_to_the_model() -> None:
    town = Town()
    town.feed(*TWO, verdict(A, at(0), 4, "non-link"))
    assert town.holders() == {5: 1} and newest(town).decided_by == "verdict"
    town.feed(verdict(A, at(0), 5, "non-link"))
    assert town.holders() == {} and newest(town).person not in (4, 5)


def test_an_undo_gives_the_tenancy_back_to_the_model() -> None:
    town = Town()
    town.feed(*TWO)
    before = town.tenancies()
    town.feed(verdict(A, at(0), 5), verdict(A, at(0), 5, "undo", minute=1))
    assert town.tenancies() == before
    assert town.counts() == {"review": 2, "superseded": 2}
    town.feed(verdict(A, at(0), 5, minute=2))
    assert town.counts() == {"linked": 3, "superseded": 2}


def test_the_same_words_again_are_a_duplicate() -> None:
    town = Town()
    town.feed(*TWO, verdict(A, at(0), 5), verdict(A, at(0), 5))
    town.feed(verdict(A, at(0), 5))
    assert town.counts() == {"linked": 3, "duplicate": 2}


def test_a_verdict_waits_for_its_tenancy_past_any_horizon() -> None:
    town = Town(horizon=1)
    town.feed(verdict(A, at(0), 5))
    assert town.counts() == {"waiting": 1}
    for _ in range(4):
        town.close()
    town.feed(*TWO)
    assert town.counts() == {"linked": 3} and town.holders() == {5: 1}
    town.feed(registration(A, 2, at(3), PEOPLE[1]))  # another tenancy is none of its business
    assert town.tenancies()[A, at(3)][:2] == ("linked", 1)


def test_a_link_falls_back_while_its_person_is_not_in_the_registry() -> None:
    town = Town(people=[4, 5])
    town.feed(*TWO, verdict(A, at(0), 1))
    assert town.counts() == {"review": 3} and newest(town).decided_by == "model"
    town.open_again()
    town.close([1])
    assert town.holders() == {1: 1}
    town.close(erased=[1])
    assert town.counts() == {"erased": 3} and town.holders() == {}


def test_a_verdict_stands_under_another_model_and_other_thresholds() -> None:
    news = (*TWO, verdict(A, at(0), 5), registration(ACCOUNTS[1], 0, at(0), PEOPLE[1]))
    before = Town()
    before.feed(*news)
    other = msgspec.structs.replace(MODEL, prior=MODEL.prior / 2**20)
    desk = Desk()
    desk.registry = BlockRegistry(desk.log, other, Thresholds(link=200, review=150))
    after = Town(desk=desk)
    after.feed(*news)
    assert before.tenancies()[ACCOUNTS[1], at(0)][:2] == ("linked", 1)
    assert after.tenancies()[ACCOUNTS[1], at(0)][0] == "unlinked"
    assert newest(after).model != newest(before).model
    for town in (before, after):
        assert town.tenancies()[A, at(0)][:2] == ("linked", 5)
        assert town.holders() == {5: 1}
    assert after.tenancies()[A, at(0)][2] == pytest.approx(
        before.tenancies()[A, at(0)][2] - 20, abs=0.01
    )


def test_a_clerk_is_told_what_enters_review_and_what_has_left_it() -> None:
    town = Town()
    town.feed(*TWO, verdict(A, at(0), 3, "non-link"))
    (told,) = (msgspec.json.decode(o.value, type=Review) for o in town.rig.topic("reviews"))
    assert told.link.status == "review"
    assert told.registrations[0].surname == BARE.surname
    assert [v.person for v in told.verdicts] == [3]
    town.feed(verdict(A, at(0), 5))
    left = msgspec.json.decode(town.rig.topic("reviews")[-1].value, type=Review)
    assert (left.link.status, left.link.person) == ("linked", 5)
    town.feed(verdict(A, at(0), 4, minute=1))
    assert len(town.rig.topic("reviews")) == 2


@pytest.mark.parametrize(
    ("field", "value", "reason", "place"),
    [
        ("reviewer", "Bo Li", "not_synthetic", "$.reviewer"),
        ("reviewer", "clerk-1234567", "not_synthetic", "$.reviewer"),
        ("time", "yesterday", "not_synthetic", "$.time"),
        ("time", "2026-11-24T10:00:00.000Z\n", "not_synthetic", "$.time"),
        ("subject", "+8613800138000", "not_synthetic", "$.subject"),
        ("verdict", "maybe", "wrong_type", "$.verdict"),
        ("person", -1, "wrong_type", "$.person"),
        ("start", 10**10, "not_synthetic", "$.start"),
        ("source", "bank", "not_synthetic", "$.subject"),
        ("source", "nobody", "unknown_kind", "$.source"),
        ("v", VERSION + 1, "unknown_version", "$.v"),
        ("comment", "call me", "unknown_field", "$"),
    ],
)
def test_a_verdict_that_is_none_is_refused_with_its_place(
    field: str, value: object, reason: str, place: str
) -> None:
    town = Town()
    fields = msgspec.json.decode(encode_verdict(verdict(A, at(0), 5)))
    town.feed_bytes([msgspec.json.encode({**fields, field: value})])
    (reject,) = (msgspec.json.decode(out.value) for out in town.rig.topic("rejects"))
    assert (reject["reason"], reject["place"]) == (reason, place)
    assert town.counts() == {"rejected": 1}


def test_a_verdict_of_another_source_is_none_of_this_stage() -> None:
    town = Town()
    other = msgspec.structs.replace(
        verdict(A, at(0), 5), source="bank", subject="ZZ110001000000000001"
    )
    town.feed(other)
    (reject,) = (msgspec.json.decode(out.value) for out in town.rig.topic("rejects"))
    assert (reject["reason"], reject["place"]) == ("unknown_kind", "$.source")


def test_refused_verdicts_keep_their_bytes_unless_these_could_be_real() -> None:
    town, good = Town(), encode_verdict(verdict(A, at(0), 5))
    town.feed_bytes([good.replace(b'"v":1', b'"v":7'), good.replace(b"+999", b"+861")])
    kept, gone = (msgspec.json.decode(out.value) for out in town.rig.topic("rejects"))
    assert (kept["reason"], gone["reason"]) == ("unknown_version", "not_synthetic")
    assert kept["original"] is not None and gone["original"] is None
    assert wire([verdict(A, at(0), 5)]) == [good]
