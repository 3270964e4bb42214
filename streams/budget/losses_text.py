"""What released answers have spent, as tables for people."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from linkage.privacy.claims import claimed
from streams.budget.exposure_text import SPREAD
from streams.budget.losses import AccountLoss, BlockLoss, Losses, PersonLoss, PurposeLoss
from streams.budget.span import Span
from streams.budget.words import of_blocks, paragraph, rho, some
from streams.risk.words import grid

HEAD = "releases, in rho (zCDP); epsilon is for display, at the policy's delta"


def losses_lines(found: Losses, blocks: Span | None = None) -> Iterator[str]:
    """Yield the differential-privacy ledger by purpose and block, or of some blocks."""
    yield HEAD
    if not found.purposes:
        yield "  no purpose may publish answers"
        return
    yield from paragraph(claimed("release"))
    if blocks is not None:
        for one in found.purposes:
            yield ""
            yield from _blocks(one, blocks)
        return
    yield from paragraph(claimed("re-linking"))
    yield ""
    rows = [["all purposes, a lifetime", *_account(found.lifetime)]]
    rows += [[one.purpose, *_account(one.account)] for one in found.purposes]
    head = ["spent on a person", "cap", *SPREAD, "median left", "epsilon of the most", "at the cap"]
    yield from grid(head, rows)
    for one in found.purposes:
        yield ""
        yield from _purpose(one)
    yield from paragraph(claimed("filter"))


def losses_of_person_lines(found: Sequence[PersonLoss]) -> Iterator[str]:
    """Yield what was spent on one person: how exposed they are, never how good."""
    yield HEAD
    rows = [
        [
            one.purpose or "all purposes, a lifetime",
            f"{one.counted_in:,}",
            rho(one.spent_nano_rho),
            rho(one.left_nano_rho),
            rho(one.cap_nano_rho),
            f"{one.epsilon:.2f} at {one.delta:g}",
        ]
        for one in found
    ]
    yield from grid(["purpose", "counted in answers", "spent", "left", "cap", "epsilon"], rows)


def _account(one: AccountLoss) -> list[str]:
    spent = one.spent_nano_rho
    steps = (spent.least, spent.lower, spent.median, spent.upper, spent.most)
    return [
        rho(one.cap_nano_rho),
        *map(rho, steps),
        rho(one.left_nano_rho.median),
        f"{one.epsilon:.2f} at {one.delta:g}",
        f"{one.capped:,} of {spent.people:,}",
    ]


def _purpose(one: PurposeLoss) -> Iterator[str]:
    kinds = {"standing": "of its own", "counter": "of counters", "asked": "asked for"}
    answers = ", ".join(f"{one.answers[kind]:,} {words}" for kind, words in kinds.items())
    yield f"  {one.purpose}: {some(sum(one.answers.values()), 'answer')} ({answers})"
    yield (
        f"  people counted {some(one.granted, 'time')}, left out in silence "
        f"{some(one.refused, 'time')}"
    )
    for counter in one.counters:
        yield (
            f"  counter {counter.name}: {counter.counted_blocks:,} of {counter.horizon_blocks:,} "
            f"blocks, {rho(counter.nano_rho)} rho a person for all of them"
        )
    yield f"  answers about a block may cost {rho(one.block_cap_nano_rho)} together; this is public"
    rows = [
        [_span(same), rho(spent), rho(same[0].left_nano_rho)] for spent, same in _runs(one.blocks)
    ]
    if rows:
        yield from (f"  {line}" for line in grid(["blocks", "cost so far", "left"], rows))


def _runs(blocks: Sequence[BlockLoss]) -> Iterator[tuple[int, list[BlockLoss]]]:
    """Yield runs of blocks, one after the other, whose answers have cost the same."""
    numbered = enumerate(blocks)
    for (spent, _), same in groupby(
        numbered, key=lambda pair: (pair[1].spent_nano_rho, pair[1].block - pair[0])
    ):
        yield spent, [block for _, block in same]


def _span(blocks: Sequence[BlockLoss]) -> str:
    return str(Span(blocks[0].block, blocks[-1].block))


def _blocks(one: PurposeLoss, blocks: Span) -> Iterator[str]:
    known = [block for block in one.blocks if block.block in blocks]
    if not known:
        said = of_blocks(blocks.first, blocks.last)
        yield f"  {one.purpose}: nothing was charged for {said} yet"
        return
    rows = [
        [str(block.block), rho(block.spent_nano_rho), rho(block.left_nano_rho)] for block in known
    ]
    yield f"  {one.purpose}, answers about a block, of {rho(one.block_cap_nano_rho)} rho; public"
    yield from (f"  {line}" for line in grid(["block", "cost so far", "left"], rows))
