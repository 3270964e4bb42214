"""A released answer in words: its numbers with their intervals, what it cost, what it leaves."""

from collections.abc import Iterator
from typing import Literal

from linkage.privacy.budget.admission import Blocks, left
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.question import Question
from linkage.privacy.claims import claimed
from streams.budget.words import of_blocks, paragraph, rho, shown_epsilon, some
from streams.messages import Release
from streams.risk.words import grid

ROWS, COLUMNS = 40, 10
"""Rows and columns of the largest table that is printed whole."""
Came = Literal["new", "stored", "told"]


def answer_text(found: Release, came: Came, policy: Policy, blocks: Blocks | None) -> str:
    """Return an answer for people; `blocks` is how they stand after it, if known."""
    return "\n".join(_lines(found, came, policy, blocks))


def _lines(found: Release, came: Came, policy: Policy, blocks: Blocks | None) -> Iterator[str]:
    asked = found.question
    yield _question(asked)
    price = f"{rho(asked.nano_rho)} rho to each person who is counted"
    yield {
        "new": f"charged {price}",
        "stored": "this is the stored answer, the same for ever: nothing is charged",
        "told": f"charged {price}, once however often it is asked",
    }[came]
    yield ""
    yield from _values(found)
    yield ""
    yield (
        f"noise takes a number off by {found.expected_error:,.0f} on average, with 95 % by "
        f"{found.half:,} at most"
    )
    yield "whom a cap leaves out, and what the bound cuts off, comes on top and is not told"
    yield f"what counts of one person, at most: {_bound(found)}"
    for release in policy.releases:
        if release.name == asked.purpose:
            yield f"rho {rho(asked.nano_rho)}: {shown_epsilon(asked.nano_rho, release.delta)}"
            if blocks is None:
                continue
            window = range(asked.first, asked.last + 1)
            least = min(max(0, left(release, block, blocks)) for block in window)
            yield (
                f"left of {of_blocks(asked.first, asked.last)}: {rho(least)} of "
                f"{rho(release.block_cap)} rho (public)"
            )
    yield from paragraph(f"{claimed('release')} {claimed('re-linking')}", "")


def _question(asked: Question) -> str:
    length = asked.last - asked.first + 1
    return (
        f"{asked.purpose}: {asked.query} of {', '.join(asked.sources)}, "
        f"{of_blocks(asked.first, asked.last)} ({some(length, 'hour')})"
    )


def _bound(found: Release) -> str:
    return found.bound.replace("`most`", f"{found.question.most:,}")


def _values(found: Release) -> Iterator[str]:
    if not found.values:
        yield "  nothing: no number is large enough to be told from noise"
        return
    table = _pivoted(found)
    if table is not None:
        yield f"  {found.unit}, down and across: {_axes(found)}"
        yield from grid(*table)
        return
    rows = [
        [name, f"{value:,}", f"{found.low[name]:,.0f} to {found.high[name]:,.0f}"]
        for name, value in list(found.values.items())[:ROWS]
    ]
    yield from grid([_axes(found), found.unit, "95 %"], rows)
    if len(found.values) > ROWS:
        yield f"  and {len(found.values) - ROWS:,} more; --json has all"


def _axes(found: Release) -> str:
    known = load_queries()
    return known[found.query].axes if found.query in known else "what"


def _pivoted(found: Release) -> tuple[list[str], list[list[str]]] | None:
    """Return labels of two parts or more as a table, the last part across, if it is small."""
    split = {name: name.rpartition("/") for name in found.values}
    down = list(dict.fromkeys(parts[0] for parts in split.values()))
    across = list(dict.fromkeys(parts[2] for parts in split.values()))
    if len(down) < 2 or not 1 < len(across) <= COLUMNS or len(down) > ROWS:
        return None
    cells = {(row, column): found.values[name] for name, (row, _, column) in split.items()}
    rows = [
        [row, *(f"{cells[row, one]:,}" if (row, one) in cells else "" for one in across)]
        for row in down
    ]
    return ["", *across], rows
