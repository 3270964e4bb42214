"""Board: duplicates and order change nothing, memory is bounded, rates use the clock given."""

import threading

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.board import Board
from streams.dashboard.folds import LinkFold, PulseFold, ReleaseFold, Seen
from streams.messages import OUTCOMES
from tests.streams.dashboard import sample


def mixed() -> list[sample.Message]:
    """A few messages of every output topic, several of them revisions of one thing."""
    found = [
        ("links", None, sample.encode(sample.link(n, revision, status)))
        for n in range(3)
        for revision, status in ((1, "unlinked"), (2, "review"), (3, "linked"))
    ]
    found += [("reviews", f"tenancy-{n}".encode(), b"{}") for n in range(2)]
    found += [("pulse", None, sample.encode(p)) for p in sample.pulses(0.5, 9)]
    found += [("pulse", None, sample.encode(p)) for p in sample.pulses(1.0, 10)]
    found += [("charges", None, sample.encode(s)) for s in sample.spendings()[-8:]]
    found += [("releases", None, sample.encode(sample.release(n))) for n in range(11)]
    found += [("rejects", None, sample.encode(sample.reject(n))) for n in range(3)]
    found += [("risk", None, sample.encode(sample.risk(n, n == 3))) for n in range(4)]
    return found


def folded(messages: list[sample.Message]) -> dict:
    board = Board(sample.RUN)
    for message in messages:
        board.take(*message)
    found = board.snapshot(0.0)
    found["links"]["last"].sort(key=lambda link: link["account"])
    return found


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_order_and_duplicates_change_nothing(data: st.DataObject) -> None:
    messages = mixed()
    again = data.draw(st.lists(st.sampled_from(messages), max_size=20))
    assert folded(data.draw(st.permutations(messages + again))) == folded(messages)


def test_every_message_twice_is_every_message_once() -> None:
    messages = list(sample.messages())
    assert folded([m for m in messages for _ in range(2)]) == folded(messages)
    assert folded(messages + messages) == folded(messages)


def test_dropping_a_message_changes_the_snapshot() -> None:
    whole = folded(list(sample.messages()))
    for topic in ("links", "reviews", "pulse", "charges", "releases", "rejects", "risk"):
        kept = list(sample.messages())
        kept.remove([m for m in kept if m[0] == topic][-1])
        assert folded(kept) != whole, topic


def test_the_highest_revision_counts_once() -> None:
    board = Board(sample.RUN)
    for revision, status in ((2, "linked"), (1, "unlinked"), (2, "linked"), (3, "retracted")):
        board.take("links", b"k", sample.encode(sample.link(1, revision, status)))
    links = board.snapshot(0.0)["links"]
    assert links["by_status"] == {"retracted": 1}
    assert [(link["revision"], link["status"]) for link in links["last"]] == [(3, "retracted")]


def test_last_links_are_the_newest_first() -> None:
    board = Board(sample.RUN)
    for n in range(30):
        board.take("links", None, sample.encode(sample.link(n)))
    last = board.snapshot(0.0)["links"]["last"]
    assert [link["person"] for link in last] == list(range(29, 17, -1))


def test_outcomes_add_up_over_tasks() -> None:
    snapshot = folded(list(sample.messages()))
    outcomes = snapshot["throughput"]["outcomes"]
    assert tuple(outcomes) == OUTCOMES
    assert sum(outcomes.values()) == snapshot["throughput"]["events"] == 571_000
    assert {s["source"]: s["events"] for s in snapshot["throughput"]["sources"]} == {
        "phone": 280_000,
        "bank": 72_000,
        "internet": 219_000,
    }


def test_charges_are_totals_by_task_and_the_ledgers_stay_apart() -> None:
    ledger = folded(list(sample.messages()))["ledger"]
    fraud = next(r for r in ledger["identifiability"] if r["purpose"] == "fraud_check")
    assert (fraud["granted"], fraud["refused"]) == (2 * 1_900 * 48, 2 * 2_700 * 48)
    assert fraud["spent"] == 4.0 * fraud["granted"]
    assert fraud["kept"] == pytest.approx(1_900 / 4_600)
    assert fraud["people"] == sample.PEOPLE
    [private] = ledger["privacy"]
    assert private["releases"] == 48
    assert private["released_rho"] == pytest.approx(0.48)
    assert private["most_rho"] == pytest.approx(0.48)
    assert [r["block"] for r in ledger["releases"]] == list(range(47, 39, -1))


def test_views_have_their_roles() -> None:
    views = folded(list(sample.messages()))["risk"]["views"]
    assert [(v["role"], v["of_100"]) for v in views] == [
        ("source", 17),
        ("source", 8),
        ("source", 0),
        ("part", 64),
        ("part", 44),
        ("part", 34),
        ("joined", 78),
        ("budget", 3),
    ]


def test_rejects_are_counted_by_reason_and_never_repeat_their_bytes() -> None:
    snapshot = folded(list(sample.messages()))
    assert snapshot["rejects"] == {"not_synthetic": 1, "undecodable": 5}
    assert b"original" not in msgspec.json.encode(snapshot)


def test_rates_come_from_the_time_that_is_passed_in() -> None:
    board = Board(sample.RUN)
    for second in range(11):
        pulse = sample.pulse("identify/events.phone/0", 500 * second)
        board.take("pulse", None, sample.encode(pulse))
        snapshot = board.snapshot(100.0 + second)
    assert snapshot["throughput"]["events_per_second"] == 500.0
    assert snapshot["throughput"]["mean_events_per_second"] == 500.0
    assert board.snapshot(120.0)["throughput"]["events_per_second"] == 0.0


def test_a_clock_that_steps_back_bends_no_curve() -> None:
    board = Board(sample.RUN)
    for number, now in enumerate((10.0, 20.0, 5.0, 21.0, 22.0)):
        pulse = sample.pulse("identify/events.phone/0", 500 * number)
        board.take("pulse", None, sample.encode(pulse))
        throughput = board.snapshot(now)["throughput"]
        assert throughput["curve_seconds"] == sorted(throughput["curve_seconds"])
        assert min(throughput["sources"][0]["curve"]) >= 0
        assert throughput["events_per_second"] >= 0
        assert (throughput["mean_events_per_second"] > 0) == (number > 0)


def test_an_ended_run_keeps_its_curve() -> None:
    board = sample.board()
    before = board.snapshot(40.0)["throughput"]["sources"]
    for second in range(41, 400):
        after = board.snapshot(float(second))["throughput"]["sources"]
    assert max(after[0]["curve"]) == max(before[0]["curve"]) > 1_000
    assert after[0]["per_second"] == 0.0


def test_phase_and_unknown_topics() -> None:
    board = Board(sample.RUN)
    board.take("moves", None, b"\x93not json")
    board.take("links", b"erased", b"")
    assert board.snapshot(0.0)["phase"] == "waiting"
    board.take("pulse", None, sample.encode(sample.pulse("identify/events.phone/0", 1)))
    assert board.snapshot(0.0)["phase"] == "running"
    board.take("risk", None, sample.encode(sample.risk(2, last=True)))
    assert board.snapshot(0.0)["phase"] == "finished"


def test_a_malformed_message_of_an_output_topic_is_an_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        Board(sample.RUN).take("risk", None, b'{"block": "x"}')


def test_memory_is_bounded() -> None:
    seen, links, releases = Seen(50), LinkFold(50, 12), ReleaseFold(50, 8)
    for n in range(500):
        seen.is_new(n)
        links.take(sample.link(n))
        releases.take(sample.release(n))
    assert len(seen) == len(links) == 50
    assert len(links.newest()) == 12
    assert len(releases.newest) == 8
    board = Board(sample.RUN, capacity=50)
    for n in range(500):
        board.take("links", None, sample.encode(sample.link(n)))
        board.take("risk", None, sample.encode(sample.risk(n)))
        board.take("charges", None, sample.encode(sample.counts(n)))
        snapshot = board.snapshot(float(n))
    assert snapshot["links"]["exact"] is False
    assert len(msgspec.json.encode(snapshot)) < 40_000


def test_a_tie_between_pulses_is_broken_the_same_way_in_either_order() -> None:
    one = sample.pulse("identify/events.phone/0", 10)
    two = msgspec.structs.replace(one, outcomes={"linked": 10})
    found = []
    for order in ((one, two), (two, one)):
        fold = PulseFold()
        for pulse in order:
            fold.take(pulse, sample.encode(pulse))
        found.append(fold.outcomes())
    assert found[0] == found[1]


def test_threads_may_take_while_another_snapshots() -> None:
    board = Board(sample.RUN)
    stop = threading.Event()
    failures: list[Exception] = []

    def look() -> None:
        while not stop.is_set():
            try:
                msgspec.json.encode(board.snapshot(0.0))
            except Exception as error:
                failures.append(error)

    def feed(first: int) -> None:
        for n in range(first, first + 500):
            board.take("links", None, sample.encode(sample.link(n)))

    viewer = threading.Thread(target=look)
    feeders = [threading.Thread(target=feed, args=(1_000 * n,)) for n in range(3)]
    for thread in (viewer, *feeders):
        thread.start()
    for thread in feeders:
        thread.join()
    stop.set()
    viewer.join()
    assert not failures
    assert board.snapshot(0.0)["links"]["by_status"] == {"linked": 1_500}
