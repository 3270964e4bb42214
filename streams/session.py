"""One run as its reader sees it: messages folded for the page, the summary and the evaluator."""

import threading
from collections import Counter

import msgspec

from streams.board import Board
from streams.evaluate import Evaluator
from streams.messages import OUTCOMES, Pulse, Refused, Release, Risk, Said, Spending
from streams.topology import Layout, stage_named

_risk = msgspec.json.Decoder(Risk).decode
_pulse = msgspec.json.Decoder(Pulse).decode
_spending = msgspec.json.Decoder(Spending).decode
_said = msgspec.json.Decoder(Said).decode


class Session:
    """Takes every output message once or more; knows when the run has come to rest.

    `take` may be called from another thread than the rest.
    """

    def __init__(self, board: Board, evaluator: Evaluator | None, layout: Layout) -> None:
        self.board, self.evaluator = board, evaluator
        self._tasks = {
            t for name in ("identify", "release") for t in layout.tasks(stage_named(name))
        }
        self.pulses: dict[str, Pulse] = {}
        self._closed: dict[str, int] = {}
        self.spending: dict[str, Spending] = {}
        self.releases: dict[str, Release] = {}
        self.refused: list[Refused] = []
        self.risk: Risk | None = None
        self.rejects = 0
        self._over = threading.Event()

    def take(self, topic: str, key: bytes | None, value: bytes) -> None:
        """Fold one message of an output topic."""
        self.board.take(topic, key, value)
        if topic == "links" and self.evaluator is not None:
            self.evaluator.take(value)
        elif topic == "pulse":
            self._pulse(_pulse(value))
        elif topic == "charges":
            self._spend((key or b"").decode(), _spending(value))
        elif topic == "releases":
            said = _said(value)
            if isinstance(said, Release):
                self.releases.setdefault(said.id, said)
            else:
                self.refused.append(said)
        elif topic == "risk":
            risk = _risk(value)
            if self.risk is None or risk.block > self.risk.block:
                self.risk = risk
            self._look()
        elif topic == "rejects":
            self.rejects += 1

    def wait(self, seconds: float) -> bool:
        """Wait until every task has closed the last block; return whether it has."""
        return self._over.wait(seconds)

    @property
    def over(self) -> bool:
        """Return whether every task has closed the last block."""
        return self._over.is_set()

    @property
    def block(self) -> int:
        """Return the last block whose risk is known; -2 before any."""
        return -2 if self.risk is None else self.risk.block

    def outcomes(self) -> dict[str, int]:
        """Return how many events have each outcome now."""
        totals: Counter[str] = Counter()
        for pulse in self.pulses.values():
            totals.update(pulse.outcomes)
        return {outcome: totals[outcome] for outcome in OUTCOMES}

    def events(self) -> int:
        """Return how many events identify has read."""
        return sum(p.events for task, p in self.pulses.items() if task.startswith("identify/"))

    def _pulse(self, pulse: Pulse) -> None:
        old = self.pulses.get(pulse.task)
        if old is None or pulse.events >= old.events:
            self.pulses[pulse.task] = pulse
        self._closed[pulse.task] = max(self._closed.get(pulse.task, -2), pulse.block)
        self._look()

    def _spend(self, key: str, spending: Spending) -> None:
        old = self.spending.get(key)
        if old is None or spending.block >= old.block:
            self.spending[key] = spending

    def _look(self) -> None:
        if self.risk is not None and self.risk.last:
            last = self.risk.block
            if all(self._closed.get(task, -2) >= last for task in self._tasks):
                self._over.set()
