"""What joins have spent, as tables for people."""

from collections.abc import Iterator, Sequence

from linkage.privacy.claims import instead
from streams.budget.exposure import PersonExposure, PurposeExposure
from streams.budget.span import Span
from streams.budget.spread import Spread
from streams.budget.words import bits, of_blocks, paragraph, some
from streams.risk.words import grid

SPREAD = ("least", "quartile", "median", "quartile", "most")


def exposure_lines(found: Sequence[PurposeExposure], blocks: Span | None = None) -> Iterator[str]:
    """Yield the identifiability ledger by purpose and pair, or of some blocks."""
    yield "joins, in bits of exposure, by public tariff"
    yield from paragraph(instead("store"))
    if not found:
        yield "  no purpose may see sources joined"
    for one in found:
        yield ""
        yield from _purpose(one) if blocks is None else _blocks(one, blocks)


def exposure_of_person_lines(found: Sequence[PersonExposure]) -> Iterator[str]:
    """Yield what purposes were shown of one person: how exposed they are, never how good."""
    yield "joins, in bits of exposure, by public tariff"
    yield from paragraph(instead("store"))
    if not found:
        yield "  no point of this person was asked for"
    for one in found:
        points = ", ".join(f"{source} {count}" for source, count in one.shown_points.items())
        yield f"  {one.purpose}: points shown {points}; {some(one.refused, 'point')} refused"
        rows = [
            ["+".join(pair.sources), bits(pair.spent_millibits), bits(pair.left_millibits)]
            for pair in one.pairs
        ]
        head = ["pair of sources", "spent", f"left of {bits(one.cap_millibits)}"]
        yield from (f"  {line}" for line in grid(head, rows))


def _purpose(one: PurposeExposure) -> Iterator[str]:
    asked = one.granted + one.refused
    kept = f" ({one.granted / asked:.0%} of those asked for)" if asked else ""
    yield (
        f"  {one.purpose}: {some(one.granted, 'point')} shown joined{kept}, {one.refused:,} "
        f"refused; {one.refused_people:,} of {some(one.people, 'person')} were refused one"
    )
    tariff = ", ".join(f"{name} {bits(cost)}" for name, cost in one.tariff_millibits.items())
    yield f"  tariff of a point: {tariff}; cap {bits(one.cap_millibits)} a person and pair"
    rows = [
        [
            "+".join(pair.sources),
            *_spread(pair.spent_millibits),
            bits(pair.left_millibits.median),
            f"{pair.full:,} of {pair.spent_millibits.people:,}",
        ]
        for pair in one.pairs
    ]
    head = ["spent on a person", *SPREAD, "median left", "people without room"]
    yield from (f"  {line}" for line in grid(head, rows))
    yield from paragraph(f"{instead('exhaustion')} {instead('auxiliary')}")


def _spread(one: Spread) -> list[str]:
    return [bits(value) for value in (one.least, one.lower, one.median, one.upper, one.most)]


def _blocks(one: PurposeExposure, blocks: Span) -> Iterator[str]:
    rows = [
        [str(block.block), f"{block.granted:,}", f"{block.refused:,}"]
        for block in one.blocks
        if block.block in blocks
    ]
    if rows:
        yield f"  {one.purpose}, points of {of_blocks(blocks.first, blocks.last)}"
        yield from (f"  {line}" for line in grid(["block", "shown joined", "refused"], rows))
    else:
        yield f"  {one.purpose}: nothing was decided of {of_blocks(blocks.first, blocks.last)} yet"
