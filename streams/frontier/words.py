"""A frontier in words: tables that are read in a terminal as well as on a page."""

from collections.abc import Iterator, Mapping, Sequence

from linkage.privacy.defence import Form
from linkage.privacy.effect import Change, effects
from linkage.privacy.estimate import Estimate
from linkage.privacy.frontier import NONE, Figure, Kind, Trade
from streams.frontier.found import Found

Choice = tuple[str, int]
_FORMS: Mapping[Form, str] = {
    "traces": "Traces: points of people",
    "encodings": "Encodings: who people are",
    "counts": "Counts: how many people",
}
_TITLES: Mapping[Kind, str] = {
    "attack": "Risk left: success of attacks",
    "metric": "Risk left: metrics of what is published, sources joined",
    "use": "Usefulness kept: 1 is as without defence",
}
_NOTES: Mapping[Kind, str] = {
    "attack": "Of everybody that the holder has, published or not; (control) is guessing alone.",
    "metric": "Of the pseudonyms that are published, against somebody who knows some of the "
    "published points. Where points were moved nobody knows those, and there is no figure.",
    "use": "Each is read as the legend of what is published says, and by nobody who knows more.",
}


def lines(found: Found) -> Iterator[str]:
    """Yield the report: per form of publication what is left and kept, fronts, and no effects."""
    yield from ("# Risk left against usefulness kept", "", f"{found.world}.")
    yield "Brackets hold 95 % intervals; of one value alone there is no doubt in this world."
    for form, title in _FORMS.items():
        mine = [figure for figure in found.figures if figure.form == form]
        if not mine:
            continue
        yield from ("", f"## {title}")
        for kind, what in _TITLES.items():
            some = [figure for figure in mine if figure.kind == kind]
            if some:
                yield from ("", f"### {what}", "", _NOTES[kind], "", *_figures(some))
        yield from ("", "### On the front", "", *_front(found.trades, form))
        beside = "no defence" if form == "traces" else "strength 1"
        yield from ("", f"### Beside {beside}", "", *_changes(mine))


def choice_name(choice: Choice) -> str:
    """Return a defence and its strength in words."""
    defence, strength = choice
    return defence if defence == NONE else f"{defence} {strength}"


def interval(estimate: Estimate) -> str:
    """Return a value with its interval, in as few digits as tell.

    >>> interval(Estimate(value=0.5, low=0.41, high=0.6, n=9, estimand="sample"))
    '0.50 [0.41, 0.60]'
    """
    if estimate.low == estimate.high:
        return _number(estimate.value)
    ends = f"[{_number(estimate.low)}, {_number(estimate.high)}]"
    return f"{_number(estimate.value)} {ends}"


def _number(value: float) -> str:
    if 0.0 < abs(value) < 0.1:
        return f"{value:.3f}"
    return (
        f"{value:.2f}" if abs(value) < 10.0 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
    )


def _figures(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield a table: a row for each defence and strength, a column for each thing measured."""
    names = list(dict.fromkeys(figure.name for figure in figures))
    rows: dict[Choice, dict[str, str]] = {}
    for figure in figures:
        row = rows.setdefault((figure.defence, figure.strength), {})
        row[figure.name] = interval(figure.estimate)
    more = [f.name for f in figures if f.better == "more" and f.kind == "metric"]
    heads = [f"{name} (more is better)" if name in more else name for name in names]
    cells = [
        [choice_name(choice), *(row.get(name, "-") for name in names)]
        for choice, row in rows.items()
    ]
    yield from grid(["defence", *heads], [*cells, *_controls(figures, names)])


def _controls(figures: Sequence[Figure], names: Sequence[str]) -> list[list[str]]:
    """Return a row with what guessing comes to where nothing is changed, if any has it."""
    first: dict[str, float] = {}
    for figure in figures:
        if figure.estimate.control is not None:
            first.setdefault(figure.name, figure.estimate.control)
    if not first:
        return []
    told = [_number(first[name]) if name in first else "-" for name in names]
    return [["(control)", *told]]


def _front(trades: Sequence[Trade], form: Form) -> Iterator[str]:
    """Yield a table: a row for each risk, a column for each use, who is on the front in each."""
    mine = [trade for trade in trades if trade.risk.form == form]
    uses = list(dict.fromkeys(trade.use.name for trade in mine))
    rows: dict[tuple[str, str], dict[str, list[str]]] = {}
    for trade in mine:
        row = rows.setdefault((trade.risk.kind, trade.risk.name), {})
        if trade.front:
            name = choice_name((trade.risk.defence, trade.risk.strength))
            row.setdefault(trade.use.name, []).append(f"{name}*" if trade.clear else name)
    cells = [
        [f"{kind} {name}", *(_short(row.get(use, [])) for use in uses)]
        for (kind, name), row in rows.items()
    ]
    yield "Nothing is better in one and as good in the other; * where the intervals leave no doubt."
    yield from ("", *grid(["risk", *uses], cells))


def _short(names: Sequence[str]) -> str:
    """Return names with the strengths of one defence together.

    >>> _short(["none", "suppress 2", "suppress 4*", "sample 8"])
    'none; suppress 2, 4*; sample 8'
    """
    together: dict[str, list[str]] = {}
    for name in names:
        defence, _, strength = name.partition(" ")
        together.setdefault(defence, []).append(strength)
    return "; ".join(f"{d} {', '.join(s)}".rstrip() for d, s in together.items())


def _changes(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield for each risk which defences leave it as it was, as far as can be told, or raise it."""
    groups: dict[tuple[str, str], dict[Change, list[str]]] = {}
    for one in effects(figures):
        group = groups.setdefault((one.figure.kind, one.figure.name), {})
        name = choice_name((one.figure.defence, one.figure.strength))
        group.setdefault(one.change, []).append(name)
    heads: tuple[Change, ...] = ("not told apart", "more risk", "less risk")
    cells = [
        [f"{kind} {name}", *(_short(group.get(head, [])) or "-" for head in heads)]
        for (kind, name), group in groups.items()
    ]
    yield from grid(["risk", *heads], cells)


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown, with columns as wide as what stands in them."""
    every = [list(heads), *map(list, rows)]
    widths = [max(3, *(len(row[column]) for row in every)) for column in range(len(heads))]
    every.insert(1, ["-" * width for width in widths])
    for row in every:
        yield "| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
