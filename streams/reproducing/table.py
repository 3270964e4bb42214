"""The table of published figures and ours, as lines of text and as one JSON object."""

from collections import Counter
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

import msgspec

from linkage.privacy.estimate import Estimate
from streams.study import OTHERS_APART, SHARES_APART, Claim, Findings, Row, Study

WIDTH = 118
_COLUMNS = "  {:<41}{:<21}{:<22}{:>10}  {:<12}{}"
_RULE = (
    "A figure agrees if the published one is within our 95 % interval, widened by "
    f"{SHARES_APART:.0%} of people for a share and by {OTHERS_APART:.0%} of the figure for "
    "anything else. Synthetic people: no figure of ours says anything about real ones."
)


def lines(
    found: Mapping[str, Findings], studies: Mapping[str, Study], heading: str
) -> Iterator[str]:
    """Yield the table of some studies' findings, at most WIDTH columns wide."""
    yield heading
    yield from wrap(_RULE, WIDTH)
    for name, findings in found.items():
        yield ""
        yield from _study(studies[name])
        yield _COLUMNS.format("", "published", "ours, 95 % interval", "of", "the world", "verdict")
        for row in findings.rows:
            yield from _row(row)
    yield ""
    yield _sum([row for findings in found.values() for row in findings.rows])


def record(found: Mapping[str, Findings], studies: Mapping[str, Study]) -> list[dict[str, Any]]:
    """Return the same as plain values, a study each."""
    return [
        {
            "name": name,
            "citation": studies[name].citation,
            "doi": studies[name].doi,
            "studied": studies[name].studied,
            "people": studies[name].people,
            "read": studies[name].read,
            "not_carried": studies[name].not_carried,
            "rows": [
                {
                    "what": row.what,
                    "published": msgspec.to_builtins(row.claim),
                    "ours": msgspec.to_builtins(row.ours),
                    "world": row.world,
                    "verdict": row.verdict,
                    "why": row.why,
                }
                for row in findings.rows
            ],
        }
        for name, findings in found.items()
    ]


def printed(ours: Estimate | None, claim: Claim) -> str:
    """Return our figure with its interval, in the unit of what was published.

    >>> from linkage.privacy.estimate import census
    >>> printed(census(0.5, 9), Claim(says="half", value=0.5))
    '50.0% [50.0, 50.0]'
    """
    if ours is None:
        return "-"
    if claim.unit == "number":
        return f"{ours.value:.3f} [{ours.low:.3f}, {ours.high:.3f}]"
    value, low, high = (100 * x for x in (ours.value, ours.low, ours.high))
    return f"{value:.1f}% [{low:.1f}, {high:.1f}]"


def _study(study: Study) -> Iterator[str]:
    yield from wrap(f"{study.name}: {study.citation}, doi {study.doi}", WIDTH)
    many = f", N = {study.people:,}" if study.people else ""
    for text in (
        f"studied: {study.studied}{many}",
        f"read in: {study.read}",
        f"not told here: {study.not_carried}",
    ):
        yield from wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _row(row: Row) -> Iterator[str]:
    ours, n = printed(row.ours, row.claim), f"{row.ours.n:,}" if row.ours else ""
    yield _COLUMNS.format(row.what, row.claim.says, ours, n, row.world, row.verdict)
    yield from wrap(row.why, WIDTH, initial_indent="      ", subsequent_indent="      ")


def _sum(rows: list[Row]) -> str:
    told = Counter(row.verdict for row in rows)
    set_so = Counter(row.verdict for row in rows if row.world == "calibrated")
    return (
        f"{len(rows)} figures: {told['agrees']} agree ({set_so['agrees']} of them calibrated), "
        f"{told['differs']} differ, {told['not told']} not told"
    )
