"""A clerk's sitting: keys in, verdicts out; what is left is what the model still leaves open."""

from datetime import datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.costs import costs_of
from linkage.linker import Linker
from linkage.review import question
from streams.cases import Case
from streams.clerk.docket import Docket
from streams.clerk.sitting import KEYS, Sitting
from streams.stages.tenancy import Tenancy
from streams.verdicts import ClerkVerdict, filed
from tests.streams.stages.identified import Town
from tests.streams.stages.town import ACCOUNTS, PEOPLE, at, registration, verdict

COSTS = costs_of(20, 1)
NOON = datetime(2026, 11, 24, 12)
# Two of them could be 4 or 5, one is 1 for certain.
BARE = msgspec.structs.replace(PEOPLE[4], id_number=None, phone=None, mail=None)
RECORDS = dict(
    zip(ACCOUNTS, (BARE, BARE, msgspec.structs.replace(PEOPLE[1], mail=None)), strict=True)
)
UNDECIDED = Tenancy(0, "review", None, 0.0, None, 0.0, 0)


def town() -> Town:
    made = Town()
    made.feed(*(registration(a, 0, at(0), record) for a, record in RECORDS.items()))
    return made


def docket(linker: Linker) -> Docket:
    return Docket(
        linker,
        COSTS,
        [Case(("phone", a, 0), UNDECIDED, (record,)) for a, record in RECORDS.items()],
    )


class Pen:
    """A sitting over the town, with what it stored."""

    def __init__(self) -> None:
        self.town, self.written = town(), list[ClerkVerdict]()
        self.docket = docket(self.town.desk.registry.linker)
        self.sitting = Sitting(self.docket, "clerk-17", self.written.append, lambda: NOON)


def test_only_what_the_model_leaves_open_is_asked_the_worthiest_first() -> None:
    pen = Pen()
    assert [one.name[1] for one in pen.docket.waiting()] == sorted(ACCOUNTS[:2])
    values = [one.question.value for one in pen.docket.waiting()]
    assert values == sorted(values, reverse=True)


def test_each_key_does_what_it_says() -> None:
    pen = Pen()
    first = pen.sitting.current
    assert first is not None and first.question.person in (4, 5)
    assert pen.sitting.press("x") == KEYS and pen.written == []
    assert pen.sitting.press("l").startswith("link: ")
    (said,) = pen.written
    assert (said.verdict, said.subject, said.person) == ("link", first.name[1], 4)
    assert (said.reviewer, said.time) == ("clerk-17", "2026-11-24T12:00:00.000Z")
    second = pen.sitting.current
    assert second is not None and second.name != first.name
    assert pen.sitting.press("s") == "left for now"
    assert pen.sitting.current is None and len(pen.written) == 1


def test_not_a_link_asks_about_the_next_while_it_is_still_open() -> None:
    pen = Pen()
    assert pen.sitting.press("n").startswith("non-link: ")
    # Without 4 the model is sure of 5, so that one is not asked any more.
    assert len(pen.docket.waiting()) == 1
    pen.sitting.press("u")
    assert [v.verdict for v in pen.written] == ["non-link", "undo"]
    assert len(pen.docket.waiting()) == 2


def test_undo_takes_back_the_last_one_and_shows_its_case_again() -> None:
    pen = Pen()
    first = pen.sitting.current
    pen.sitting.press("l")
    told = pen.sitting.press("u")
    assert told.startswith("undo: ") and pen.sitting.given == 0
    assert pen.sitting.current == first
    times = [v.time for v in pen.written]
    assert times == sorted(set(times))  # later, though the clock stands still
    assert pen.sitting.press("u") == "nothing to take back"
    assert pen.sitting.press("q") == "ended" and pen.sitting.current is None


def test_undo_takes_back_what_an_earlier_sitting_said_of_the_case() -> None:
    pen = Pen()
    old = msgspec.structs.replace(
        verdict(ACCOUNTS[2], 0, 4), time=f"{NOON + timedelta(days=1):%Y-%m-%dT%H:%M:%S}.000Z"
    )
    pen.docket.hear(old)
    for name in list(pen.docket.cases):
        pen.docket.close(name)
    pen.docket.open(("phone", ACCOUNTS[2], 0), 4)
    again = Sitting(pen.docket, "clerk-18", pen.written.append, lambda: NOON)
    assert again.press("u").startswith("undo: ")
    (undo,) = pen.written
    assert undo.time > old.time  # or the older clock would win
    assert pen.docket.decision(("phone", ACCOUNTS[2], 0)).person == 1


def test_one_may_ask_about_anybody() -> None:
    pen, name = Pen(), ("phone", ACCOUNTS[2], 0)
    pen.docket.open(name, 4)
    asked = next(one.question for one in pen.docket.waiting() if one.name == name)
    assert asked.person == 4 and asked.probability < 0.01
    assert question([(1, 20.0)], COSTS) is not None


@given(st.lists(st.sampled_from("lnsu"), max_size=12))
@settings(max_examples=60)
def test_the_stream_decides_as_the_sitting_saw_it_whatever_keys_were_pressed(keys: str) -> None:
    pen = Pen()
    for key in keys:
        pen.sitting.press(key)
    pen.town.feed(*reversed(pen.written))
    for account in ACCOUNTS:
        seen = pen.docket.decision(("phone", account, 0))
        (said,) = (t for (a, _), t in pen.town.tenancies().items() if a == account)
        status = {"linked": "link", "review": "review", "unlinked": "non-link"}[str(said[0])]
        assert (status, *said[1:]) == msgspec.structs.astuple(seen)
    assert len({filed(v).id for v in pen.written}) == len(pen.written)
