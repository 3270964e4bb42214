"""What an account loses when somebody is erased, and how an account is kept that has lost all.

A tenancy goes with all its evidence if it is linked to an erased person, or in review with them as
the candidate. Of other tenancies only the verdicts about them go. Sequence numbers stay: an event
that is dropped is a duplicate when it is sent again.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from streams.stages.tenancy import Account, Entry, Filed


class Loss(NamedTuple):
    """What goes: entries by seq, all verdicts but those that stay, tenancies by start."""

    entries: tuple[int, ...]
    stays: Filed
    verdicts: int
    starts: tuple[int, ...]


def concerned(
    tables: Mapping[str, Mapping[Any, Any]], people: Collection[int]
) -> Iterator[tuple[str, Account]]:
    """Yield the accounts that have evidence of these people, from a scan of all accounts.

    No key would find them all: one that too many people share brings up nobody any more.
    """
    filed: Mapping[str, Filed] = tables["verdicts"]
    for subject, account in tables["accounts"].items():
        if _starts(account, people) or any(
            verdict.person in people for _, verdict in filed.get(subject, ())
        ):
            yield subject, account


def loss(
    account: Account, entries: Mapping[int, Entry], filed: Filed, people: Collection[int]
) -> Loss:
    """Return what an account loses of these people.

    Usage that waits before the first holder goes with this holder: nobody else has claimed it.
    """
    doomed = _starts(account, people)
    live = sorted(t.start for t in account.tenancies if t.status != "retracted")
    known = sorted({*live, *account.erased})
    roots: dict[int, list[int]] = {}
    for seq in sorted(entries):
        roots.setdefault(entries[seq].root, []).append(seq)
    gone: list[int] = []
    for seqs in roots.values():
        said = [entries[seq] for seq in seqs if entries[seq].op != "retract"]
        newest = said[-1] if said else entries[seqs[-1]]
        if _home(newest, known, live) in doomed:
            gone += seqs
    stays = tuple(
        (start, verdict)
        for start, verdict in filed
        if start not in doomed and verdict.person not in people
    )
    return Loss(tuple(gone), stays, len(filed) - len(stays), doomed)


def seal(subject: str) -> str:
    """Return the name under which an account is kept that has nothing left but its numbers.

    It does not show the account. Who has a list of accounts can find theirs by trying.
    """
    return blake2b(subject.encode(), digest_size=16).hexdigest()


def _starts(account: Account, people: Collection[int]) -> tuple[int, ...]:
    return tuple(
        t.start
        for t in account.tenancies
        if t.person in people and t.status in ("linked", "review")
    )


def _home(newest: Entry, known: list[int], live: list[int]) -> int | None:
    """Return the start of the tenancy that an entry belongs to, or of the first there is."""
    if newest.record is not None:
        return newest.opened
    place = bisect_right(known, newest.time)
    if place:
        return known[place - 1]
    return live[0] if live else None
