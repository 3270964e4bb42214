"""The reports of a person, of groups and beside the truth as tables for people."""

from collections.abc import Iterator, Mapping, Sequence

from streams.risk.beside import SEEING, Beside
from streams.risk.groups import GroupFigures, GroupsReport
from streams.risk.person import PersonReport, Seen
from streams.risk.spoiled import Spoiled
from streams.risk.truth import TruthReport
from streams.risk.words import NOTHING, grid, told

SHARE = "share"


def person_text(r: PersonReport) -> str:
    """Return what a person is exposed to."""
    accounts = ", ".join(f"{many} {source}" for source, many in r.accounts.items()) or "none"
    lines = [
        f"{r.of}, as of block {r.block}",
        f"person {r.person}, one of {r.people:,} with a point; accounts linked to them: {accounts}",
        f"all of these accounts are theirs with probability {r.trust:.4f}, by the model",
        "it says how exposed somebody is, never how good or bad; the operator's view, not private",
        "",
    ]
    head = ("view", "points", "alike", "bits", "points known", "who fit them")
    lines += grid(head, [_seen(one) for one in r.views])
    lines += ["", "alike: who cannot be told from them by the full trace, themselves included"]
    lines += [f"bits: log2 of {r.people:,} people by those alike", f"known: {r.adversary.holds}"]
    if r.largest is not None:
        drop = r.largest
        lines += [
            f"\nthe join that tells most of them: {drop.added} joined to {drop.view}, "
            f"{drop.before:,} alike before and {drop.after:,} after, {drop.bits:.1f} bits"
        ]
    if r.points:
        lines += ["", "the points that are known, of all sources"]
        lines += grid(
            ("source", "hour", "place", "carried by"),
            [(p.source, str(p.hour), str(p.place), f"{p.carried_by:,}") for p in r.points],
        )
    return "\n".join(lines)


def _seen(one: Seen) -> Sequence[str]:
    crowd = "others fit better" if one.crowd is None else f"{one.crowd:,}"
    if not one.known:
        crowd = NOTHING
    points = str(one.points) if one.points else "absent"
    return one.view, points, f"{one.alike:,}", f"{one.bits:.2f}", str(one.known), crowd


def groups_text(r: GroupsReport) -> str:
    """Return by which join people are singled out, and the figures of groups."""
    lines = [
        f"{r.of}, as of block {r.block}",
        "joins and groups are counted, nobody is named, ranked or scored; operator's view",
        f"\nby the full trace, of {r.people:,} people with a point",
    ]
    lines += grid(
        ("sources that must be joined to single somebody out", "people"),
        [(_sources(many), told(share, SHARE)) for many, share in r.needed.items()],
    )
    lines += [""]
    lines += grid(
        ("view", "alone in it", "and in no view of fewer of its sources"),
        [(one.view, told(one.alone, SHARE), told(one.first, SHARE)) for one in r.singled],
    )
    lines += [f"\ngroups in the view {r.view}; of twenty differences about one misses 0 by chance."]
    lines += [
        "unicity: sampled in this world; the others: for worlds made as this one, by household"
    ]
    for figure in r.figures:
        lines += ["", *_by_group(figure)]
    return "\n".join(lines)


def _sources(many: int) -> str:
    return {0: "no join does", 1: "one alone"}.get(many, str(many))


def _by_group(figure: GroupFigures) -> list[str]:
    head = (f"{figure.figure}, against {figure.against}", "people", "n")
    rows = []
    for name, groups in figure.groups.items():
        rows.append((f"{name}:", *[""] * 5))
        for one in groups:
            apart = one.difference if one.here.n and one.others.n else None
            shares = (told(e, SHARE) for e in (one.here, one.others, apart))
            rows.append((f"  {one.group}", f"{one.people:,}", f"{one.here.n:,}", *shares))
    return grid((*head, "of them", "of everybody else", "difference"), rows)


def truth_text(r: TruthReport) -> str:
    """Return the figures that see linkage errors beside the truth."""
    right = 1.0 - r.wrong / r.links if r.links else 1.0
    lines = [
        f"{r.of}, as of block {r.block}",
        f"{r.links:,} links, {r.wrong:,} of them wrong (precision {right:.5f}); "
        f"{r.people:,} people with a point",
        "",
    ]
    head = ("view", "figure", "without truth", "with truth", "error", "chance")
    lines += grid(head, list(_truths(r)))
    lines += ["", "ECE: how far m, the probability that a profile is one person's, is from the"]
    lines += ["share that is right. chance: by how much the truth varies if m is right, 95 %"]
    holders = told(r.views[-1].another_holder, SHARE)
    lines += [f"not in any of these: {holders} of people have an account that somebody else uses"]
    if r.spoiled:
        lines += ["", "the same accounts with links spoiled to a precision, all sources joined"]
        lines += grid(("precision", *head[1:]), list(_spoils(r.spoiled)))
    return "\n".join(lines)


def _truths(r: TruthReport) -> Iterator[Sequence[str]]:
    for view in r.views:
        yield view.view, "vulnerability, blind", told(view.vulnerability, SHARE), *_NONE
        yield from _figures(view.figures)
        yield "", "ECE of m", f"{100 * view.calibration.expected_error:.2f} %", *_NONE


def _spoils(rows: Sequence[Spoiled]) -> Iterator[Sequence[str]]:
    for row in rows:
        blind = told(row.vulnerability, SHARE)
        yield f"{row.precision:.2f}", "vulnerability, blind", blind, *_NONE
        yield from _figures(row.figures)


_NONE = ("", "", "")


def _figures(figures: Mapping[str, Beside]) -> Iterator[Sequence[str]]:
    for name in SEEING:
        one = figures[name]
        shares = (told(e, SHARE) for e in (one.measured, one.true))
        yield "", name, *shares, f"{100 * one.error:+.2f}", f"{100 * one.chance:.2f}"
