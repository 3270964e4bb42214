"""identify: whose account is this? Events in; links, and points moving between people, out.

Invariant: after every step, tables, links and moves are a function of the set of events seen and
the registry's block, never of their order. A simple usage takes a short path that gives the same
as settling its whole account (a property test holds the two together).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from sys import intern
from typing import Any

import msgspec
from msgspec.structs import replace

from linkage.decision import Decision
from streams.events import HOUR, Codec, Event, Marker, Rejected, Usage
from streams.gate import rejected
from streams.messages import OUTCOMES, Pulse
from streams.stage import BEFORE_STREAM, Batch, Change, Desk, Draft, Step, Table
from streams.stages.affected import KeyIndex
from streams.stages.links import Links
from streams.stages.moves import Moves
from streams.stages.tenancy import (
    Account,
    Arrangement,
    Entry,
    Tenancy,
    arrange,
    entry_of,
    revised,
    see,
)
from streams.store.protocol import Outgoing

_JSON = msgspec.json.Encoder()
_NEW = Account()


class Identify:
    """The identify stage for one partition of one source.

    `desk` holds the linker with the registry of the current block; usages without a registration
    are given up `horizon` blocks after their event time.
    """

    tables: Sequence[Table] = (
        Table("accounts", str, Account),
        Table("entries", tuple[str, int], Entry),
        Table("totals", str, int),
    )

    def __init__(
        self, task: str, source: str, partitions: int, codec: Codec, desk: Desk, horizon: int = 24
    ) -> None:
        self._task, self._source, self._partitions = task, source, partitions
        self._codec, self._desk, self._horizon = codec, desk, horizon
        self._keys = KeyIndex()
        self._waiting: set[str] = set()

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        """Link what a batch reveals, or look again at what a closing block's registry changed."""
        work = _Work(Draft(tables), self._source, self._desk)
        if batch.close is None:
            rejects = self._read(work, batch.messages)
        else:
            rejects = []
            self._expire(work, batch.close)
            work.settle(self._keys.owners(batch.affected))
        outputs = [*rejects, *work.moves.outputs(self._partitions), *work.links.outputs()]
        outputs.append(self._pulse(work, batch.close))
        return Step(work.draft.changes(), outputs)

    def applied(self, changes: Iterable[Change]) -> None:
        """Keep the blocking keys of registered accounts, and which accounts wait for one."""
        for table, key, value in changes:
            if table == "entries" and value is not None and value.record is not None:
                self._keys.add(key[0], self._desk.linker.keys([value.record]))
            elif table == "accounts" and value is not None:
                update = self._waiting.add if value.waiting else self._waiting.discard
                update(key)

    def _read(self, work: "_Work", messages: Sequence[bytes]) -> list[Outgoing]:
        """Take events in; return what was refused."""
        rejects, fresh = [], dict[str, list[Event]]()
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

    def _event(self, data: bytes) -> Event:
        found = self._codec.decode(data)
        if isinstance(found, Marker):
            raise Rejected("unknown_kind", "$.marker", "a marker out of turn")
        return found

    def _expire(self, work: "_Work", block: int) -> None:
        limit = (block + 1 - self._horizon) * HOUR
        for subject in sorted(self._waiting):
            work.expire(subject, limit)

    def _pulse(self, work: "_Work", close: int | None) -> Outgoing:
        totals = work.totals(close)
        pulse = Pulse(
            task=self._task,
            block=totals["block"],
            events=totals["events"],
            event_time=totals["event_time"],
            outcomes={name: totals[name] for name in OUTCOMES if totals[name]},
            extra={name: n for name, n in totals.items() if name.startswith("tenancies ")},
        )
        return Outgoing("pulse", None, self._task.encode(), _JSON.encode(pulse))


class _Work:
    """One step's work over a draft."""

    def __init__(self, draft: Draft, source: str, desk: Desk) -> None:
        self.draft, self._desk = draft, desk
        self.moves = Moves(source)
        self.count: Counter[str] = Counter()
        self._latest = 0
        self.links = Links(source, desk)

    def take(self, fresh: Mapping[str, list[Event]]) -> None:
        """Take new events, by account: simple usages at once, other accounts by settling them."""
        unsettled = []
        for subject, events in fresh.items():
            account: Account = self.draft.get("accounts", subject) or _NEW
            if all(_is_simple(event, account) for event in events):
                self._use(subject, account, events)
            else:
                unsettled.append((subject, events))
        before = {subject: self._entries(subject) for subject, _ in unsettled}
        for subject, events in unsettled:
            self._enter(subject, events)
        self._settle(before)

    def settle(self, subjects: Iterable[str]) -> None:
        """Decide again on accounts whose evidence is as it was, but the registry is not."""
        self._settle({subject: self._entries(subject) for subject in subjects})

    def expire(self, subject: str, limit: int) -> None:
        """Give up usages before `limit` that no registration has claimed."""
        account: Account = self.draft.get("accounts", subject)
        entries = self._entries(subject)
        waiting = arrange(entries, account.expired).waiting
        old = [seq for seq in waiting if entries[seq].time < limit]
        for seq in old:
            self.draft.put("entries", (subject, seq), None)
        if old:
            gone = (*account.expired, *(entries[seq].root for seq in old))
            account = replace(account, waiting=account.waiting - len(old), expired=gone)
            self.draft.put("accounts", subject, account)
            self.count["waiting"] -= len(old)
            self.count["expired"] += len(old)

    def totals(self, close: int | None) -> Counter[str]:
        """Write the counters and return them all; `close` is the block that this step closes."""
        if close is not None:
            self.draft.put("totals", "block", close)
        latest = max(self._latest, self.draft.get("totals", "event_time") or 0)
        self.draft.put("totals", "event_time", latest)
        for name, change in self.count.items():
            if change:
                self.draft.put("totals", name, (self.draft.get("totals", name) or 0) + change)
        return Counter({"block": BEFORE_STREAM, **self.draft.all("totals")})

    def _entries(self, subject: str) -> dict[int, Entry]:
        account: Account = self.draft.get("accounts", subject) or _NEW
        get = self.draft.get
        found = {
            n: get("entries", (subject, n)) for low, high in account.seen for n in range(low, high)
        }
        return {n: entry for n, entry in found.items() if entry is not None}

    def _see(self, account: Account, event: Event) -> Account | None:
        """Return the account that has seen an event, or None for a duplicate."""
        self._latest = max(self._latest, event.time)
        seen = see(account.seen, event.seq)
        if seen is None:
            self.count["duplicate"] += 1
            return None
        amended = account.amended if event.ref is None else (*account.amended, event.ref)
        return Account(seen, account.tenancies, amended, account.waiting, account.expired)

    def _use(self, subject: str, account: Account, events: list[Event]) -> None:
        """Take usages that no other event speaks of: each goes to the tenancy of its time."""
        for event in events:
            newer = self._see(account, event)
            if newer is None:
                continue
            account, entry = newer, entry_of(event)
            self.draft.put("entries", (subject, event.seq), entry)
            tenancy = account.at(event.time)
            self.count["waiting" if tenancy is None else tenancy.status] += 1
            if tenancy is None:
                account = replace(account, waiting=account.waiting + 1)
            elif tenancy.status == "linked" and tenancy.person is not None:
                self.moves.add(tenancy.person, event.time, entry.place, subject, event.seq, +1)
        self.draft.put("accounts", subject, account)

    def _enter(self, subject: str, events: list[Event]) -> None:
        account: Account = self.draft.get("accounts", subject) or _NEW
        for event in events:
            newer = self._see(account, event)
            if newer is not None:
                account = newer
                self.draft.put("entries", (subject, event.seq), entry_of(event))
        self.draft.put("accounts", subject, account)

    def _settle(self, before: Mapping[str, dict[int, Entry]]) -> None:
        """Decide the tenancies of these accounts and move their points, given what they were."""
        get = self.draft.get
        after = {s: arrange(self._entries(s), get("accounts", s).expired) for s in before}
        groups = [(s, start) for s, found in after.items() for start in sorted(found.records)]
        decisions = self._desk.linker.identify([after[s].records[start] for s, start in groups])
        decided: dict[str, dict[int, Decision]] = {subject: {} for subject in before}
        for (subject, start), decision in zip(groups, decisions, strict=True):
            decided[subject][start] = decision
        for subject, entries in before.items():
            account: Account = get("accounts", subject)
            held = {t.start: t for t in account.tenancies}
            self._book(subject, entries, arrange(entries, account.expired), held, -1)
            tenancies = self._revise(subject, held, decided[subject])
            account = replace(account, tenancies=tenancies, waiting=len(after[subject].waiting))
            self.draft.put("accounts", subject, account)
            current = {t.start: t for t in tenancies}
            self._book(subject, self._entries(subject), after[subject], current, +1)

    def _book(
        self,
        subject: str,
        entries: dict[int, Entry],
        found: Arrangement,
        held: Mapping[int, Tenancy],
        sign: int,
    ) -> None:
        """Count an account's outcomes and points in (+1) or out (-1)."""
        self.count["superseded"] += sign * found.superseded
        self.count["waiting"] += sign * len(found.waiting)
        for start, records in found.records.items():
            tenancy, usage = held[start], found.usage.get(start, [])
            self.count[tenancy.status] += sign * (len(records) + len(usage))
            if tenancy.status == "linked" and tenancy.person is not None:
                for seq in usage:
                    entry = entries[seq]
                    self.moves.add(tenancy.person, entry.time, entry.place, subject, seq, sign)

    def _revise(
        self, subject: str, held: Mapping[int, Tenancy], decided: Mapping[int, Decision]
    ) -> tuple[Tenancy, ...]:
        """Return the account's tenancies by the new decisions; a changed one is a new revision."""
        tenancies = []
        for start in sorted(held.keys() | decided.keys()):
            old = held.get(start)
            new = revised(start, decided.get(start), old)
            if new is not old:
                self.count[f"tenancies {new.status}"] += 1
                if old is not None:
                    self.count[f"tenancies {old.status}"] -= 1
                self.links.add(subject, new, old)
            tenancies.append(new)
        return tuple(tenancies)


def _is_simple(event: Event, account: Account) -> bool:
    return (
        event.op == "create"
        and isinstance(event.payload, Usage)
        and event.seq not in account.amended
    )
