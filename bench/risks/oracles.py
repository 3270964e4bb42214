"""Rows that put our risk figures beside pycanon's, anonymeter's and an exhaustive count.

All look at one frame of people; anonymeter also at as many who were held out. A row has our figure
and another's; where its name says exhaustive, the first is a count that no figure of ours states.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import Options, Row
from bench.risks import against_anonymeter, against_pycanon
from bench.risks.against_anonymeter import ATTACKS, Frames
from bench.risks.people import SECRET, halves, people
from bench.risks.second_opinions import ask_anonymeter, ask_pycanon

CLASSES: Mapping[str, tuple[str, ...]] = {
    "sex, home": ("sex", "home"),
    "year, sex, home": ("year", "sex", "home"),
}
"""By which columns people look alike to pycanon: everybody has company, or few have much."""


def rows(options: Options) -> list[Row]:
    """Return every row; the first time environments are made, which takes minutes."""
    frames = Frames(*halves(people(options.people, options.seed)))
    return list(chain(_pycanon(frames, options), _anonymeter(frames, options)))


def conditions(options: Options) -> str:
    """Return what is counted, without which no figure means anything."""
    return (
        f"{options.people // 2:,} synthetic people are released as they are, as many held out. "
        "pycanon: classes by the columns named. anonymeter: birth year, month, sex, cell of the "
        "home and surname (5), or decade, sex and home (3); the secret is the cell of the "
        f"workplace, or none; {ATTACKS} attacks by each; what is released is its original and its "
        "synthetic frame, and each draw of columns is tried once. `over the control` is (value - "
        "control) / (1 - control).\n"
        "Exhaustive counts are over all people, pairs or sets of columns and share no code with "
        "ours. Linking: ours is told that both halves are one person's and names whom they fit. "
        "`told from another's`: the right second half against one other. `found among all`: the "
        "best single guess at it among everybody's. `by coin`: one of whom the first fits is one "
        "of whom the second fits, drawn by chance, which is anonymeter's attack with its ties "
        "broken so."
    )


def _pycanon(frames: Frames, options: Options) -> Iterator[Row]:
    with TemporaryDirectory() as folder:
        answer = ask_pycanon(frames.released, CLASSES, SECRET, Path(folder))
    for name, columns in CLASSES.items():
        said = f"pycanon {answer.version}", answer.frames[name]
        yield from against_pycanon.rows(name, frames.released, columns, said, options.seed)


def _anonymeter(frames: Frames, options: Options) -> Iterator[Row]:
    asked = against_anonymeter.attacks(len(frames.released))
    job: Mapping[str, object] = {"seed": options.seed, "secret": SECRET}
    with TemporaryDirectory() as folder:
        answer = ask_anonymeter(*frames, asked, job, Path(folder))
    said = f"anonymeter {answer.version}", answer.attacks
    yield from against_anonymeter.rows(frames, said, options.seed)
