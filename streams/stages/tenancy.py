"""Which entries and verdicts of an account count, and whose tenancy each belongs to.

An account (a number) can be handed on: each holder is a tenancy, (account, start). What is live is
a function of the set of entries and verdicts alone, so their order of arrival cannot matter.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

import msgspec
from msgspec.structs import replace

from linkage.decision import Decision
from linkage.privacy.doubt import doubt_of_weight
from linkage.records import Record
from linkage.verdict import Verdict, age, in_force
from streams.events import Event, Op, Registration

Seen = tuple[tuple[int, int], ...]
"""Sequence numbers as half-open ranges: a watermark with its gaps."""

Status = Literal["linked", "review", "unlinked", "retracted"]
_STATUS: Mapping[str, Status] = {"link": "linked", "review": "review", "non-link": "unlinked"}


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One accepted event of an account; `root` is the seq it speaks of (its own for a create).

    A registration has a record and `opened`; a usage has a place.
    """

    time: int
    op: Op
    root: int
    place: int = 0
    opened: int = -1
    record: Record | None = None


def entry_of(event: Event) -> Entry:
    """Return what an account keeps of an event."""
    root = event.seq if event.ref is None else event.ref
    payload = event.payload
    if isinstance(payload, Registration):
        record: Record = payload.record()
        return Entry(event.time, event.op, root, opened=payload.opened, record=record)
    return Entry(event.time, event.op, root, place=0 if payload is None else payload.place())


class Tenancy(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who holds an account from `start` on, by the current evidence."""

    start: int
    status: Status
    person: int | None
    weight: float
    runner_up: int | None
    margin: float
    revision: int
    verdicts: tuple[str, ...] = ()


def doubt_of(tenancy: Tenancy) -> int:
    """Return the doubt of a link, as `linkage.privacy.doubt` has it; a clerk's word has none."""
    if tenancy.verdicts:
        return 0
    rival = -inf if tenancy.runner_up is None else tenancy.weight - tenancy.margin
    return doubt_of_weight(tenancy.weight, rival)


Filed = tuple[tuple[int, Verdict], ...]
"""All verdicts on an account, each with the start of the tenancy that it speaks of, sorted."""


class Account(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is known of an account beside its entries.

    `amended` are the roots that a correction or retraction speaks of, `waiting` is how many
    entries have no registration to go to, `expired` are the roots that were given up. `erased` are
    the starts of tenancies whose holder was erased: nobody else gets what comes of their time.
    """

    seen: Seen = ()
    tenancies: tuple[Tenancy, ...] = ()
    amended: tuple[int, ...] = ()
    waiting: int = 0
    expired: tuple[int, ...] = ()
    erased: tuple[int, ...] = ()

    def at(self, time: int) -> Tenancy | None:
        """Return the tenancy that holds the account at a time, if one does."""
        for tenancy in reversed(self.tenancies):
            if tenancy.start > time:
                continue
            if tenancy.status != "retracted":
                return tenancy
            if tenancy.start in self.erased:
                return None
        return None


def see(seen: Seen, n: int) -> Seen | None:
    """Return `seen` with n added, or None when it was there.

    >>> see(((0, 3),), 3), see(((0, 3),), 5), see(((0, 3),), 1)
    (((0, 4),), ((0, 3), (5, 6)), None)
    >>> see(((0, 3), (4, 6)), 3)
    ((0, 6),)
    """
    if seen and seen[-1][1] == n:
        return (*seen[:-1], (seen[-1][0], n + 1))
    i = bisect_right(seen, (n, float("inf")))  # the first range that starts after n
    before, after = seen[:i], seen[i:]
    if before and n < before[-1][1]:
        return None
    low, high = n, n + 1
    if before and before[-1][1] == n:
        low, before = before[-1][0], before[:-1]
    if after and after[0][0] == high:
        high, after = after[0][1], after[1:]
    return (*before, (low, high), *after)


@dataclass
class Arrangement:
    """The live entries and verdicts of an account, by tenancy start; `waiting` and `unclaimed`
    are usage and verdicts whose tenancy nobody has registered.
    """

    records: dict[int, list[Record]] = field(default_factory=dict)
    usage: dict[int, list[int]] = field(default_factory=dict)
    verdicts: dict[int, list[Verdict]] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    unclaimed: int = 0
    superseded: int = 0


def arrange(
    entries: Mapping[int, Entry],
    expired: Collection[int] = (),
    filed: Filed = (),
    erased: Collection[int] = (),
) -> Arrangement:
    """Sort an account's entries (by seq) and verdicts into tenancies, waiting and superseded ones.

    Of the entries that speak of one root, the highest seq counts. If it is a retraction, all are
    superseded; a retraction whose event has not come waits for it. What speaks of an expired
    root, older or later, comes to nothing: it must not stand in for what was given up. Usage of an
    erased tenancy waits, until somebody registers that start again.
    """
    roots: dict[int, list[int]] = {}
    for seq in sorted(entries):
        roots.setdefault(entries[seq].root, []).append(seq)
    found, usage = Arrangement(), []
    for root, seqs in roots.items():
        if root in expired:
            found.superseded += len(seqs)
            continue
        newest = entries[seqs[-1]]
        found.superseded += len(seqs) - 1
        if newest.op == "retract":
            if len(seqs) == 1:
                found.waiting.append(seqs[-1])
            else:
                found.superseded += 1
        elif newest.record is None:
            usage.append(seqs[-1])
        else:
            found.records.setdefault(newest.opened, []).append(newest.record)
    starts = sorted({*found.records, *erased})
    for seq in usage:
        i = bisect_right(starts, entries[seq].time)
        held = i and starts[i - 1] in found.records
        (found.usage.setdefault(starts[i - 1], []) if held else found.waiting).append(seq)
    _hear(filed, found)
    return found


def _hear(filed: Filed, found: Arrangement) -> None:
    """Sort verdicts in: those in force count for their tenancy, or wait for it without end.

    An older one on the same person is superseded, and so is an undo with what it withdraws. An undo
    of nothing waits, as a retraction does.
    """
    said: dict[tuple[int, int], list[Verdict]] = {}
    for start, verdict in filed:
        said.setdefault((start, verdict.person), []).append(verdict)
    for (start, _), verdicts in said.items():
        (newest,) = in_force(verdicts) or (None,)
        found.superseded += len(verdicts) - 1
        if newest is None and len(verdicts) > 1:
            found.superseded += 1
        elif newest is None or start not in found.records:
            found.unclaimed += 1
        else:
            found.verdicts.setdefault(start, []).append(newest)


def file(filed: Filed, start: int, verdict: Verdict) -> Filed | None:
    """Return the verdicts with one more, or None when it is there.

    >>> yes = Verdict(5, "link", "clerk-17", "10:00", "a")
    >>> file((), 0, yes) == ((0, yes),), file(((0, yes),), 0, yes)
    (True, None)
    """
    if (start, verdict) in filed:
        return None
    return tuple(sorted((*filed, (start, verdict)), key=lambda one: (one[0], *age(one[1]))))


def revised(start: int, decision: Decision | None, old: Tenancy | None) -> Tenancy:
    """Return the tenancy by a decision: `old` itself, or its next revision when it changed."""
    revision = 0 if old is None else old.revision + 1
    if decision is None:
        if old is not None and old.status == "retracted":
            return old
        return Tenancy(start, "retracted", None, 0.0, None, 0.0, revision)
    d, status = decision, _STATUS[decision.status]
    new = Tenancy(start, status, d.person, d.weight, d.runner_up, d.margin, revision, d.verdicts)
    if old is not None and replace(new, revision=old.revision) == old:
        return old
    return new
