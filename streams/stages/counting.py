"""Counters: how many people were seen so far, published after every block under one price."""

import msgspec
import numpy as np

from linkage.privacy.budget.continual import ContinualAnswer, ContinualState, advance, design, start
from linkage.privacy.budget.continual import Terms as Design
from linkage.privacy.budget.ledger import LedgerError
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.spent import Account, Key
from linkage.privacy.budget.terms import Counter
from linkage.privacy.budget.terms import Release as Terms
from streams.messages import Release
from streams.stage import Draft
from streams.stages.book import Book
from streams.stages.kept import Kept, people_in
from streams.stages.publishing import Press, refused, said
from streams.store.protocol import Outgoing

UNIT = "people"
_encode = msgspec.json.Encoder().encode


class Counted(msgspec.Struct, frozen=True, array_like=True):
    """A counter as it stands: first and last block it counted, its state, if it told its end."""

    first: int
    last: int
    state: ContinualState
    over: bool = False


def design_of(counter: Counter) -> Design:
    """Return the terms of a counter's noise."""
    return Design(counter.horizon, counter.most, counter.nano_rho)


def check_counter(policy: Policy, key: Key, counted: Counted) -> None:
    """Raise LedgerError when the policy has other terms for a counter than it began with."""
    for terms in policy.releases:
        for counter in terms.counters:
            if (terms.name, counter.name) == key and design_of(counter) != counted.state.terms:
                began = counted.state.terms
                raise LedgerError(
                    f"release.{terms.name}: counter {counter.name!r} began with horizon_blocks "
                    f"{began.horizon}, nano_rho {began.nano_rho} and most {began.contributions}, "
                    "and its people paid for that; restore these. Nothing was charged or lost."
                )


class Counters:
    """The counters of all purposes, as one step moves them on."""

    def __init__(self, draft: Draft, book: Book, kept: Kept, press: Press) -> None:
        self._draft, self._book, self._kept, self._press = draft, book, kept, press

    def count(self, terms: Terms, counter: Counter, block: int) -> list[Outgoing]:
        """Count a block that was decided, and publish where the counter stands.

        A ledger that was restored hears blocks again that it has counted. It says again what it
        said, and counts nobody twice.
        """
        plan = design(counter.horizon, counter.most, counter.nano_rho)
        key = terms.name, counter.name
        old: Counted = self._draft.get("counters", key) or Counted(block, block - 1, start(plan))
        question = question_of(terms, counter, old.first, block)
        request = question.request(self._press.policy.hash)
        if (stored := self._draft.get("answers", request)) is not None:
            return [said(request, stored)]
        if block <= old.last:
            return []  # It was told under another policy, and not as an answer to this request.
        if old.state.steps == counter.horizon:
            return self._end(key, old, question, request)
        rows = self._press.relevant(question, self._kept.rows(block, block))
        account = Account(terms.name, counter.name, counter.nano_rho, counter.most)
        counted = self._book.admit(terms, account, people_in(rows))
        truth = np.array([len(counted)])
        state, answer = advance(
            plan, old.state, old.state.steps, truth.tolist(), self._press.sampler
        )
        self._draft.put("counters", key, Counted(old.first, block, state))
        value = self._answer(question, request, answer, plan.sigma)
        self._book.enter("counter", question, request, counted, truth, value)
        return [said(request, value)]

    def _end(self, key: Key, counted: Counted, question: Question, request: str) -> list[Outgoing]:
        if counted.over:
            return []
        self._draft.put("counters", key, msgspec.structs.replace(counted, over=True))
        words = (
            f"{question.query} has counted its {counted.state.terms.horizon} blocks and ends; its "
            "budget is spent, and one of another name needs a budget of its own"
        )
        return [refused(request, question, self._press.policy, "horizon", words)]

    def _answer(
        self, question: Question, request: str, answer: ContinualAnswer, sigma: float
    ) -> bytes:
        release = Release(
            id=request,
            kind="counter",
            question=question,
            values={UNIT: answer.values[0]},
            sigma=sigma,
            expected_error=answer.expected_error,
            half=answer.half,
            unit=UNIT,
            bound=f"{question.most} over the whole of the counter",
            policy=self._press.policy.hash,
        )
        return _encode(release)


def question_of(terms: Terms, counter: Counter, first: int, last: int) -> Question:
    """Return a counter's standing question: how many people were seen from `first` to `last`?"""
    return Question(
        purpose=terms.name,
        query=counter.name,
        sources=terms.sources,
        first=first,
        last=last,
        nano_rho=counter.nano_rho,
        most=counter.most,
    )
