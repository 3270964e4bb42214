"""What may be asked ad hoc: every query that a policy offers, how finely, and at which price."""

from collections.abc import Iterator

import msgspec

from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.quote import noise_of
from linkage.privacy.budget.terms import Offer, Release
from streams.budget.words import rho, some
from streams.risk.words import grid


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A query on offer, and what one block of it at full price and finest classes would be like."""

    purpose: str
    query: str
    question: str
    nano_rho: int
    longest_blocks: int
    most: int
    hours: int
    side: int
    uses: tuple[str, ...]
    bound: str
    unit: str
    sources: tuple[str, ...]
    expected_error: float
    half: int


def offered(policy: Policy, domain: Domain) -> tuple[Offered, ...]:
    """Return every query that may be asked, by purpose, in the order of the policy."""
    return tuple(
        _offered(release, offer, domain) for release in policy.releases for offer in release.offers
    )


def offered_text(found: tuple[Offered, ...]) -> str:
    """Return the offers for people."""
    return "\n".join(_lines(found))


def _offered(release: Release, offer: Offer, domain: Domain) -> Offered:
    query = load_queries()[offer.query]
    asked = Question(
        purpose=release.name,
        query=offer.query,
        sources=release.sources,
        first=0,
        last=offer.hours - 1,
        nano_rho=offer.nano_rho,
        most=1,
        hours=offer.hours,
        side=offer.side,
    )
    noise = noise_of(domain, asked, release.delta)
    return Offered(
        purpose=release.name,
        query=offer.query,
        question=query.question,
        nano_rho=offer.nano_rho,
        longest_blocks=offer.longest,
        most=offer.most,
        hours=offer.hours,
        side=offer.side,
        uses=query.uses,
        bound=query.bound,
        unit=query.unit,
        sources=release.sources,
        expected_error=noise.expected_error,
        half=noise.half_width,
    )


def _lines(found: tuple[Offered, ...]) -> Iterator[str]:
    if not found:
        yield "the policy offers no query: nothing may be asked ad hoc"
        return
    for purpose in dict.fromkeys(one.purpose for one in found):
        mine = [one for one in found if one.purpose == purpose]
        yield f"{purpose}, about {', '.join(mine[0].sources)}"
        rows = [
            [
                one.query,
                f"up to {rho(one.nano_rho)}",
                some(one.longest_blocks, "block"),
                f"1 to {one.most}" if "most" in one.uses else "-",
                _finest(one),
                f"{one.expected_error:,.0f}",
                f"±{one.half:,}",
            ]
            for one in mine
        ]
        head = ["query", "rho a person", "at most", "--most", "finest class", "error", "95 %"]
        yield from grid(head, rows)
        yield "  error and 95 % are of each number at full price, one person adding 1"
        yield ""
        for one in mine:
            yield f"  {one.query}: {one.question} Of one person counts at most: {one.bound}."


def _finest(one: Offered) -> str:
    axes = [some(one.hours, "hour")] if "hours" in one.uses else []
    if "side" in one.uses:
        axes.append("1 cell" if one.side == 1 else f"{one.side} x {one.side} cells")
    return " x ".join(axes) or "-"
