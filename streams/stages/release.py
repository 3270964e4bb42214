"""release: what may be published? Activity and questions in; noisy answers out, each charged once.

The one owner of the differential-privacy ledger. An answer is stored with its charge in one commit,
so a replay repeats the answer and never draws fresh noise for it. Whom a cap stops is left out
before noise, silently.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.ledger import Entry, column_of
from linkage.privacy.budget.mechanisms import Sampler
from linkage.privacy.budget.policy import Policy, check_caps
from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.spent import Spent
from streams.messages import Pulse
from streams.stage import BEFORE_STREAM, Batch, Change, Draft, Step, Table
from streams.stages.activity import kind_of, parse_erased
from streams.stages.asking import Asking
from streams.stages.book import Book, Head
from streams.stages.counting import Counted, Counters, check_counter
from streams.stages.kept import Kept
from streams.stages.opening import Opening
from streams.stages.publishing import Press
from streams.store.protocol import Outgoing

_JSON = msgspec.json.Encoder()


class ReleaseStage:
    """The release stage: answers what the policy asks of itself, and what it lets others ask."""

    tables: Sequence[Table] = (
        # First, since it says whether this program can read the rest.
        Table("totals", str, int),
        Table("activity", tuple[int, int], bytes),
        Table("asked", str, Question),
        Table("answers", str, bytes),
        Table("blocks", tuple[str, int], int),
        Table("counters", tuple[str, str], Counted),
        Table("policies", str, str),
        Table("head", str, Head),
        Table("spent", tuple[str, str], bytes, "journal"),
        Table("recent", int, Entry, "journal"),
        Table("ledger", int, Entry, "log"),
    )

    def __init__(self, task: str, domain: Domain, policy: Policy, sampler: Sampler) -> None:
        self._task, self.policy = task, policy
        self._press = Press(domain, policy, load_queries(), sampler)
        self.spent = Spent()
        self._opening: Opening | None = Opening(self.spent)

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        """Keep who was active, hear questions; at the close of a block, answer what is due."""
        draft = Draft(tables)
        kept, book = Kept(draft), Book(draft, self.spent, self.policy)
        asking = Asking(draft, book, kept, self._press)
        outputs, wiped = self._hear(kept, asking, batch.messages)
        if batch.close is not None:
            outputs += self._close(draft, book, kept, asking, batch)
        elif draft.get("totals", "over"):
            outputs += asking.due()
        book.close()
        block = draft.get("totals", "block")
        outputs += book.spendings(self._task, BEFORE_STREAM if block is None else block)
        return Step(draft.changes(), outputs, wiped)

    def applied(self, changes: Iterable[Change]) -> None:
        """Bring up to date what everybody spent; LedgerError for what this cannot go on with."""
        for table, key, value in changes:
            if value is None:
                continue
            if self._opening:
                self._reread(self._opening, table, key, value)
            elif table == "spent":
                self.spent.put(key, column_of(key, value))
            elif table == "recent":
                self.spent.take(value.account, value.people)

    def _reread(self, opening: Opening, table: str, key: Any, value: Any) -> None:
        if table == "totals" and key == "version":
            opening.version(value)
        elif table == "counters":
            check_counter(self.policy, key, value)
        elif table == "head":
            opening.head(value)
        elif table == "spent":
            opening.column(key, value)
        elif table == "recent":
            opening.entry(value)

    def restored(self) -> None:
        """Raise LedgerError if rows are missing or changed, PolicyError if a cap is too low now."""
        if self._opening:
            self._opening.end()
            self._opening = None
        purposes = [terms.name for terms in self.policy.releases]
        spent = {name: self.spent.most(name) for name in purposes}
        check_caps(self.policy, spent, int(self.spent.total.max(initial=0)))

    def _hear(
        self, kept: Kept, asking: Asking, messages: Sequence[bytes]
    ) -> tuple[list[Outgoing], tuple[str, ...]]:
        """Take messages; return what is to be said, and the tables of which no trace may stay."""
        outputs, wiped = list[Outgoing](), set[str]()
        for data in messages:
            kind = kind_of(data)
            if kind == "activity":
                kept.hear(data)
            elif kind == "question":
                outputs += asking.hear(data)
            else:
                kept.erase(parse_erased(data))
                wiped.add(kept.TABLE)
        return outputs, tuple(wiped)

    def _close(
        self, draft: Draft, book: Book, kept: Kept, asking: Asking, batch: Batch
    ) -> list[Outgoing]:
        """Decide what there is word of, block by block; answer what that makes due."""
        counters = Counters(draft, book, kept, self._press)
        outputs = []
        for block in kept.undecided():
            kept.decide(block)
            for terms in self.policy.releases:
                for standing in terms.standing:
                    outputs += asking.standing(terms, standing, block)
                for counter in terms.counters:
                    outputs += counters.count(terms, counter, block)
            outputs += asking.due()
            kept.forget(block + 1 - self._keep())
        draft.put("totals", "block", batch.close)
        if batch.last:
            draft.put("totals", "over", 1)
        outputs += asking.due()
        assert batch.close is not None
        events = draft.get("totals", "serial") or 0
        pulse = Pulse(task=self._task, block=batch.close, events=events, event_time=0)
        return [*outputs, Outgoing("pulse", None, self._task.encode(), _JSON.encode(pulse))]

    def _keep(self) -> int:
        """Return how many decided blocks somebody may still ask about."""
        offered = (terms.kept for terms in self.policy.releases if terms.offers)
        hours = (one.hours - 1 for terms in self.policy.releases for one in terms.standing)
        return max((*offered, *hours), default=0)
