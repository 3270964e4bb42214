"""Board: folds the messages of the output topics into what the live page shows.

`take` may be called from the pipeline's thread and `snapshot` from the server's. A message that
comes twice changes nothing, and a link's revisions may come in any order.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from linkage.privacy.budget.policy import Policy
from streams.dashboard import figures, folds
from streams.dashboard.public_budget import PublicBudget
from streams.dashboard.rates import Rates, WholeNumbers
from streams.messages import Link, Pulse, Release, Risk, Said, Spending

LINKS = 100_000
"""Tenancies whose newest revision is remembered."""
INPUTS = 50_000
"""Rejects, reviews and releases that are remembered, of each."""
LAST_LINKS = 12
LAST_RELEASES = 8


@dataclass(frozen=True)
class Run:
    """What this run is about; the page's footer."""

    people: int
    days: float
    seed: int
    scenario: str
    runner: str
    sources: tuple[str, ...] = ()
    """The order of the sources' cards and colours; those not named here follow."""


_said = msgspec.json.Decoder(Said).decode


class _Reject(msgspec.Struct, frozen=True):
    """What the page needs of a reject: never the bytes."""

    reason: str
    place: str
    topic: str
    digest: str


class Board:
    """What the page shows, as far as messages have come. Memory does not grow with the stream.

    `policy` is the run's, whose caps the page tells beside what was spent; None tells none.
    """

    def __init__(self, run: Run, capacity: int = LINKS, policy: Policy | None = None) -> None:
        self._run, self._policy = run, policy
        self._lock = threading.Lock()
        self._links = folds.LinkFold(capacity, LAST_LINKS)
        self._reviews, self._rejects = folds.Seen(INPUTS), folds.Seen(INPUTS)
        self._asked = 0
        self._reasons: Counter[str] = Counter()
        self._charges = folds.ChargeFold()
        self._releases = folds.ReleaseFold(INPUTS, LAST_RELEASES)
        self._public = PublicBudget(INPUTS)
        self._pulses = folds.PulseFold()
        self._risk = folds.RiskFold()
        self._quality: dict[str, float] = {}
        self._lag: dict[str, int] = {}
        self._rates, self._whole = Rates(), WholeNumbers()
        self._seq = 0
        self._takes = self._readers()

    def take(self, topic: str, key: bytes | None, value: bytes) -> None:
        """Fold one message; topics that the page does not show, and tombstones, are passed over.

        Raises msgspec.DecodeError when a message of an output topic is not what it should be.
        """
        reader = self._takes.get(topic)
        if reader is not None and value:
            with self._lock:
                reader(key, value)

    def quality(self, figures: Mapping[str, float]) -> None:
        """Set what the evaluator beside the pipeline measured, such as precision and recall."""
        with self._lock:
            self._quality = dict(figures)

    def lag(self, per_topic: Mapping[str, int]) -> None:
        """Set how many messages each topic is behind."""
        with self._lock:
            self._lag = dict(per_topic)

    def snapshot(self, now: float) -> dict[str, Any]:
        """Return all that the page shows at the time `now`, in seconds of any steady clock."""
        with self._lock:
            seen = figures.totals(self._pulses, self._links)
            self._rates.observe(now, seen)
            self._seq += 1
            risk = figures.risk(self._risk.newest, self._whole)
            return {
                "seq": self._seq,
                "phase": _phase(seen["events"], risk["last"]),
                "run": asdict(self._run),
                "sources": figures.sources(self._run.sources, self._risk.newest, seen),
                "throughput": figures.throughput(now, self._rates, self._pulses, seen),
                "lag": dict(sorted(self._lag.items())),
                "links": figures.links(self._links, self._asked),
                "rejects": dict(sorted(self._reasons.items())),
                "risk": risk,
                "ledger": figures.ledgers(
                    self._charges, self._releases, self._public, self._policy
                ),
                "quality": self._quality.copy(),
            }

    def _readers(self) -> dict[str, Callable[[bytes | None, bytes], None]]:
        link, pulse = msgspec.json.Decoder(Link), msgspec.json.Decoder(Pulse)
        spending, risk = msgspec.json.Decoder(Spending), msgspec.json.Decoder(Risk)
        return {
            "links": lambda _, value: self._links.take(link.decode(value)),
            "charges": lambda _, value: self._charges.take(spending.decode(value)),
            "releases": lambda _, value: self._release(value),
            "risk": lambda _, value: self._risk.take(risk.decode(value)),
            "pulse": lambda _, value: self._pulses.take(pulse.decode(value), value),
            "rejects": lambda _, value: self._reject(value),
            "reviews": self._review,
        }

    def _reject(self, value: bytes) -> None:
        reject = msgspec.json.decode(value, type=_Reject)
        if self._rejects.is_new((reject.topic, reject.digest, reject.reason, reject.place)):
            self._reasons[reject.reason] += 1

    def _release(self, value: bytes) -> None:
        said = _said(value)
        if isinstance(said, Release):
            self._releases.take(said)
            self._public.take(said)
        else:
            self._public.refuse(said)

    def _review(self, key: bytes | None, value: bytes) -> None:
        self._asked += self._reviews.is_new(key or value)


def _phase(events: int, last: bool) -> str:
    if last:
        return "finished"
    return "running" if events else "waiting"
