"""Which questions are refused whatever anybody did: what the policy and earlier questions forbid.

All of it is public: it looks at the policy, at what was asked, and at what questions about a block
have cost, never at anybody's rows or spending. Who has spent their own cap is left out in silence,
and no refusal tells of it. A refusal charges nothing and is not final.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from math import prod
from typing import Literal

import msgspec

from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.query import Query, load_queries
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.shown import shown
from linkage.privacy.budget.squares import squares
from linkage.privacy.budget.terms import Offer, Release

Wrong = Literal["purpose", "query", "source", "rho", "most", "hours", "side", "k"]
Code = Literal[Wrong, "window", "closed", "over", "early", "numbers", "block_cap"]
NUMBERS = 8192
"""How many numbers one answer holds at most: a broker takes no message above a megabyte."""
AHEAD = 10_000
"""How many blocks after the last decided one somebody may ask about."""
_COUNTED = 2**20
_USUAL = {"most": 1, "hours": 1, "side": 1, "k": 10}
"""What a question says of fields that its query does not use: the defaults."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a question is refused, in a word and in words.

    `left_nano_rho` is what is left of the block that has least left, where that is the reason.
    """

    code: Code
    words: str
    left_nano_rho: int | None = None


@dataclass(frozen=True)
class Blocks:
    """Which blocks can be asked about, and what questions about them have cost.

    `decided` is the last that was closed and `oldest` the first whose activity is kept; after a run
    that is `over` no more come. `spent` (nano-rho) is by purpose and block: answers, and what is
    bespoken for standing questions and counters that are still to come.
    """

    decided: int
    oldest: int
    over: bool
    spent: Mapping[tuple[str, int], int]


def refusal(policy: Policy, domain: Domain, question: Question, blocks: Blocks) -> Refusal | None:
    """Return why a question is refused, or None if it will be answered once its window is decided.

    What is wrong with the question itself comes first, then its window, then the blocks' caps.
    """
    release = next((one for one in policy.releases if one.name == question.purpose), None)
    if release is None:
        return Refusal(code="purpose", words=_strange_purpose(policy, question.purpose))
    offer = next((one for one in release.offers if one.query == question.query), None)
    query = load_queries().get(question.query)
    if offer is None or query is None:
        words = f"query: got {shown(question.query)}, {release.name} offers {_listed(release)}"
        return Refusal(code="query", words=words)
    wrongs = chain(
        _terms(release, offer, query, question),
        _window(offer, question, blocks),
        _numbers(query, question, domain),
        _cap(release, question, blocks),
    )
    return next(wrongs, None)


def left(release: Release, block: int, blocks: Blocks) -> int:
    """Return what questions about a block may still cost, in nano-rho; after a new cap below 0."""
    return release.block_cap - blocks.spent.get((release.name, block), 0)


def numbers(query: Query, question: Question, domain: Domain) -> int:
    """Return how many numbers come out before `tell`; a bound where that is far too many anyway."""
    axes = [len(question.sources)]
    if "hours" in query.uses:
        axes.append(-(-(question.last - question.first + 1) // question.hours))
    if "side" in query.uses:
        axes.append(1 + len(squares(domain, question.side)))
    most = prod(axes)
    return most if most > _COUNTED else len(query.labels(question, domain))


def _strange_purpose(policy: Policy, name: str) -> str:
    known = ", ".join(release.name for release in policy.releases) or "no purpose"
    joins = any(join.name == name for join in policy.joins)
    why = "may join sources and release nothing" if joins else "is not in the policy"
    return f"purpose: {shown(name)} {why}; {known} may release answers"


def _listed(release: Release) -> str:
    return ", ".join(offer.query for offer in release.offers) or "no query"


def _terms(release: Release, offer: Offer, query: Query, question: Question) -> Iterator[Refusal]:
    """Is it what the purpose offers, as coarse, as bounded and as cheap?"""
    sources = question.sources
    if not sources or len(set(sources)) < len(sources) or not set(sources) <= {*release.sources}:
        needs = f"one or more of {', '.join(release.sources)}, each once"
        yield Refusal(code="source", words=f"sources: got {shown(list(sources))}, needs {needs}")
    ranges: tuple[tuple[Code, str, int, int | None], ...] = (
        ("rho", "nano_rho", 1, offer.nano_rho),
        ("most", "most", 1, offer.most),
        ("hours", "hours", offer.hours, None),
        ("side", "side", offer.side, None),
        ("k", "k", 1, None),
    )
    for code, field, least, most in ranges:
        value = getattr(question, field)
        if field in ("nano_rho", *query.uses):
            if type(value) is not int or value < least or (most is not None and value > most):
                needs = f"{least:,} or more" if most is None else f"{least:,} to {most:,}"
                words = (
                    f"{field}: got {shown(value)}, {release.name} offers {needs} for {query.name}"
                )
                yield Refusal(code=code, words=words)
        elif value != _USUAL[field]:
            words = f"{field}: got {shown(value)}, and {query.name} does not use it; leave it out"
            yield Refusal(code=code, words=words)


def _window(offer: Offer, question: Question, blocks: Blocks) -> Iterator[Refusal]:
    """Is it a window, short enough, and of blocks that are there or will be?"""
    first, last = question.first, question.last
    if last < first:
        words = (
            f"last: got {last}, which is before the first block, {first}; the window is reversed"
        )
        yield Refusal(code="window", words=words)
    if (length := last - first + 1) > offer.longest:
        words = f"last: got {length:,} blocks from {first}, {offer.query} is offered for"
        yield Refusal(code="window", words=f"{words} {offer.longest:,} at most")
    if first < blocks.oldest:
        words = f"first: got {first}, and blocks before {blocks.oldest} are closed; {_open(blocks)}"
        yield Refusal(code="closed", words=words)
    if blocks.over and last > blocks.decided:
        words = f"last: got {last}, and the run ended with block {blocks.decided}; {_open(blocks)}"
        yield Refusal(code="over", words=words)
    if last > blocks.decided + AHEAD:
        words = f"last: got {last}, more than {AHEAD:,} blocks after {blocks.decided}; ask later"
        yield Refusal(code="early", words=words)


def _open(blocks: Blocks) -> str:
    if not blocks.over:
        return f"open are blocks from {blocks.oldest} on"
    if blocks.decided < blocks.oldest:
        return "no block is open"
    return f"open are blocks {blocks.oldest} to {blocks.decided}"


def _numbers(query: Query, question: Question, domain: Domain) -> Iterator[Refusal]:
    found = numbers(query, question, domain)
    if not found:
        words = f"sources: got {shown(list(question.sources))}, whose places are no cells"
        yield Refusal(code="source", words=f"{words}; ask for others")
    if found > NUMBERS:
        axes = [("side", "larger squares"), ("hours", "longer windows")]
        fixes = [fix for axis, fix in axes if axis in query.uses] or ["other sources"]
        words = f"{query.name} would give {found:,} numbers, needs {NUMBERS:,} at most: ask for"
        yield Refusal(code="numbers", words=f"{words} {' or '.join(fixes)}")


def _cap(release: Release, question: Question, blocks: Blocks) -> Iterator[Refusal]:
    """Does every block of the window have enough left? Names the one with least."""
    asked = range(question.first, question.last + 1)
    fullest = min(asked, key=lambda block: (left(release, block, blocks), block))
    rest = left(release, fullest, blocks)
    if question.nano_rho > rest:
        words = (
            f"nano_rho: got {question.nano_rho:,}, and block {fullest} has {max(rest, 0):,} of "
            f"{release.block_cap:,} nano-rho left; ask for less, or about other blocks"
        )
        yield Refusal(code="block_cap", words=words, left_nano_rho=max(rest, 0))
