"""What stages say: frames to each other, JSON on the output topics for readers."""

from typing import Literal

import msgspec

from linkage.privacy.budget.ledger import Kind
from linkage.privacy.budget.question import Question
from linkage.privacy.estimate import Estimate
from linkage.records import Record
from linkage.verdict import Verdict

Outcome = Literal[
    "linked",
    "review",
    "unlinked",
    "waiting",
    "duplicate",
    "superseded",
    "expired",
    "erased",
    "rejected",
]
OUTCOMES: tuple[Outcome, ...] = (
    "linked",
    "review",
    "unlinked",
    "waiting",
    "duplicate",
    "superseded",
    "expired",
    "erased",
    "rejected",
)


class RegistryEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Topic `registry`, key = person: the newest record of a verified person; None erases them."""

    person: int
    record: Record | None


class Frame(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Between stages: the n-th thing `origin` says to one partition; a marker or a body.

    Receivers drop n they have seen, so a frame that is flushed twice counts once.
    """

    origin: str
    n: int
    marker: int | None = None
    last: bool = False
    body: bytes = b""


class Link(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Topic `links` (compacted, key = tenancy): who holds an account, as of `revision`.

    `decided_by` is 'verdict' when a clerk's verdict linked it or took a candidate away; `verdicts`
    are the ids of those that did.
    """

    id: str
    source: str
    account: str
    start: int
    status: Literal["linked", "review", "unlinked", "retracted"]
    person: int | None
    weight: float
    runner_up: int | None
    margin: float
    revision: int
    model: str
    registry_block: int
    decided_by: Literal["model", "verdict"] = "model"
    verdicts: tuple[str, ...] = ()


class Review(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Topic `reviews` (compacted, key = tenancy): what a clerk needs to decide about a link.

    Sent when a link enters review, changes there or leaves it; `link.status` says which. The
    registrations are those of the tenancy, the verdicts those in force on it.
    """

    link: Link
    registrations: tuple[Record, ...]
    verdicts: tuple[Verdict, ...]


class Pulse(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `pulse` (key = task): how far a task is. Counts are totals since the stream began.

    `outcomes` holds identify's counts; `extra` what another stage counts (late points, grants).
    """

    task: str
    block: int
    events: int
    event_time: int
    outcomes: dict[str, int] = {}
    extra: dict[str, int] = {}


class ViewRisk(msgspec.Struct, frozen=True, kw_only=True):
    """What one view reveals at the close of a block.

    `identified` is p-point unicity with the same total of points in every view,
    `identified_per_source` with p points from each source, so a joined view is met with more.
    `vulnerability` is K/N of the full trace, `bits` the mean identified bits, `hidden_among` the
    median size of the anonymity set for p points, `below_5` the share of people in classes
    smaller than five; `figures` holds every metric of the catalogue by name, these included.
    """

    view: str
    sources: tuple[str, ...]
    purpose: str | None
    points: int
    resolution: str
    adversary: str
    identified: Estimate
    identified_per_source: Estimate
    points_per_source: int
    hidden_among: float
    vulnerability: Estimate
    bits: Estimate
    below_5: Estimate
    figures: dict[str, Estimate]
    people: int
    classes: int


class ViewCount(msgspec.Struct, frozen=True, kw_only=True):
    """What one view reveals by its full traces alone: told of every subset of the sources.

    `level` is how far it is thinned: figures rest on one class in 2**level, with intervals.
    """

    view: str
    sources: tuple[str, ...]
    purpose: str | None
    people: int
    level: int
    figures: dict[str, Estimate]


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `risk`, key = block: all views at one close; `views` are those that are attacked."""

    block: int
    last: bool
    views: tuple[ViewRisk, ...]
    lattice: tuple[ViewCount, ...] = ()


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `charges`, key = ledger/purpose/task: what a task's decisions have come to.

    Totals up to and with `block`; a later block of the same task replaces them. `ledger` is
    'identifiability' (bits, by public tariff) or 'privacy' (nano-rho, zCDP; `spent` is of the
    person who spent most); the two are never added. This is the operator's view and not private.
    """

    ledger: Literal["identifiability", "privacy"]
    task: str
    purpose: str
    block: int
    granted: int
    refused: int
    spent: float
    unit: str
    capped_people: int
    people: int


class Release(msgspec.Struct, frozen=True, kw_only=True, tag_field="said", tag="release"):
    """Topic `releases`, key = id: one noisy answer. The only thing that may leave the operator.

    `id` is the request's hash; `sigma` the scale of the noise, the same on every value;
    `expected_error` its mean distance from none. With 95 % noise takes a value off by `half` at
    most; where only some values are told, all at once. Whom a cap leaves out and what the bound
    cuts off come on top. What bounds a person's part (`most`), and what each who is counted
    pays (`nano_rho`), stand in the question; to a counter they pay it once and for all.
    """

    id: str
    kind: Kind
    question: Question
    values: dict[str, int]
    sigma: float
    expected_error: float
    half: int
    unit: str
    bound: str
    policy: str

    @property
    def purpose(self) -> str:
        """Return for whom it was answered."""
        return self.question.purpose

    @property
    def query(self) -> str:
        """Return what was counted."""
        return self.question.query

    @property
    def block(self) -> int:
        """Return the last block that is counted."""
        return self.question.last

    @property
    def nano_rho(self) -> int:
        """Return what it cost each of those it counts."""
        return self.question.nano_rho

    @property
    def low(self) -> dict[str, float]:
        """Return the lower end of the interval of each value."""
        return {name: value - self.half for name, value in self.values.items()}

    @property
    def high(self) -> dict[str, float]:
        """Return the upper end of the interval of each value."""
        return {name: value + self.half for name, value in self.values.items()}


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag_field="said", tag="refused"):
    """Topic `releases`, key = id: a question that gets no answer, for a reason that is public.

    Nothing was charged, and it may be asked again. What was spent on anybody is never a reason.
    `code` is the reason in a word, `words` says it with what would do, `left_nano_rho` what is left
    of the block that has least left, where that is it. `question` is None for a message that is
    none.
    """

    id: str
    question: Question | None
    code: str
    words: str
    left_nano_rho: int | None = None
    policy: str


Said = Release | Refused
"""Whatever may be on the topic `releases`."""
