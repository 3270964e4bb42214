"""The tables [release.NAME] of a policy: what is read, and which terms contradict each other."""

from linkage.privacy.budget.query import Query, load_queries
from linkage.privacy.budget.terms import Counter, Offer, Release, Standing
from linkage.privacy.budget.toml_table import Table

MOST = 2**53
COUNTERS = ("people_seen",)
_HORIZON = 2**15
"""Blocks of a counter: nearly four years of hours; working out its noise grows with the square."""
_MOST_EACH = 2**20
_LONGEST = 10_000


def read_release(table: Table, lifetime: int) -> Release:
    """Return the terms of a purpose; `lifetime` (nano-rho) is what all purposes have together."""
    release = Release(
        name=table.key,
        sources=table.texts("sources"),
        person_cap=table.whole("person_cap_nano_rho", 1, MOST),
        block_cap=table.whole("block_cap_nano_rho", 1, MOST),
        kept=table.whole("kept_blocks", 1, _LONGEST),
        delta=table.number("delta", 0, 1),
        standing=tuple(_standing(inner) for inner in table.array("standing")),
        counters=tuple(_counter(inner) for inner in table.array("counter")),
        offers=tuple(_offer(inner) for inner in table.array("offer")),
    )
    table.finish()
    if release.person_cap > lifetime:
        raise table.wrong("person_cap_nano_rho", f"{lifetime} (lifetime_nano_rho) or less")
    _check_prices(table, release)
    _check_twice(table, release)
    return release


def _standing(table: Table) -> Standing:
    query = _query(table, ("query", "nano_rho", "hours"), ("most", "side", "k"))
    standing = Standing(
        query=query.name,
        nano_rho=table.whole("nano_rho", 1, MOST),
        most=table.whole("most", 1, _MOST_EACH, default=1),
        hours=table.whole("hours", 1, _LONGEST, default=1),
        side=table.whole("side", 1, _MOST_EACH, default=1),
        k=table.whole("k", 1, _MOST_EACH, default=10),
    )
    table.finish()
    return standing


def _offer(table: Table) -> Offer:
    query = _query(table, ("query", "nano_rho", "longest_blocks"), ("most", "hours", "side"))
    offer = Offer(
        query=query.name,
        nano_rho=table.whole("nano_rho", 1, MOST),
        most=table.whole("most", 1, _MOST_EACH, default=1),
        hours=table.whole("hours", 1, _LONGEST, default=1),
        side=table.whole("side", 1, _MOST_EACH, default=1),
        longest=table.whole("longest_blocks", 1, _LONGEST, default=24),
    )
    table.finish()
    return offer


def _query(table: Table, always: tuple[str, ...], where_used: tuple[str, ...]) -> Query:
    """Return the query that a table names; what that query has no use for may not be stated."""
    queries = load_queries()
    query = queries[table.text("query", list(queries))]
    allowed = (*always, *(field for field in where_used if field in query.uses))
    for field in table.left():
        if field not in allowed:
            known = ", ".join(allowed)
            raise table.error(field, f"{query.name} has no such field; allowed are {known}")
    return query


def _counter(table: Table) -> Counter:
    counter = Counter(
        name=table.text("name", COUNTERS),
        nano_rho=table.whole("nano_rho", 1, MOST),
        horizon=table.whole("horizon_blocks", 1, _HORIZON),
        most=table.whole("most", 1, _MOST_EACH, default=1),
    )
    table.finish()
    return counter


def _check_prices(table: Table, release: Release) -> None:
    """Refuse what could never be asked: a price above a cap, a window longer than what is kept."""
    cap = min(release.person_cap, release.block_cap)
    for inner, standing in zip(table.array("standing"), release.standing, strict=True):
        _check_price(inner, standing.nano_rho, cap)
        if standing.hours > release.kept:
            raise inner.wrong("hours", f"{release.kept} (kept_blocks) or less")
    for inner, counter in zip(table.array("counter"), release.counters, strict=True):
        _check_price(inner, counter.nano_rho, cap)
    for inner, offer in zip(table.array("offer"), release.offers, strict=True):
        _check_price(inner, offer.nano_rho, cap)
        if offer.longest > release.kept:
            raise inner.wrong("longest_blocks", f"{release.kept} (kept_blocks) or less")
        if offer.hours > offer.longest:
            raise inner.wrong("hours", f"{offer.longest} (longest_blocks) or less")
    prices = [standing.nano_rho for standing in release.standing]
    prices += [counter.nano_rho for counter in release.counters]
    if (always := sum(prices)) > release.block_cap:
        raise table.wrong(
            "block_cap_nano_rho",
            f"{always} or more: its standing questions and counters cost that in every block",
        )


def _check_price(table: Table, nano_rho: int, cap: int) -> None:
    if nano_rho > cap:
        raise table.wrong("nano_rho", f"{cap} or less: a person's and a block's cap")


def _check_twice(table: Table, release: Release) -> None:
    """Refuse a question that stands twice, and a counter or an offer under the name of another."""
    _check_once(table, "standing", "query", release.standing)
    _check_once(table, "counter", "name", tuple(counter.name for counter in release.counters))
    _check_once(table, "offer", "query", tuple(offer.query for offer in release.offers))


def _check_once(table: Table, field: str, told: str, keys: tuple[object, ...]) -> None:
    for place, inner in enumerate(table.array(field)):
        if keys[place] in keys[:place]:
            raise inner.error(told, "the same stands here twice; keep one")
