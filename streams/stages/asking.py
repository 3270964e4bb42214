"""Questions: the standing ones of the policy, and those that somebody asks.

A question that somebody asks waits until its last block is decided, and is answered then after the
standing ones, in the order of its hash, so that it does not matter when it came. Asked again, it
gets the answer that it got: fresh noise on the same truth would give the truth away.
"""

import msgspec

from linkage.privacy.budget import question as questions
from linkage.privacy.budget.admission import Blocks, refusal
from linkage.privacy.budget.ledger import Kind
from linkage.privacy.budget.question import Question, QuestionError
from linkage.privacy.budget.spent import Account
from linkage.privacy.budget.terms import Release as Terms
from linkage.privacy.budget.terms import Standing
from streams.stage import Draft
from streams.stages.activity import parse_question
from streams.stages.book import Book
from streams.stages.kept import Kept, only, people_in
from streams.stages.publishing import Press, refused, said
from streams.store.protocol import Outgoing

LONGEST = 1 << 16
"""Blocks of the longest window that is looked at at all."""


class Asking:
    """The questions that are open, as one step answers them."""

    def __init__(self, draft: Draft, book: Book, kept: Kept, press: Press) -> None:
        self._draft, self._book, self._kept, self._press = draft, book, kept, press
        self._policy = press.policy

    def hear(self, data: bytes) -> list[Outgoing]:
        """Take a question: keep it until it is due, or say again what it was answered."""
        try:
            question = parse_question(data)
        except QuestionError as error:
            return [refused("", None, self._policy, "unreadable", str(error))]
        request = question.request(self._policy.hash)
        stored = self._draft.get("answers", request)
        if stored is not None:
            return [said(request, stored)]
        if refusals := self._refused(question, request):
            return refusals
        self._draft.put("asked", request, question)
        return []

    def standing(self, terms: Terms, standing: Standing, block: int) -> list[Outgoing]:
        """Answer a standing question, if its window ends with this block."""
        if (block + 1) % standing.hours:
            return []
        question = question_of(terms, standing, block)
        request = question.request(self._policy.hash)
        if (stored := self._draft.get("answers", request)) is not None:
            # Somebody asked the same before, or the ledger was restored and hears blocks again.
            return [said(request, stored)]
        spent = (self._book.block_sum(terms.name, b) for b in range(question.first, block + 1))
        left = terms.block_cap - max(spent)
        if left < standing.nano_rho:
            # A policy sees to it that its own questions fit; after a change of policy they may not.
            words = f"block {block}: its questions may cost {max(left, 0):,} nano-rho more"
            return [refused(request, question, self._policy, "block_cap", words, max(left, 0))]
        return self._answer("standing", terms, question, request)

    def due(self) -> list[Outgoing]:
        """Answer or refuse every open question whose window is decided."""
        outputs = []
        for request, question in sorted(self._draft.all("asked").items()):
            if question.last <= self._kept.decided or self._draft.get("totals", "over"):
                self._draft.put("asked", request, None)
                outputs += self._answered(question, request)
        return outputs

    def _answered(self, question: Question, request: str) -> list[Outgoing]:
        if question.request(self._policy.hash) != request:
            words = "the policy changed while it waited, and what it may cost with it; ask again"
            return [refused(request, question, self._policy, "policy", words)]
        try:
            # It was when it was heard; a row that was changed since must not stop all the others.
            questions.parse_question(msgspec.to_builtins(question))
        except QuestionError as error:
            return [refused(request, None, self._policy, "unreadable", str(error))]
        if refusals := self._refused(question, request):
            return refusals
        (terms,) = (one for one in self._policy.releases if one.name == question.purpose)
        return self._answer("asked", terms, question, request)

    def _answer(self, kind: Kind, terms: Terms, question: Question, request: str) -> list[Outgoing]:
        """Charge everybody the counts speak of, count who may be counted, add noise."""
        if (stored := self._draft.get("answers", request)) is not None:
            # Somebody asked what the policy asks, and waited for the same block.
            return [said(request, stored)]
        rows = self._press.relevant(question, self._kept.rows(question.first, question.last))
        account = Account(terms.name, "", question.nano_rho)
        counted = self._book.admit(terms, account, people_in(rows))
        truth = self._press.count(question, only(rows, counted))
        value = self._press.answer(kind, question, request, truth)
        self._book.enter(kind, question, request, counted, truth, value)
        return [said(request, value)]

    def _refused(self, question: Question, request: str) -> list[Outgoing]:
        """Return the refusal, if what is public forbids an answer."""
        over = bool(self._draft.get("totals", "over"))
        blocks = Blocks(self._kept.decided, self._kept.oldest, over, self._spent(question))
        found = refusal(self._policy, self._press.domain, question, blocks)
        if found is None:
            return []
        words, left = found.words, found.left_nano_rho
        return [refused(request, question, self._policy, found.code, words, left)]

    def _spent(self, question: Question) -> dict[tuple[str, int], int]:
        """Return what each block's answers cost, and what is bespoken for standing questions."""
        named = [terms for terms in self._policy.releases if terms.name == question.purpose]
        window = range(question.first, min(question.last, question.first + LONGEST) + 1)
        return {
            (terms.name, block): self._book.block_sum(terms.name, block)
            + bespoken(terms, block, self._kept.decided)
            for terms in named
            for block in window
        }


def question_of(terms: Terms, standing: Standing, block: int) -> Question:
    """Return the standing question about the window that ends with a block."""
    return Question(
        purpose=terms.name,
        query=standing.query,
        sources=terms.sources,
        first=block - standing.hours + 1,
        last=block,
        nano_rho=standing.nano_rho,
        most=standing.most,
        hours=standing.hours,
        side=standing.side,
        k=standing.k,
    )


def bespoken(terms: Terms, block: int, decided: int) -> int:
    """Return what the policy itself will still ask about a block, when `decided` was the last."""
    counters = sum(counter.nano_rho for counter in terms.counters) if block > decided else 0
    ends = ((one, block // one.hours * one.hours + one.hours - 1) for one in terms.standing)
    return counters + sum(one.nano_rho for one, end in ends if end > decided)
