"""identify case by case: corrections, tombstones, recycled numbers, waiting rooms, poison."""

import msgspec
import pytest

from streams.messages import Link
from tests.streams.stages.identified import Town, one_batch
from tests.streams.stages.rig import net_moves
from tests.streams.stages.town import (
    ACCOUNTS,
    PEOPLE,
    at,
    registration,
    retraction,
    usage,
    wire,
)

A = ACCOUNTS[0]


def test_simple_usage_and_settling_the_account_agree() -> None:
    history = [
        registration(A, 0, at(1), PEOPLE[1]),
        usage(A, 1, at(0.5)),
        usage(A, 2, at(2), 1),
        registration(A, 3, at(3), PEOPLE[4]),
        usage(A, 4, at(3), 2),
    ]
    fast = Town()
    for one in history:
        fast.feed(one)
    assert fast.state() == one_batch(history).state()
    assert fast.holders() == {1: 1, 4: 1}
    assert fast.counts() == {"linked": 4, "waiting": 1}


def test_deciding_again_the_same_moves_nothing() -> None:
    town = Town()
    town.feed(registration(A, 0, at(1), PEOPLE[1]), usage(A, 1, at(2)))
    said = len(town.rig.topic("moves"))
    town.feed(registration(A, 2, at(1), PEOPLE[1]))
    town.close([2])
    assert len(town.rig.topic("moves")) == said
    town.feed(registration(A, 3, at(2), PEOPLE[4]))
    (moves,) = town.rig.topic("moves")[said:]
    assert sorted(net_moves([moves]).values()) == [-1, 1]


def test_a_correction_may_come_before_its_original() -> None:
    town = Town()
    town.feed(registration(A, 0, at(1), PEOPLE[1]))
    town.feed(registration(A, 2, at(1), PEOPLE[4], ref=0))
    assert town.tenancies()[A, at(1)][:2] == ("linked", 4)
    late = Town()
    late.feed(registration(A, 2, at(1), PEOPLE[4], ref=0))
    late.feed(registration(A, 0, at(1), PEOPLE[1]))
    assert late.tenancies()[A, at(1)][:2] == ("linked", 4)
    assert late.counts() == {"linked": 1, "superseded": 1}


def test_a_retraction_that_comes_first_leaves_a_tombstone() -> None:
    town = Town()
    town.feed(registration(A, 0, at(1), PEOPLE[1]))
    town.feed(retraction(A, 2, 1, at(2)))
    assert town.counts() == {"linked": 1, "waiting": 1}
    town.feed(usage(A, 1, at(2)))
    assert town.counts() == {"linked": 1, "superseded": 2}
    assert town.holders() == {}


def test_a_retracted_registration_takes_its_points_back() -> None:
    town = Town()
    town.feed(registration(A, 0, at(1), PEOPLE[1]), usage(A, 1, at(2)), usage(A, 2, at(3)))
    assert town.holders() == {1: 2}
    town.feed(retraction(A, 3, 0, at(1), "sim_registered"))
    assert town.holders() == {}
    assert town.counts() == {"waiting": 2, "superseded": 2}
    revisions = [msgspec.json.decode(o.value, type=Link) for o in town.rig.topic("links")]
    assert [link.status for link in revisions] == ["linked", "retracted"]


def test_a_recycled_number_leaves_old_usage_with_the_old_holder() -> None:
    town = Town()
    town.feed(registration(A, 0, at(1), PEOPLE[1]), usage(A, 1, at(1.5)))
    town.feed(usage(A, 2, at(5)))  # before the newer registration is heard of
    assert town.holders() == {1: 2}
    town.feed(registration(A, 3, at(4), PEOPLE[4]))
    assert town.holders() == {1: 1, 4: 1}
    town.feed(usage(A, 4, at(2)))  # late, of the old holder
    assert town.holders() == {1: 2, 4: 1}


def test_usage_before_its_registration_waits_and_then_moves() -> None:
    town = Town()
    town.feed(usage(A, 0, at(2)), usage(A, 2, at(3)))
    assert town.counts() == {"waiting": 2} and town.holders() == {}
    town.feed(registration(A, 1, at(2), PEOPLE[3]))
    assert town.counts() == {"linked": 3} and town.holders() == {3: 2}


def test_usage_without_a_registration_expires_after_the_horizon_and_not_before() -> None:
    town = Town(horizon=2)
    town.feed(usage(A, 0, at(0)), usage(A, 1, at(1)))
    town.close()
    assert town.counts() == {"waiting": 2}
    town.close()
    assert town.counts() == {"waiting": 2}
    town.close()
    assert town.counts() == {"waiting": 1, "expired": 1}
    town.feed(registration(A, 2, at(0), PEOPLE[1]))
    assert town.counts() == {"linked": 2, "expired": 1}
    assert town.holders() == {1: 1}
    town.feed(usage(A, 0, at(0)))
    assert town.counts() == {"linked": 2, "expired": 1, "duplicate": 1}


def test_an_expired_correction_does_not_bring_its_original_back() -> None:
    town = Town(horizon=1)
    town.feed(usage(A, 0, at(0), 1), usage(A, 1, at(0), 2, ref=0))
    town.close()
    town.close()
    assert town.counts() == {"superseded": 1, "expired": 1}
    town.feed(registration(A, 2, at(0), PEOPLE[1]))
    assert town.counts() == {"superseded": 1, "expired": 1, "linked": 1}
    assert town.holders() == {}


def test_a_tombstone_outlives_the_horizon() -> None:
    town = Town(horizon=1)
    town.feed(registration(A, 0, at(0), PEOPLE[1]), retraction(A, 2, 1, at(0)))
    town.close()
    town.close()
    town.close()
    town.feed(usage(A, 1, at(0)))
    assert town.holders() == {}


def test_a_late_registry_entry_finds_who_waits_for_it_at_the_close() -> None:
    town = Town(people=())
    town.feed(registration(A, 0, at(0), PEOPLE[4]), usage(A, 1, at(0.5)))
    assert town.counts() == {"unlinked": 2}
    town.close([1, 2])  # nobody they know
    assert town.counts() == {"unlinked": 2}
    town.close([4])
    assert town.counts() == {"linked": 2} and town.holders() == {4: 1}
    town.close([], erased=[4])
    assert town.counts() == {"erased": 2} and town.holders() == {}


def test_one_who_could_be_two_people_goes_to_review() -> None:
    town = Town()
    bare = msgspec.structs.replace(PEOPLE[4], id_number=None, phone=None)
    town.feed(registration(A, 0, at(0), bare), usage(A, 1, at(1)))
    assert town.counts() == {"review": 2} and town.holders() == {}
    assert len(town.rig.topic("reviews")) == 1
    town.close([], erased=[5])
    assert town.tenancies()[A, 0][:2] == ("linked", 4)
    assert town.holders() == {4: 1}


@pytest.mark.parametrize(
    ("poison", "reason"),
    [
        (b"", "undecodable"),
        (b"\xff\xfe", "undecodable"),
        (b'{"v":1}', "missing_field"),
        (b"x" * 900_000, "too_large"),
        (b'{"marker":"7"}', "wrong_type"),
        (wire([usage(A, 0, at(0))])[0].replace(b"+999", b"+861"), "not_synthetic"),
    ],
)
def test_poison_is_rejected_with_its_reason_and_the_rest_goes_on(
    poison: bytes, reason: str
) -> None:
    town = Town()
    town.feed_bytes([*wire([registration(A, 0, at(0), PEOPLE[1])]), poison])
    town.feed_bytes([poison, *wire([usage(A, 1, at(1))])])
    assert town.counts() == {"linked": 2, "rejected": 2}
    rejects = [msgspec.json.decode(out.value) for out in town.rig.topic("rejects")]
    assert [reject["reason"] for reject in rejects] == [reason, reason]
    assert all(reject["topic"] == "events.phone" for reject in rejects)
    assert town.holders() == {1: 1}


def test_a_task_that_is_opened_again_knows_who_waits_and_who_shares_a_key() -> None:
    """Both are derived from the tables, and only from them."""
    town = Town(people=(), horizon=3)
    town.feed(registration(A, 0, at(0), PEOPLE[4]), usage(ACCOUNTS[1], 0, at(0)))
    town.open_again()
    town.close([4])
    for _ in range(4):
        town.close()
    assert town.counts() == {"linked": 1, "expired": 1}
