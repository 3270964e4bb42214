"""A policy in words: what may be joined, what may be released, and at which price."""

from collections.abc import Iterator

from linkage.privacy.budget.exposure import Purpose
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.terms import Offer, Release, Standing
from linkage.privacy.claims import claimed, instead
from streams.budget.words import bits, paragraph, rho, shown_epsilon, some
from streams.risk.words import grid


def policy_text(policy: Policy, of: str) -> str:
    """Return a policy for people; `of` says where it comes from."""
    return "\n".join(_lines(policy, of))


def _lines(policy: Policy, of: str) -> Iterator[str]:
    yield f"{of}, hash {policy.hash}"
    yield f"events up to {some(policy.grace, 'block')} late count in what is decided of their block"
    yield claimed("no refund")
    yield ""
    yield "joins, in bits of exposure"
    yield from paragraph(instead("store"))
    if not policy.joins:
        yield "  no purpose may see sources joined"
    for join in policy.joins:
        yield from _join(join)
    yield ""
    yield "releases, in rho"
    if not policy.releases:
        yield "  no purpose may publish answers"
        return
    delta = max(release.delta for release in policy.releases)
    yield (
        f"  over all purposes and blocks together a person loses {rho(policy.lifetime)} rho at "
        f"most ({shown_epsilon(policy.lifetime, delta)})"
    )
    for release in policy.releases:
        yield from _release(release)


def _join(join: Purpose) -> Iterator[str]:
    yield f"  {join.name}: at most {bits(join.cap)} bits of a person and pair of sources"
    pairs = zip(join.sources, join.tariffs, strict=True)
    rows = [[source, bits(tariff), _times(join.cap, tariff)] for source, tariff in pairs]
    head = ["a point of", "bits", "points of it alone until the cap"]
    yield from (f"  {line}" for line in grid(head, rows))


def _times(cap: int, tariff: int) -> str:
    return f"{cap // tariff:,}" if tariff else "no limit"


def _release(release: Release) -> Iterator[str]:
    yield f"  {release.name}, about {', '.join(release.sources)}"
    yield (
        f"    of a person at most {rho(release.person_cap)} rho over their lifetime "
        f"({shown_epsilon(release.person_cap, release.delta)}), of a block at most "
        f"{rho(release.block_cap)}"
    )
    yield f"    may be asked about the last {some(release.kept, 'block')}"
    rows = [
        [one.query, "every block", rho(one.nano_rho), _bound(one.query), _classes(one)]
        for one in release.standing
    ]
    rows += [
        [one.name, f"counted on, {one.horizon} blocks", rho(one.nano_rho), str(one.most), "-"]
        for one in release.counters
    ]
    rows += [
        [
            one.query,
            f"on request, {some(one.longest, 'block')} at most",
            f"up to {rho(one.nano_rho)}",
            _bound(one.query),
            _classes(one),
        ]
        for one in release.offers
    ]
    head = ["query", "when", "rho a person", "one person moves it by", "finest class"]
    yield from (f"  {line}" for line in grid(head, rows))


def _bound(query: str) -> str:
    return load_queries()[query].bound


def _classes(one: Standing | Offer) -> str:
    cells = "1 cell" if one.side == 1 else f"{one.side} x {one.side} cells"
    return f"{some(one.hours, 'hour')} x {cells}"
