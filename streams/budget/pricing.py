"""The price of a batch beforehand: what its answers and joins would cost, and what they leave."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.quote import Left, Priced, Quote, Worst, quote
from linkage.privacy.claims import NEVER_ADDED, OPERATOR, instead
from streams.budget.exposure import accounts
from streams.budget.join_price import JoinPrice, join_price
from streams.budget.ledger_state import public_blocks
from streams.budget.request import Request
from streams.budget.span import Span
from streams.budget.words import bits, paragraph, rho, some
from streams.risk.words import grid
from streams.store.protocol import Store


class PriceReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch would cost in each ledger; nothing was charged, and the two are never added."""

    ledgers: str = NEVER_ADDED
    of: str
    policy: str
    joins: tuple[JoinPrice, ...]
    questions: Quote


def price_report(
    of: str, store: Store, policy: Policy, domain: Domain, request: Request
) -> PriceReport:
    """Return the price of a batch; reads the state and changes nothing of it."""
    blocks, answered = public_blocks(store, policy)
    named = {one.purpose.name: one for one in accounts(store, policy.joins)}
    return PriceReport(
        of=of,
        policy=policy.hash,
        joins=tuple(join_price(join, named[join.purpose]) for join in request.joins),
        questions=quote(policy, domain, request.questions, blocks, answered),
    )


def refused(found: PriceReport) -> bool:
    """Return whether any of it would be refused."""
    questions = (one.refusal is not None for one in found.questions.questions)
    return any(questions) or any(join.refusal is not None for join in found.joins)


def price_text(found: PriceReport) -> str:
    """Return the price for people."""
    return "\n".join(_lines(found))


def _lines(found: PriceReport) -> Iterator[str]:
    yield f"{found.of}, policy {found.policy[:8]}"
    yield from paragraph(f"{found.ledgers}. Nothing is charged by asking for a price", "")
    if found.joins:
        yield ""
        yield from _joins(found.joins)
    if found.questions.questions:
        yield ""
        yield from _questions(found.questions)


def _joins(joins: Sequence[JoinPrice]) -> Iterator[str]:
    yield "joins, in bits of exposure, by public tariff"
    yield from paragraph(instead("store"))
    for one in joins:
        points = " + ".join(f"{count} {source}" for source, count in one.points.items())
        yield f"  {one.purpose}, {points} of a person"
        rows = [
            ["+".join(pair.sources), bits(pair.cost_millibits), bits(one.cap_millibits)]
            for pair in one.pairs
        ]
        yield from (f"  {line}" for line in grid(["pair of sources", "cost", "cap"], rows))
        if one.refusal:
            yield from paragraph(f"refused to everybody: {one.refusal}", "    ")
        else:
            yield from paragraph(
                f"{one.room:,} of the {some(one.people, 'person')} of whom points were asked for "
                f"before have room for all of it ({OPERATOR}); whoever was not asked about has",
                "    ",
            )


def _questions(found: Quote) -> Iterator[str]:
    yield "answers, in rho (zCDP); epsilon is for display"
    rows = [_question(number, one) for number, one in enumerate(found.questions, 1)]
    head = ["question", "blocks", "rho", "epsilon", "numbers", "expected error", "95 % within"]
    yield from grid(head, rows)
    for number, one in enumerate(found.questions, 1):
        if one.refusal:
            yield f"  {number} is refused: {one.refusal.words}"
        elif one.again:
            yield f"  {number} was asked before: the stored answer, for nothing"
    if not found.left:
        return
    yield ""
    yield "what it would leave of blocks, which is public"
    rows = [
        [purpose, str(span), rho(max(0, one.before)), rho(max(0, one.after)), rho(one.cap)]
        for purpose, span, one in _runs(found.left)
    ]
    head = ["purpose", "blocks", "left before", "left after", "cap"]
    yield from grid(head, rows)
    yield ""
    yield "what it would cost a person who is counted in all of it"
    head = ["purpose", "rho", "epsilon", "cap", "such batches under the cap"]
    yield from grid(head, [_worst(one) for one in found.worst])


def _question(number: int, one: Priced) -> list[str]:
    asked, noise = one.question, one.noise
    span = str(Span(asked.first, asked.last)) if asked.first <= asked.last else "none"
    name = f"{number} {asked.purpose}: {asked.query}"
    if noise is None:
        return [name, span, "refused" if one.refusal else "0", "-", "-", "-", "-"]
    return [
        name,
        span,
        rho(one.nano_rho),
        f"{noise.epsilon:.2f} at {noise.delta:g}",
        f"{noise.numbers:,}",
        f"{noise.expected_error:,.0f}",
        f"{noise.half_width:,}",
    ]


def _runs(found: Sequence[Left]) -> Iterator[tuple[str, Span, Left]]:
    """Yield runs of blocks that have the same left, before and after."""
    numbered = enumerate(found)
    for _, same in groupby(
        numbered,
        key=lambda pair: (pair[1].purpose, pair[1].before, pair[1].after, pair[1].block - pair[0]),
    ):
        run = [one for _, one in same]
        yield run[0].purpose, Span(run[0].block, run[-1].block), run[0]


def _worst(one: Worst) -> list[str]:
    times = "no limit" if one.batches is None else f"{one.batches:,}"
    shown = f"{one.epsilon:.2f} at {one.delta:g}"
    return [
        one.purpose or "all purposes, a lifetime",
        rho(one.nano_rho),
        shown,
        rho(one.cap),
        times,
    ]
