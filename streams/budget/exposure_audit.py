"""The identifiability ledger replayed from its log: every decision by the rule and policy it had.

The log holds each block's decisions in the order in which they were asked, chained, and the text of
each policy. From these alone every answer, every account and every total follows; what the state
says otherwise is named. Who can write the state can also make a whole chain anew: a last hash that
was written down elsewhere is what they cannot make.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import msgspec
import numpy as np

from linkage.errors import PolicyError
from linkage.privacy.budget.chain import GENESIS, chained
from linkage.privacy.budget.exposure import ExposureAccount, Purpose, admit_all, opened
from linkage.privacy.budget.policy import Policy
from linkage.privacy.rows import Ints
from streams.columns import Columns, unpack
from streams.risk.cells import rows, tasks
from streams.stages.charged import Head, Link, body
from streams.stages.grants import Shown
from streams.stages.join import Join
from streams.store.protocol import Store


class ExposureAudit(msgspec.Struct, frozen=True, kw_only=True):
    """What was gone through: entries and decisions, last hashes by task and purpose, and findings.

    `millibits` is what each purpose's decisions come to; `wrong` is empty if all agrees.
    """

    entries: int
    decisions: int
    heads: dict[str, str]
    millibits: dict[str, int]
    wrong: tuple[str, ...]


@dataclass
class _Ledger:
    """One purpose in one task, as its tables have it, and what its replay has come to."""

    name: str
    charges: dict[int, bytes]
    chain: dict[int, Link]
    head: Head | None
    shown: dict[int, Shown]
    totals: Mapping[str, int]
    accounts: dict[int, ExposureAccount] = field(default_factory=dict)
    refusals: Counter[int] = field(default_factory=Counter)
    granted: int = 0


def audit_exposure(store: Store, sources: tuple[str, ...]) -> ExposureAudit:
    """Replay every purpose's decisions of a state at rest; `sources` are the run's."""
    entries, decisions, heads, wrong = 0, 0, dict[str, str](), list[str]()
    spent: Counter[str] = Counter()
    for task in tasks(store, "join"):
        policies = dict(rows(store, task, Join, "policies"))
        for one in _ledgers(store, task):
            where = f"{task}, {one.name}"
            wrong += (f"{where}: {what}" for what in _audited(one, policies, sources))
            entries += len(one.charges)
            decisions += one.granted + one.refusals.total()
            heads[where] = GENESIS if one.head is None else one.head.hash
            spent[one.name] += sum(sum(account.spent) for account in one.accounts.values())
    return ExposureAudit(
        entries=entries,
        decisions=decisions,
        heads=heads,
        millibits=dict(spent),
        wrong=tuple(wrong),
    )


def _ledgers(store: Store, task: str) -> Iterator[_Ledger]:
    charges = dict(rows(store, task, Join, "charges"))
    chain, shown = dict(rows(store, task, Join, "chain")), dict(rows(store, task, Join, "shown"))
    heads, totals = dict(rows(store, task, Join, "heads")), dict(rows(store, task, Join, "totals"))
    for name in sorted({*heads, *(key[0] for table in (charges, chain, shown) for key in table)}):
        yield _Ledger(
            name,
            {block: data for (purpose, block), data in charges.items() if purpose == name},
            {block: link for (purpose, block), link in chain.items() if purpose == name},
            heads.get(name),
            {person: one for (purpose, person), one in shown.items() if purpose == name},
            totals,
        )


def _audited(one: _Ledger, policies: Mapping[str, str], sources: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong: with the chain; if that holds, with an answer; if they do, with sums."""
    found = next(_chain(one), None) or next(_answers(one, policies, sources), None)
    if found is not None:
        yield found
        return
    yield from _accounts(one)
    yield from _totals(one)


def _chain(one: _Ledger) -> Iterator[str]:
    """Yield where the chain breaks."""
    for block in sorted(one.charges.keys() ^ one.chain.keys()):
        missing = "decisions" if block in one.chain else "entry in the chain"
        yield f"block {block}: it has no {missing}"
    last, number = GENESIS, 0
    for number, (block, link) in enumerate(sorted(one.chain.items()), 1):
        covered = body(one.name, block, link.number, link.policy, one.charges[block])
        if link.number != number - 1:
            yield f"block {block}: it is entry {link.number}, and {number - 1} comes next"
        if link.previous != last:
            yield f"block {block}: it does not follow from the entry before; one was moved or cut"
        if link.hash != chained(link.previous, covered):
            yield f"block {block}: its decisions or its policy are not those that were entered"
        last = link.hash
    held = (0, GENESIS) if one.head is None else (one.head.number, one.head.hash)
    if held[0] != number:
        yield f"the chain has {number} entries and had {held[0]}: the last were cut off, or added"
    if held[1] != last:
        yield f"the chain ends in hash {last}, and ended in {held[1]}"


def _answers(one: _Ledger, policies: Mapping[str, str], sources: tuple[str, ...]) -> Iterator[str]:
    """Yield where an answer is not what the rule says; keep what was answered."""
    terms: dict[str, Purpose | str] = {}
    for block, link in sorted(one.chain.items()):
        if link.policy not in terms:
            terms[link.policy] = _purpose(one.name, link.policy, policies, sources)
        purpose = terms[link.policy]
        if isinstance(purpose, str):
            yield f"block {block}: {purpose}"
            return
        asked = unpack(one.charges[block])
        wrong = _replay(one, purpose, asked)
        if len(wrong):
            row = int(wrong[0])
            person, said = int(asked["person"][row]), bool(asked["granted"][row])
            was, rule = ("granted", "refuses") if said else ("refused", "grants")
            yield f"block {block}, decision {row}: person {person} was {was}, where the rule {rule}"
            return


def _replay(one: _Ledger, purpose: Purpose, asked: Columns) -> Ints:
    """Ask for a block's points again; return the rows that were answered otherwise."""
    people, place = np.unique(asked["person"], return_inverse=True)
    new = opened(purpose)
    before = [one.accounts.get(person, new) for person in people.tolist()]
    points = zip(place.tolist(), asked["source"].tolist(), strict=True)
    answers, after = admit_all(purpose, before, points)
    granted = np.array(answers, np.bool_)
    one.accounts.update(zip(people.tolist(), after, strict=True))
    one.refusals.update(asked["person"][~granted].tolist())
    one.granted += int(granted.sum())
    return np.flatnonzero(granted != asked["granted"])


def _purpose(
    name: str, policy: str, policies: Mapping[str, str], sources: tuple[str, ...]
) -> Purpose | str:
    """Return the purpose under a policy, or what is wrong with that."""
    text = policies.get(policy)
    if text is None:
        return f"the text of its policy {policy} is missing"
    if blake2b(text.encode(), digest_size=16).hexdigest() != policy:
        return f"the text of its policy {policy} is another than it was"
    try:
        joins = Policy.parse(text).only(sources).joins
    except PolicyError as error:
        return f"its policy {policy} cannot be read: {error}"
    found = next((join for join in joins if join.name == name), None)
    return f"its policy {policy} has no such purpose" if found is None else found


def _accounts(one: _Ledger) -> Iterator[str]:
    """Yield the people whose account is not what their decisions come to."""
    for person in sorted(one.accounts.keys() | one.shown.keys()):
        held, due = one.shown.get(person), one.accounts.get(person)
        if held is None or due is None:
            what = "account is missing" if held is None else "account stands for no decision"
            yield f"person {person}: their {what}"
            continue
        for what, is_now, was in (
            ("spent", held.account.spent, due.spent),
            ("points shown", held.account.visible, due.visible),
            ("refusals", held.refusals, one.refusals[person]),
        ):
            if is_now != was:
                yield f"person {person}: {what} {is_now}, and the decisions come to {was}"


def _totals(one: _Ledger) -> Iterator[str]:
    """Yield the totals that are not what all decisions come to."""
    due = {
        "granted": one.granted,
        "refused": one.refusals.total(),
        "millibits": sum(sum(account.spent) for account in one.accounts.values()),
        "people": len(one.accounts),
        "capped people": len(+one.refusals),
    }
    for what, count in due.items():
        if (held := one.totals.get(f"{one.name} {what}", 0)) != count:
            yield f"the total of {what} is {held}, and the decisions come to {count}"
