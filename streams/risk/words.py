"""Risk figures in words: a value with its interval, and tables of them."""

from collections.abc import Sequence

from linkage.privacy.estimate import Estimate

WIDEST = 130
"""Characters of the widest line of a table, if its first two columns allow."""
NOTHING = "-"


def told(one: Estimate | None, unit: str) -> str:
    """Return a figure with its interval; what was counted has none. After a bar is the control.

    A figure of nobody is a dash.

    >>> told(Estimate(value=0.5, low=0.4, high=0.6, n=9, estimand="sample", control=0.25), "share")
    '50.00 [40.00, 60.00] % | 25.00'
    >>> told(Estimate(value=3.0, low=3.0, high=3.0, n=9, estimand="census"), "classes")
    '3'
    """
    if one is None or one.n == 0:
        return NOTHING
    value = _number(one.value, unit)
    if one.estimand != "census":
        value = f"{value} [{_number(one.low, unit)}, {_number(one.high, unit)}]"
    control = "" if one.control is None else f" | {_number(one.control, unit)}"
    return f"{value}{' %' if unit.startswith('share') else ''}{control}"


def _number(value: float, unit: str) -> str:
    if unit.startswith("share"):
        percent = 100 * value
        return f"{percent:.2f}" if abs(percent) >= 0.01 or percent == 0 else f"{percent:.4f}"
    return f"{value:.2f}" if "bits" in unit else f"{value:,.0f}"


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as lines: the first column to the left, the others to the right.

    >>> grid(["view", "people"], [["phone", "12"]])
    ['  view   people', '  phone      12']
    """
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    lines = []
    for first, *others in (head, *rows):
        cells = [cell.rjust(width + 2) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append(f"  {first.ljust(widths[0])}{''.join(cells)}".rstrip())
    return lines


def grids(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as several with the same first column, none wider than WIDEST if possible."""
    if not rows:
        return grid(head, rows)
    columns = list(zip(head, *rows, strict=True))
    first, waiting, lines = columns[0], columns[1:], list[str]()
    while waiting:
        shown, room = [first], WIDEST - 2 - max(map(len, first))
        while waiting and (len(shown) == 1 or room >= 2 + max(map(len, waiting[0]))):
            room -= 2 + max(map(len, waiting[0]))
            shown.append(waiting.pop(0))
        lines += [*([""] if lines else []), *grid(*_rows(shown))]
    return lines


def _rows(columns: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    head, *rows = map(list, zip(*columns, strict=True))
    return head, rows
