"""Adding the ledger up again from its entries alone, and what does not agree with them.

The audit goes by the log: it verifies the chain, replays every charge, checks each against the caps
of the policy of its time, and compares with what the ledger keeps beside the log. Each finding says
where, and what is wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from linkage.errors import LinkageError, PolicyError
from linkage.privacy.budget.chain import GENESIS, chained
from linkage.privacy.budget.continual import ContinualState
from linkage.privacy.budget.counter_audit import counter_faults
from linkage.privacy.budget.ledger import (
    KEY,
    Entry,
    LedgerError,
    blocks_charged,
    charge_id,
    check_version,
    digest_of_bytes,
)
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import LARGEST, parse_question
from linkage.privacy.budget.spent import Key, Spent
from linkage.privacy.rows import Ints

LONGEST = 1 << 16
"""Blocks of the longest window that is added up; no question has one."""


@dataclass(frozen=True)
class Record:
    """What a ledger keeps: the log in order, and beside it all that must agree with the log.

    `recent` and `copied` are the entries since the columns were last copied, and that copy;
    `last` is where the ledger says its chain ends: entries and hash.
    """

    log: Sequence[Entry]
    recent: Sequence[Entry]
    copied: Mapping[Key, Ints]
    answers: Mapping[str, bytes]
    blocks: Mapping[tuple[str, int], int]
    policies: Mapping[str, str]
    last: tuple[int, str]
    version: int
    counters: Mapping[Key, ContinualState]


@dataclass(frozen=True)
class Findings:
    """What an audit came to: entries seen, nano-rho charged by purpose, and what is wrong."""

    entries: int
    head: str
    charged: Mapping[str, int]
    people: int
    wrong: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.wrong


@dataclass
class _Audit:
    """An audit under way: `fit` are the entries that can be added up, `spent` their sum."""

    record: Record
    wrong: list[str] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)
    fit: list[Entry] = field(default_factory=list)
    policies: dict[str, Policy | None] = field(default_factory=dict)

    def say(self, where: str, what: str) -> None:
        self.wrong.append(f"{where}: {what}")


def audit(record: Record, noted: str | None = None) -> Findings:
    """Return what is wrong with a ledger, if anything is.

    `noted` is a last hash that was written down elsewhere at some time: the chain has to have it.
    Raises LedgerError for a ledger of another version.
    """
    check_version(record.version)
    found = _Audit(record)
    if record.log and not record.version:
        found.say("version", "the ledger does not say which one it has")
    for check in _CHECKS:
        check(found)
    hashes = {entry.hash for entry in record.log} | {GENESIS}
    if noted is not None and noted not in hashes:
        found.say("chain", f"the hash {noted} that was noted is not in it: it was cut or rewritten")
    charged = Counter[str]()
    for (purpose, counter), column in sorted(found.spent.columns.items()):
        if not counter:
            charged[purpose] = int(column.sum())
    people = int(np.count_nonzero(found.spent.total))
    head = record.log[-1].hash if record.log else GENESIS
    return Findings(len(record.log), head, charged, people, tuple(found.wrong))


def _chain(found: _Audit) -> None:
    """Is each entry what it was, and the next one in its place?"""
    head = GENESIS
    for place, entry in enumerate(found.record.log):
        where = f"entry {entry.number}"
        if entry.number != place:
            found.say(where, f"stands where entry {place} should be: one is missing, or moved")
            return
        if entry.previous != head:
            found.say(where, "does not follow the entry before it: that one was changed or moved")
        if entry.hash != chained(entry.previous, entry.body()):
            found.say(where, "is not what its hash says: it was changed")
        head = entry.hash
    entries, last = found.record.last
    if (entries, last) != (len(found.record.log), head):
        found.say(
            "head",
            f"says {entries} entries up to {last}, the log has {len(found.record.log)} up to "
            f"{head}: the log was cut, or has more than was decided",
        )


def _names(found: _Audit) -> None:
    """Is each entry charged once, under its own question's name, for what was published?"""
    seen = set[str]()
    for entry in found.record.log:
        where, question = f"entry {entry.number}", entry.question
        if entry.request in seen:
            found.say(where, f"request {entry.request} was charged before")
        seen.add(entry.request)
        if entry.request != question.request(entry.policy):
            found.say(where, "its request is not that of its question and policy")
        if entry.charge != charge_id(f"{KEY}/{question.purpose}", entry.request):
            found.say(where, "its charge is not that of its purpose and request")
        if entry.nano_rho != question.nano_rho or entry.nano_rho < 1:
            found.say(where, f"charges {entry.nano_rho}, its question says {question.nano_rho}")
        answer = found.record.answers.get(entry.request)
        if answer is None:
            found.say(where, "its answer is gone")
        elif digest_of_bytes(answer) != entry.answer:
            found.say(where, "its answer is not the one that was published")
    for request in sorted(found.record.answers.keys() - seen):
        found.say(f"answer {request}", "nobody was charged for it")


def _caps(found: _Audit) -> None:
    """Was everybody who was charged below the caps of the policy of that time?"""
    policies = found.policies
    for entry in found.record.log:
        where = f"entry {entry.number}"
        if entry.policy not in policies:
            policies[entry.policy] = _policy(found, entry.policy)
        try:
            people = _people(entry)
        except LinkageError as error:
            found.say(where, f"cannot be added up: {error}")
            continue
        found.fit.append(entry)
        found.spent.take(entry.account, people)
        policy, purpose = policies[entry.policy], entry.question.purpose
        terms = [one for one in policy.releases if one.name == purpose] if policy else []
        if policy is not None and not terms:
            found.say(where, f"its policy has no purpose {purpose!r}")
        for one in terms:
            most = int(found.spent.of((purpose, ""), people).max(initial=0))
            if most > one.person_cap:
                found.say(where, f"somebody spent {most}, person_cap_nano_rho is {one.person_cap}")
        everywhere = int(found.spent.of(None, people).max(initial=0))
        if policy is not None and everywhere > policy.lifetime:
            found.say(where, f"somebody spent {everywhere}, lifetime_nano_rho is {policy.lifetime}")


def _people(entry: Entry) -> Ints:
    """Return whom an entry counts; LinkageError for one whose numbers must not be reckoned with."""
    question = parse_question(msgspec.to_builtins(entry.question))
    if not 0 < entry.nano_rho <= LARGEST or not 0 <= question.last - question.first < LONGEST:
        raise LedgerError(
            f"it charges {entry.nano_rho} for blocks {question.first} to {question.last}"
        )
    return entry.people


def _policy(found: _Audit, name: str) -> Policy | None:
    text = found.record.policies.get(name)
    if text is None:
        found.say(f"policy {name}", "its text is gone")
        return None
    if digest_of_bytes(text.encode()) != name:
        found.say(f"policy {name}", "its text was changed")
        return None
    try:
        return Policy.parse(text)
    except PolicyError as error:
        found.say(f"policy {name}", f"cannot be read, so its caps are not checked: {error}")
        return None


def _beside(found: _Audit) -> None:
    """Do the columns and the blocks' sums come to what the entries do?"""
    record, kept = found.record, Spent()
    for key, column in record.copied.items():
        kept.put(key, column)
    if list(record.recent) != list(record.log[len(record.log) - len(record.recent) :]):
        found.say("recent", "its entries are not the last ones of the log")
    for entry in record.recent:
        try:
            kept.take(entry.account, _people(entry))
        except LinkageError as error:
            found.say(f"recent {entry.number}", f"cannot be added up: {error}")
    for key in sorted({*kept.columns, *found.spent.columns}):
        ours, theirs = (
            side.columns.get(key, np.empty(0, np.int64)) for side in (found.spent, kept)
        )
        size = max(len(ours), len(theirs))
        differs = np.flatnonzero(_padded(ours, size) != _padded(theirs, size))
        if len(differs):
            who, name = int(differs[0]), "/".join(part for part in key if part)
            found.say(
                f"spent {name}",
                f"{len(differs)} people have spent something else than their entries come to, "
                f"person {who} {_padded(theirs, size)[who]} and not {_padded(ours, size)[who]}",
            )
    sums = Counter[tuple[str, int]]()
    for entry in found.fit:
        sums.update({(entry.question.purpose, b): entry.nano_rho for b in blocks_charged(entry)})
    for purpose, block in sorted({*sums, *record.blocks}):
        has = record.blocks.get((purpose, block), 0)
        if has != sums[purpose, block]:
            found.say(
                f"block {block} of {purpose}",
                f"has {has} nano-rho, its entries come to {sums[purpose, block]}",
            )


def _counters(found: _Audit) -> None:
    """Is every counter's state what its entries come to, and its answers what that comes to?"""
    entries = dict[Key, list[Entry]]()
    for entry in found.fit:
        if entry.kind == "counter":
            entries.setdefault((entry.question.purpose, entry.question.query), []).append(entry)
    for key in sorted({*entries, *found.record.counters}):
        mine, times = entries.get(key, []), found.spent.column(key)
        names = {entry.policy: None for entry in mine}
        policies = [one for name in names if (one := found.policies.get(name)) is not None]
        state = found.record.counters.get(key)
        for what in counter_faults(mine, state, times, policies, found.record.answers):
            found.say(f"counter {'/'.join(key)}", what)


_CHECKS: Iterable[Callable[[_Audit], None]] = (_chain, _names, _caps, _beside, _counters)


def _padded(column: Ints, size: int) -> Ints:
    return np.pad(column, (0, size - len(column)))
