"""A sitting: one clerk goes through a docket, a key a verdict.

The keys: l links, n says not a link, s leaves it for now, u takes back, q ends. No terminal in
here: the command shows the current case and hands over the key.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from linkage.review import Queued
from linkage.verdict import Answer
from streams.cases import Name
from streams.clerk.docket import Docket, verdict_on
from streams.ids import tenancy_id
from streams.verdicts import ClerkVerdict, filed

KEYS = "[l]ink  [n]ot a link  [s]kip  [u]ndo  [q]uit"
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
"""A time as it stands in a verdict: UTC, milliseconds."""
_ANSWERS: dict[str, Answer] = {"l": "link", "n": "non-link"}
_MILLISECOND = timedelta(milliseconds=1)


def moment(time: datetime) -> str:
    """Return a time in UTC as it stands in a verdict.

    >>> moment(datetime(2026, 11, 24, 10, 15, 58, 123999))
    '2026-11-24T10:15:58.123Z'
    """
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


class Sitting:
    """Where a clerk is in a docket, and what was said so far.

    `send` stores a verdict before the docket hears it; `clock` tells the time in UTC. Each verdict
    is later than all before it, also where the clock is not, so that the newest is the last said.
    """

    def __init__(
        self,
        docket: Docket,
        reviewer: str,
        send: Callable[[ClerkVerdict], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._docket, self._reviewer, self._send, self._clock = docket, reviewer, send, clock
        self._given: list[ClerkVerdict] = []
        self._last = docket.latest()
        self._front: Name | None = None
        self.ended = False

    @property
    def current(self) -> Queued[Name] | None:
        """Return the case to decide, what was just taken back first; None at the end."""
        waiting = self._docket.waiting()
        if self.ended or not waiting:
            return None
        return next((one for one in waiting if one.name == self._front), waiting[0])

    @property
    def given(self) -> int:
        """Return how many verdicts were given and not taken back."""
        return len(self._given)

    def press(self, key: str) -> str:
        """Do what a key asks; return what was done, or what keys there are."""
        here = self.current
        if here is None or key == "q":
            self.ended = True
            return "ended"
        if key == "s":
            self._docket.close(here.name)
            return "left for now"
        if key == "u":
            return self._undo(here.name)
        if key in _ANSWERS:
            said = self._say(here.name, here.question.person, _ANSWERS[key])
            self._given.append(said)
            return _told(said)
        return KEYS

    def _undo(self, here: Name) -> str:
        """Take back what was said last in this sitting, or else what stands on the case here."""
        if self._given:
            last = self._given.pop()
            name, person = (last.source, last.subject, last.start), last.person
        elif standing := self._docket.verdicts(here):
            name, person = here, standing[0].person
        else:
            return "nothing to take back"
        told = _told(self._say(name, person, "undo"))
        self._docket.open(name)
        self._front = name
        return told

    def _say(self, name: Name, person: int, answer: Answer) -> ClerkVerdict:
        self._front = None
        said = verdict_on(name, person, answer, self._reviewer, self._now())
        self._send(said)
        self._docket.hear(said)
        return said

    def _now(self) -> str:
        if (text := moment(self._clock())) <= self._last:
            text = moment(datetime.strptime(self._last, MOMENT) + _MILLISECOND)
        self._last = text
        return text


def _told(said: ClerkVerdict) -> str:
    name = tenancy_id(said.source, said.subject, said.start)
    return f"{said.verdict}: {name}, person {said.person} (verdict {filed(said).id})"
