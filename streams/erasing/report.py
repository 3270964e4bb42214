"""What an erasure removed, and what is left of the person, why, and for how long."""

from collections.abc import Iterable, Iterator

import msgspec

from streams.budget.report import PersonBudget
from streams.budget.words import paragraph
from streams.erasing.holdings import Holdings


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What went from one place, by count."""

    place: str
    what: str
    count: int


class Remains(msgspec.Struct, frozen=True, kw_only=True):
    """What is left in one place; `count` is None where nothing can be counted."""

    place: str
    what: str
    count: int | None
    why: str
    until: str


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """The report of one erasure. The operator's: it names the person."""

    of: str
    person: int
    block: int
    removed: tuple[Removed, ...]
    remains: tuple[Remains, ...]


def removed(before: Holdings) -> tuple[Removed, ...]:
    """Return what went, given what there was; of everything else there was nothing."""
    told = [
        ("registry", "record", 1),
        *(("identify", f"{s} accounts", n) for s, n in sorted(before.tenancies.items())),
        ("identify", "events of these accounts", before.events),
        ("identify", "clerks' verdicts", before.verdicts),
        ("join", "points of the profile", before.points),
        ("join", "points that waited for a decision", before.waiting),
        *(("measure", f"points shown to {p}", n) for p, n in sorted(before.shown.items())),
        ("measure", "points that the operator sees", before.journal),
        ("measure", "views followed", before.watched),
        ("release", "rows of activity", before.activity),
    ]
    return tuple(Removed(place=p, what=what, count=n) for p, what, n in told if n)


def remains(budget: PersonBudget, accounts: int, stated: int, world: str) -> tuple[Remains, ...]:
    """Return what is left after an erasure.

    `accounts` have lost all they held, `stated` are others that state the person's ID number, phone
    or mail and were linked to somebody else or to nobody; `world` says where the run's input is.
    """
    left = [
        _left(
            "join",
            f"millibits spent by {one.purpose}",
            sum(pair.spent_millibits for pair in one.pairs),
            "what was spent is never given back, nor to who comes again",
            "the ledger is deleted",
        )
        for one in budget.identifiability
    ]
    left += [
        _left(
            "join",
            f"decisions of {one.purpose} on points, each with a hash of its account",
            sum(one.shown_points.values()) + one.refused,
            "they prove what was spent",
            "the ledger is deleted",
        )
        for one in budget.identifiability
    ]
    for loss in budget.privacy:
        if loss.purpose and loss.spent_nano_rho:
            what = f"nano-rho spent by {loss.purpose}"
            why = "the lifetime cap holds for who comes again too"
            left.append(_left("release", what, loss.spent_nano_rho, why, "the ledger is deleted"))
        if loss.purpose and loss.counted_in:
            what = f"answers of {loss.purpose} that counted them"
            why = "what is released cannot be called back; its noise is what protects"
            until = "it is forgotten by who has read it"
            left.append(_left("release", what, loss.counted_in, why, until))
    if accounts:
        what = "accounts' sequence numbers and times of opening, under a hash of the account"
        why = "so that an event that is sent again does not come back"
        left.append(_left("identify", what, accounts, why, "the run is deleted"))
    if stated:
        what = "other accounts that state their ID number, phone or mail"
        why = "they were linked to somebody else or to nobody, who may share or borrow them"
        left.append(_left("identify", what, stated, why, "their sources take them back"))
    left += [
        Remains(
            place="identify",
            what="accounts of theirs that nobody had linked to them",
            count=None,
            why="nobody knows which",
            until="their sources take them back",
        ),
        Remains(place="input", what=world, count=None, why=_WORLD, until="it is deleted"),
        Remains(
            place="disk",
            what="blocks that files had before, snapshots and backups",
            count=None,
            why="a file system does not overwrite what it lets go of",
            until="they are used again",
        ),
    ]
    return tuple(one for one in left if one.count is None or one.count)


_WORLD = "it is not rewritten: run.json keeps number and block, and every command heeds it"


def erased_text(found: Erased) -> str:
    """Return the report for people."""
    lines = [found.of, f"person {found.person} was erased at the close of block {found.block}", ""]
    lines += ["removed"]
    lines += [f"  {one.place}: {one.what}, {one.count:,}" for one in found.removed]
    return "\n".join([*lines, "", "remains", *remains_lines(found.remains)])


def remains_lines(found: Iterable[Remains]) -> Iterator[str]:
    """Yield for people what is left, why, and until when."""
    for left in found:
        count = "" if left.count is None else f", {left.count:,}"
        yield from paragraph(f"{left.place}: {left.what}{count}", "  ")
        yield from paragraph(f"why: {left.why}", "      ")
        yield from paragraph(f"until: {left.until}", "      ")


def _left(place: str, what: str, count: int, why: str, until: str) -> Remains:
    return Remains(place=place, what=what, count=count, why=why, until=until)
