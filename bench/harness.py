"""The harness of all benches: options in, rows out, as a table, as JSON or into README.md.

A bench is a module `bench/NAME.py` that exports `BENCH`. Speed is never a test: the exit status is
0 whatever the figures say.
"""

import argparse
import datetime
import importlib
import os
import platform
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent
README = FOLDER / "README.md"

_BOUNDS = ("at_least", "at_most")
_HEAD = ("figure", "value", "unit", "to reach", "", "aim", "peer", "its value", "ratio", "n")
_RIGHT = (1, 5, 7, 8, 9)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: what was measured, what it should reach, and a peer measured in the same run.

    `at_least` or `at_most` is what it has to reach, `aim` what would be better still; `n` is how
    many things were measured. A peer that was not measured in this run is left blank.
    """

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    aim: float | None = None
    peer: str | None = None
    peer_value: float | None = None
    seed: int | None = None
    n: int | None = None

    def as_json(self) -> dict[str, object]:
        """Return the row as an object that has `at_least` or `at_most`, or neither, not both."""
        fields: dict[str, object] = msgspec.to_builtins(self)
        return {k: v for k, v in fields.items() if v is not None or k not in _BOUNDS}

    @property
    def reached(self) -> bool | None:
        """Return whether the value is as good as it has to be; None when nothing is asked."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return None if self.at_most is None else self.value <= self.at_most


@dataclass(frozen=True)
class Options:
    """How large a bench is; `repeat` runs of which the median counts."""

    people: int = 20_000
    days: int = 2
    seed: int = 7
    repeat: int = 3


@dataclass(frozen=True)
class Bench:
    """A question and how it is answered; `conditions` says what a reader must know beside it."""

    name: str
    question: str
    run: Callable[[Options], list[Row]]
    conditions: Callable[[Options], str] = lambda _: ""


def load_benches(folder: Path = FOLDER) -> Mapping[str, Bench]:
    """Return every bench of the folder by name: each module but this one is a bench."""
    names = sorted(path.stem for path in folder.glob("*.py"))
    modules = [n for n in names if not n.startswith("_") and n != "harness"]
    return {name: importlib.import_module(f"bench.{name}").BENCH for name in modules}


def main(benches: Sequence[Bench], arguments: Sequence[str] | None = None) -> int:
    """Run benches, print what they found, and return 0: a missed figure is no failure."""
    asked = _parser(benches).parse_args(arguments)
    options = Options(asked.people, asked.days, asked.seed, asked.repeat)
    found: list[Row] = []
    print(machine(), file=sys.stderr)
    for bench in benches:
        started = machine()
        rows = bench.run(options)
        found += rows
        section = report(bench, options, rows, started, _today())
        if not asked.json:
            print(section, flush=True)
        if asked.write is not None:
            old = asked.write.read_text(encoding="utf-8") if asked.write.exists() else ""
            asked.write.write_text(updated(old, bench.name, section), encoding="utf-8")
    if asked.json:
        print(msgspec.json.encode({"rows": [row.as_json() for row in found]}).decode())
    return 0


def machine() -> str:
    """Return the class of this machine and how busy it is: what a figure depends on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start"
    )


def report(bench: Bench, options: Options, rows: Sequence[Row], where: str, date: str) -> str:
    """Return a bench's results as Markdown that also reads well in a terminal."""
    lines = [f"## {bench.name}", "", bench.question, ""]
    lines += [f"{date}. {where}.", ""]
    lines += [
        f"`python -m bench.{bench.name} --people {options.people} --days {options.days} "
        f"--seed {options.seed} --repeat {options.repeat}`",
        "",
    ]
    if said := bench.conditions(options):
        lines += [said, ""]
    return "\n".join([*lines, *table(rows)]) + "\n"


def table(rows: Sequence[Row]) -> list[str]:
    """Return rows as the lines of an aligned Markdown table."""
    cells = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(_HEAD))]
    drawn = [
        [
            c.rjust(w) if i in _RIGHT else c.ljust(w)
            for i, (c, w) in enumerate(zip(line, widths, strict=True))
        ]
        for line in cells
    ]
    rule = ["-" * (w - 1) + (":" if i in _RIGHT else "-") for i, w in enumerate(widths)]
    return ["| " + " | ".join(line) + " |" for line in (drawn[0], rule, *drawn[1:])]


def updated(text: str, name: str, section: str) -> str:
    """Return a README with the section of one bench replaced, or added at its end."""
    begin, end = f"<!-- results of {name} -->", f"<!-- end of {name} -->"
    block = f"{begin}\n{section}{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if pattern.search(text):
        return pattern.sub(lambda _: block, text)
    return text.rstrip("\n") + f"\n\n{block}\n" if text.strip() else f"{block}\n"


def _cells(row: Row) -> tuple[str, ...]:
    bound = ""
    if row.at_least is not None:
        bound = f">= {_number(row.at_least)}"
    elif row.at_most is not None:
        bound = f"<= {_number(row.at_most)}"
    verdict = {True: "reached", False: "missed", None: ""}[row.reached]
    ratio = row.value / row.peer_value if row.peer_value else None
    aim, peer_value = _number(row.aim), _number(row.peer_value)
    count = "" if row.n is None else f"{row.n:,}"
    return (
        *(row.name, _number(row.value), row.unit, bound, verdict, aim),
        *(row.peer or "", peer_value, "" if ratio is None else f"{ratio:.2f} x", count),
    )


def _number(value: float | None) -> str:
    """Return a figure with three to four digits that mean something.

    >>> _number(12345.6), _number(41.23), _number(0.98765), _number(None)
    ('12,346', '41.2', '0.9877', '')
    """
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 10 else f"{value:.4g}"


def _parser(benches: Sequence[Bench]) -> argparse.ArgumentParser:
    questions = "\n".join(f"  {bench.name}: {bench.question}" for bench in benches)
    parser = argparse.ArgumentParser(
        description=f"Measure, and compare with what is to be reached.\n{questions}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    given = Options()
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--people", type=int, default=given.people, help="people in the world")
    parser.add_argument("--days", type=int, default=given.days, help="days of events")
    parser.add_argument("--seed", type=int, default=given.seed, help="what chance starts from")
    parser.add_argument(
        "--repeat", type=int, default=given.repeat, help="runs, of which the median counts"
    )
    parser.add_argument(
        "--write",
        type=Path,
        nargs="?",
        const=README,
        metavar="FILE",
        help="keep the results in bench/README.md (or FILE)",
    )
    return parser


def _today() -> str:
    return datetime.date.today().isoformat()
