"""The ledger as one step of release writes it: entries, public sums of blocks, totals, copies.

An entry goes into the log, for readers, and among the recent ones, from which the columns of what
everybody spent are brought up to date when the ledger is opened. When the recent ones outweigh the
columns, a copy of the columns takes their place.
"""

import msgspec
import numpy as np

from linkage.privacy.budget.chain import GENESIS
from linkage.privacy.budget.ledger import (
    KEY,
    VERSION,
    Entry,
    Kind,
    admitted,
    blocks_charged,
    charge_id,
    digest_of_bytes,
    digest_of_columns,
    sealed,
)
from linkage.privacy.budget.members import packed
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.spent import Account, Spent, Tab, pack_column
from linkage.privacy.budget.terms import Release as Terms
from linkage.privacy.rows import Ints
from streams.messages import Spending
from streams.stage import Draft
from streams.store.protocol import Outgoing

HEAVIER, LEAST, OVERHEAD = 4, 1 << 16, 400
"""A copy is made when recent entries weigh so many times the columns, and this many bytes at least;
an entry weighs its members and an overhead."""
_JSON = msgspec.json.Encoder()


class Head(msgspec.Struct, frozen=True, array_like=True):
    """Where the ledger stands: its entries, the hash of the last, and the copy of the columns.

    `copied` is how many entries there were when the columns were last copied, `columns` the hash of
    the copy, and `weight` what the entries since come to.
    """

    entries: int = 0
    hash: str = GENESIS
    copied: int = 0
    weight: int = 0
    columns: str = ""


class Book:
    """The ledger on top of what is committed; `close` puts the rest of what changed."""

    def __init__(self, draft: Draft, spent: Spent, policy: Policy) -> None:
        self._draft, self._spent, self._policy = draft, spent, policy
        self._tab = Tab(spent)
        self._head: Head = draft.get("head", KEY) or Head()
        self._touched: dict[str, Terms] = {}

    def admit(self, terms: Terms, account: Account, people: Ints) -> Ints:
        """Charge those whom no cap stops, and return them; `people` are sorted and distinct."""
        if account.counter:
            times = self._tab.of((account.purpose, account.counter), people)
            people = people[times < account.most]
        counted = admitted(self._tab, account, people, (terms.person_cap, self._policy.lifetime))
        self._total(f"{terms.name} granted", len(counted))
        self._total(f"{terms.name} refused", len(people) - len(counted))
        self._touched[terms.name] = terms
        return counted

    def enter(
        self, kind: Kind, question: Question, request: str, counted: Ints, truth: Ints, said: bytes
    ) -> None:
        """Write down a charge, with the answer that it was for, and keep the answer."""
        head = self._head
        entry = sealed(
            Entry(
                number=head.entries,
                request=request,
                charge=charge_id(f"{KEY}/{question.purpose}", request),
                kind=kind,
                question=question,
                nano_rho=question.nano_rho,
                members=packed(counted),
                truth=tuple(truth.tolist()),
                answer=digest_of_bytes(said),
                policy=self._policy.hash,
                previous=head.hash,
            )
        )
        weight = head.weight + len(entry.members) + OVERHEAD
        self._head = Head(head.entries + 1, entry.hash, head.copied, weight, head.columns)
        self._draft.put("ledger", entry.number, entry)
        self._draft.put("recent", entry.number, entry)
        self._draft.put("answers", request, said)
        for block in blocks_charged(entry):
            self._add("blocks", (question.purpose, block), entry.nano_rho)

    def block_sum(self, purpose: str, block: int) -> int:
        """Return what a purpose's answers about a block cost so far; this is public."""
        return self._draft.get("blocks", (purpose, block)) or 0

    def close(self) -> None:
        """Put the head, the policy, and a copy of the columns if one is due."""
        if self._head == (self._draft.get("head", KEY) or Head()):
            return
        if self._draft.get("totals", "version") is None:
            self._draft.put("totals", "version", VERSION)
        if self._draft.get("policies", self._policy.hash) is None:
            self._draft.put("policies", self._policy.hash, self._policy.text)
        if self._head.weight > max(LEAST, HEAVIER * self._spent.size()):
            self._copy()
        self._draft.put("head", KEY, self._head)

    def spendings(self, task: str, block: int) -> list[Outgoing]:
        """Return what the purposes that were charged in this step have come to; not private."""
        return [self._spending(terms, task, block) for terms in self._touched.values()]

    def _copy(self) -> None:
        columns = {key: pack_column(self._tab.whole(key)) for key in self._tab.names()}
        for key, data in columns.items():
            self._draft.put("spent", key, data)
        for number in range(self._head.copied, self._head.entries):
            self._draft.put("recent", number, None)
        entries, last = self._head.entries, self._head.hash
        self._head = Head(entries, last, entries, 0, digest_of_columns(columns))

    def _spending(self, terms: Terms, task: str, block: int) -> Outgoing:
        spent = self._tab.whole((terms.name, ""))
        everywhere = self._tab.of(None, np.arange(len(spent)))
        room = np.minimum(terms.person_cap - spent, self._policy.lifetime - everywhere)
        spending = Spending(
            ledger="privacy",
            task=task,
            purpose=terms.name,
            block=block,
            granted=self._draft.get("totals", f"{terms.name} granted") or 0,
            refused=self._draft.get("totals", f"{terms.name} refused") or 0,
            spent=float(spent.max(initial=0)),
            unit="nano-rho, of the person who spent most",
            capped_people=int(((room < cheapest(terms)) & (spent > 0)).sum()),
            people=int((spent > 0).sum()),
        )
        key = f"{KEY}/{terms.name}/{task}".encode()
        return Outgoing("charges", None, key, _JSON.encode(spending))

    def _total(self, name: str, change: int) -> None:
        self._add("totals", name, change)

    def _add(self, table: str, key: object, change: int) -> None:
        self._draft.put(table, key, (self._draft.get(table, key) or 0) + change)


def cheapest(terms: Terms) -> int:
    """Return what it takes at least to be counted once more by a purpose."""
    asked = [one.nano_rho for one in terms.standing] + [one.nano_rho for one in terms.offers]
    return min(asked + [one.nano_rho for one in terms.counters])
