"""One step of identify over a draft: evidence goes in, accounts are settled, points move.

A simple usage takes a short path; whatever else is new makes its account be settled: all its
tenancies are arranged and decided again, and what they came to before is taken back first.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeGuard

from msgspec.structs import replace

from linkage.decision import Decision
from streams.events import Event, Usage
from streams.stage import BEFORE_STREAM, Desk, Draft
from streams.stages.answers import answers
from streams.stages.erasure import loss, seal
from streams.stages.links import Links
from streams.stages.moves import Moves
from streams.stages.shadows import note_shadows
from streams.stages.tenancy import (
    Account,
    Arrangement,
    Entry,
    Filed,
    Tenancy,
    arrange,
    doubt_of,
    entry_of,
    file,
    revised,
    see,
)
from streams.verdicts import ClerkVerdict, filed

_NEW = Account()
_PORTION = 5000
"""Accounts that are settled at a time."""
News = Event | ClerkVerdict


class Evidence(NamedTuple):
    """All that is known of an account: entries by seq, verdicts, what expired and was erased."""

    entries: dict[int, Entry]
    filed: Filed
    expired: tuple[int, ...]
    erased: tuple[int, ...]

    def arranged(self) -> Arrangement:
        """Return it by tenancy."""
        return arrange(self.entries, self.expired, self.filed, self.erased)


class Work:
    """One step's work over a draft."""

    def __init__(self, draft: Draft, source: str, desk: Desk, pairs: int | None = None) -> None:
        self.draft, self._desk, self._pairs = draft, desk, pairs
        self.moves = Moves(source)
        self.count: Counter[str] = Counter()
        self._latest = 0
        self.links = Links(source, desk)

    def take(self, fresh: Mapping[str, Sequence[News]]) -> None:
        """Take what is new, by account: simple usages at once, other accounts by settling them."""
        unsettled = []
        for subject, news in fresh.items():
            account = self._account(subject)
            simple = [one for one in news if _is_simple(one, account)]
            if len(simple) == len(news):
                self._use(subject, account, simple)
            else:
                unsettled.append((subject, news))
        before = {subject: self._evidence(subject) for subject, _ in unsettled}
        for subject, news in unsettled:
            self._enter(subject, news)
        self._settle({s: known for s, known in before.items() if self.draft.get("accounts", s)})

    def settle(self, subjects: Iterable[str]) -> None:
        """Decide again on accounts whose evidence is as it was, but the registry is not.

        A portion at a time: when the model changes it is every account there is.
        """
        names = sorted(s for s in subjects if self.draft.get("accounts", s))
        for first in range(0, len(names), _PORTION):
            some = names[first : first + _PORTION]
            self._settle({subject: self._evidence(subject) for subject in some})

    def erase(self, people: Collection[int], accounts: Iterable[tuple[str, Account]]) -> None:
        """Drop what these accounts hold of erased people, and decide again on what is left."""
        before: dict[str, Evidence] = {}
        for subject, account in accounts:
            before[subject] = known = self._evidence(subject)
            lost = loss(account, known.entries, known.filed, people)
            for seq in lost.entries:
                self.draft.put("entries", (subject, seq), None)
            self.draft.put("verdicts", subject, lost.stays or None)
            erased = tuple(sorted({*account.erased, *lost.starts}))
            self.draft.put("accounts", subject, replace(account, erased=erased))
            self.count["erased"] += len(lost.entries) + lost.verdicts
        self._settle(before)
        for subject in before:
            self._seal(subject)

    def expire(self, subject: str, limit: int) -> None:
        """Give up usages before `limit` that no registration has claimed."""
        account: Account = self.draft.get("accounts", subject)
        known = self._evidence(subject)
        entries, waiting = known.entries, known.arranged().waiting
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

    def _evidence(self, subject: str) -> Evidence:
        account, get = self._account(subject), self.draft.get
        found = {
            n: get("entries", (subject, n)) for low, high in account.seen for n in range(low, high)
        }
        entries = {n: entry for n, entry in found.items() if entry is not None}
        return Evidence(entries, get("verdicts", subject) or (), account.expired, account.erased)

    def _account(self, subject: str) -> Account:
        """Return an account as it stands, also one that is sealed."""
        get = self.draft.get
        found: Account = get("accounts", subject) or get("sealed", seal(subject)) or _NEW
        return found

    def _keep(self, subject: str, account: Account) -> None:
        if self.draft.get("accounts", subject) is None and self.draft.get("sealed", seal(subject)):
            self.draft.put("sealed", seal(subject), None)
        self.draft.put("accounts", subject, account)

    def _seal(self, subject: str) -> None:
        """Keep an account that has nothing left under a name that does not show it."""
        known = self._evidence(subject)
        if not known.entries and not known.filed:
            self.draft.put("sealed", seal(subject), self.draft.get("accounts", subject))
            self.draft.put("accounts", subject, None)

    def _see(self, account: Account, event: Event) -> Account | None:
        """Return the account that has seen an event, or None for a duplicate."""
        self._latest = max(self._latest, event.time)
        seen = see(account.seen, event.seq)
        if seen is None:
            self.count["duplicate"] += 1
            return None
        amended = account.amended if event.ref is None else (*account.amended, event.ref)
        held = account
        return Account(seen, held.tenancies, amended, held.waiting, held.expired, held.erased)

    def _use(self, subject: str, account: Account, events: Sequence[Event]) -> None:
        """Take usages that no other event speaks of: each goes to the tenancy of its time."""
        before = account
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
        if account is not before:
            self._keep(subject, account)

    def _enter(self, subject: str, news: Sequence[News]) -> None:
        account, fresh = self._account(subject), False
        for one in news:
            if isinstance(one, ClerkVerdict):
                fresh |= self._file(subject, one)
                continue
            newer = self._see(account, one)
            if newer is not None:
                account, fresh = newer, True
                self.draft.put("entries", (subject, one.seq), entry_of(one))
        if fresh:
            self._keep(subject, account)

    def _file(self, subject: str, said: ClerkVerdict) -> bool:
        """File a verdict; return whether it was new."""
        more = file(self.draft.get("verdicts", subject) or (), said.start, filed(said))
        if more is None:
            self.count["duplicate"] += 1
            return False
        self.draft.put("verdicts", subject, more)
        return True

    def _settle(self, before: Mapping[str, Evidence]) -> None:
        """Decide the tenancies of these accounts and move their points, given what they were."""
        get = self.draft.get
        now = {subject: self._evidence(subject) for subject in before}
        after = {s: known.arranged() for s, known in now.items()}
        decided, tried, deferred = answers(self._desk, after, self._pairs)
        self._defer(before, deferred)
        for subject, known in before.items():
            account: Account = get("accounts", subject)
            held = {t.start: t for t in account.tenancies}
            starts = {*held, *decided[subject]}
            self.count["shadow differs"] += note_shadows(
                self.draft, subject, starts, decided[subject], tried[subject]
            )
            self._book(subject, known, known.arranged(), held, -1)
            tenancies = self._revise(subject, held, decided[subject], after[subject])
            account = replace(account, tenancies=tenancies, waiting=len(after[subject].waiting))
            self.draft.put("accounts", subject, account)
            current = {t.start: t for t in tenancies}
            self._book(subject, now[subject], after[subject], current, +1)

    def _defer(self, asked: Iterable[str], late: Collection[str]) -> None:
        """Note which of the accounts asked about still have candidates to be compared with."""
        for subject in asked:
            before, after = self.draft.get("deferred", subject), subject in late or None
            if before != after:
                self.draft.put("deferred", subject, after)
                self.count["deferred"] += 1 if after else -1

    def _book(
        self,
        subject: str,
        known: Evidence,
        found: Arrangement,
        held: Mapping[int, Tenancy],
        sign: int,
    ) -> None:
        """Count an account's outcomes and points in (+1) or out (-1)."""
        self.count["superseded"] += sign * found.superseded
        self.count["waiting"] += sign * (len(found.waiting) + found.unclaimed)
        for start, records in found.records.items():
            tenancy, usage = held[start], found.usage.get(start, [])
            said = len(found.verdicts.get(start, ()))
            self.count[tenancy.status] += sign * (len(records) + len(usage) + said)
            if tenancy.status == "linked" and tenancy.person is not None:
                self.moves.trust(tenancy.person, doubt_of(tenancy), sign)
                for seq in usage:
                    entry = known.entries[seq]
                    self.moves.add(tenancy.person, entry.time, entry.place, subject, seq, sign)

    def _revise(
        self,
        subject: str,
        held: Mapping[int, Tenancy],
        decided: Mapping[int, Decision],
        found: Arrangement,
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
                self.links.add(subject, new, old, found)
            tenancies.append(new)
        return tuple(tenancies)


def _is_simple(one: News, account: Account) -> TypeGuard[Event]:
    return (
        isinstance(one, Event)
        and one.op == "create"
        and isinstance(one.payload, Usage)
        and one.seq not in account.amended
    )
