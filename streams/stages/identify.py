"""identify: whose account is this? Events in; links, and points moving between people, out.

Invariant: after every step, tables, links and moves are a function of the set of events and
verdicts seen and the registry's block, never of their order. A simple usage takes a short path that
gives the same as settling its whole account (a property test holds the two together).
"""

from collections.abc import Iterable, Mapping, Sequence
from sys import intern
from typing import Any

import msgspec

from linkage.decision import Decision
from linkage.records import Record
from streams.events import HOUR, Codec, Marker, Rejected
from streams.gate import rejected
from streams.messages import OUTCOMES, Pulse
from streams.stage import Batch, Change, Desk, Draft, Step, Table
from streams.stages.affected import KeyIndex, person_keys
from streams.stages.erasure import concerned
from streams.stages.moves import gone
from streams.stages.shadows import note_models
from streams.stages.tenancy import Account, Entry, Filed
from streams.stages.work import News, Work
from streams.store.protocol import Outgoing

_JSON = msgspec.json.Encoder()
_EXTRA = ("tenancies ", "deferred", "shadow ")
_PERSONAL = ("accounts", "entries", "verdicts", "deferred", "shadows")
"""What must not keep anything of an erased person, older versions included."""
_MANY = 10_000
"""Records whose blocking keys are found at a time."""


class Identify:
    """The identify stage for one partition of one source.

    `desk` holds the linker with the registry of the current block; where another model decides, or
    is tried, than at the last close, every account is settled again at the next one. Usages without
    a registration are given up `horizon` blocks after their event time. A step compares at most
    `pairs` candidates, the most promising first; accounts with more are noted in `deferred` and
    settled before the block closes.
    """

    tables: Sequence[Table] = (
        Table("accounts", str, Account),
        Table("entries", tuple[str, int], Entry),
        Table("verdicts", str, Filed),
        Table("sealed", str, Account),
        Table("deferred", str, bool),
        Table("shadows", tuple[str, int], Decision),
        Table("models", str, str),
        Table("totals", str, int),
    )

    def __init__(
        self,
        task: str,
        source: str,
        partitions: int,
        codec: Codec,
        desk: Desk,
        horizon: int = 24,
        pairs: int | None = None,
    ) -> None:
        self._task, self._source, self._partitions = task, source, partitions
        self._codec, self._desk, self._horizon, self._pairs = codec, desk, horizon, pairs
        self._keys = KeyIndex()
        self._waiting: set[str] = set()

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        """Link what a batch reveals, or look again at what a closing block's registry changed."""
        pairs = self._pairs if batch.close is None else None
        erased = frozenset[int]() if batch.close is None else self._desk.erased
        work = Work(Draft(tables), self._source, self._desk, pairs)
        if batch.close is None:
            rejects = self._read(work, batch.messages)
        else:
            rejects = []
            self._expire(work, batch.close)
            work.erase(erased, concerned(tables, erased) if erased else ())
            if note_models(work.draft, self._desk):
                work.settle(tables["accounts"])
            else:
                work.settle({*self._keys.owners(batch.affected), *tables["deferred"]})
        outputs = [*rejects, *work.moves.outputs(self._partitions), *work.links.outputs()]
        outputs += gone(self._source, erased, self._partitions)
        outputs.append(self._pulse(work, batch.close))
        return Step(work.draft.changes(), outputs, _PERSONAL if erased else ())

    def applied(self, changes: Iterable[Change]) -> None:
        """Keep the blocking keys of registered accounts, and which accounts wait for one."""
        records: list[tuple[str, Record]] = []
        for table, key, value in changes:
            if table == "entries" and value is not None and value.record is not None:
                records.append((key[0], value.record))
            elif table == "verdicts" and value is not None:
                said = person_keys(said.person for _, said in value)
                self._keys.add([key] * len(said), said[:, None])
            elif table == "accounts":
                waits = value is not None and value.waiting
                (self._waiting.add if waits else self._waiting.discard)(key)
        for start in range(0, len(records), _MANY):
            accounts, found = zip(*records[start : start + _MANY], strict=True)
            self._keys.add(accounts, self._desk.keys(found))

    def _read(self, work: Work, messages: Sequence[bytes]) -> list[Outgoing]:
        """Take events in; return what was refused."""
        rejects, fresh = [], dict[str, list[News]]()
        for data in messages:
            try:
                event = self._event(data)
            except Rejected as refusal:
                topic = f"events.{self._source}"
                rejects.append(rejected(self._codec, refusal, data, topic))
                continue
            # Shared, since every entry of an account is kept under its name.
            fresh.setdefault(intern(event.subject), []).append(event)
        work.count["rejected"] += len(rejects)
        work.count["events"] += len(messages)
        work.take(fresh)
        return rejects

    def _event(self, data: bytes) -> News:
        found = self._codec.decode(data)
        if isinstance(found, Marker):
            raise Rejected("unknown_kind", "$.marker", "a marker out of turn")
        if found.source != self._source:
            raise Rejected("unknown_kind", "$.source", "not the source of this topic")
        return found

    def _expire(self, work: Work, block: int) -> None:
        limit = (block + 1 - self._horizon) * HOUR
        for subject in sorted(self._waiting):
            work.expire(subject, limit)

    def _pulse(self, work: Work, close: int | None) -> Outgoing:
        totals = work.totals(close)
        pulse = Pulse(
            task=self._task,
            block=totals["block"],
            events=totals["events"],
            event_time=totals["event_time"],
            outcomes={name: totals[name] for name in OUTCOMES if totals[name]},
            extra={name: n for name, n in totals.items() if name.startswith(_EXTRA)},
        )
        return Outgoing("pulse", None, self._task.encode(), _JSON.encode(pulse))
