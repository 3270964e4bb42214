"""Our figures of classes of equal rows beside pycanon's and an exhaustive count."""

from collections.abc import Iterator, Sequence
from math import log
from typing import NamedTuple

import pandas as pd

from bench.harness import Row
from bench.risks.beside import Beside
from bench.risks.exhaustive import class_sizes, guessed, secrets_by_class
from bench.risks.people import SECRET, as_points
from bench.risks.second_opinions import Anonymity
from linkage.privacy.frames import How, measure

_OURS = (
    *("prosecutor", "classes", "identified_share", "small_classes", "vulnerability"),
    "attribute_inference",
)


class Figure(NamedTuple):
    """One figure by three hands."""

    name: str
    unit: str
    ours: float
    theirs: float
    true: float


def rows(
    frame: str,
    released: pd.DataFrame,
    columns: Sequence[str],
    said: tuple[str, Anonymity],
    seed: int,
) -> Iterator[Row]:
    """Yield our figures beside pycanon's, how far apart all three are, and where they part."""
    peer, answer = said
    beside = Beside(peer, seed, len(released))
    same = list(alike(released, columns, answer))
    for figure in same:
        yield beside.row(f"{frame}: {figure.name}", figure.ours, figure.theirs, figure.unit)
    for whose, furthest in (
        (peer, max(abs(figure.ours - figure.theirs) for figure in same)),
        ("the exhaustive count", max(abs(figure.ours - figure.true) for figure in same)),
    ):
        name = f"{frame}: furthest of these from {whose}"
        yield Row(name=name, value=furthest, unit="", at_most=1e-9, seed=seed, n=beside.n)
    for figure in unlike(released, columns, answer):
        yield beside.row(f"{frame}: {figure.name}", figure.ours, figure.theirs)
        yield beside.true(f"{frame}: {figure.name}", figure.ours, figure.true)
    secrets = secrets_by_class(released, columns, SECRET)
    least = float(min(map(len, secrets)))
    yield beside.row(f"{frame}: exhaustive l-diversity", least, answer.l, "values")
    alpha = max(max(votes.values()) / votes.total() for votes in secrets)
    yield beside.row(f"{frame}: exhaustive alpha", alpha, answer.alpha)


def alike(released: pd.DataFrame, columns: Sequence[str], said: Anonymity) -> Iterator[Figure]:
    """Yield what both measure."""
    ours, sizes, n = _ours(released, columns), class_sizes(released, columns), len(released)
    few = sum(size for size in sizes if size < 5)
    theirs = sum(size * many for size, many in said.sizes.items() if size < 5)
    yield Figure("k, the smallest class", "people", 1 / ours["prosecutor"], said.k, sizes[0])
    yield Figure("largest risk", "share", ours["prosecutor"], said.largest_risk, 1 / sizes[0])
    yield Figure("classes", "classes", ours["classes"], said.classes, len(sizes))
    alone = ours["identified_share"], said.sizes.get(1, 0) / n, sizes.count(1) / n
    yield Figure("alone in their class", "share", *alone)
    yield Figure("in a class of fewer than 5", "share", ours["small_classes"], theirs / n, few / n)
    spread = float(measure(as_points(released, (SECRET,)), "bits")["value"][0])
    whole = class_sizes(released, (SECRET,))
    nats = -sum(size / n * log(size / n) for size in whole)
    yield Figure(f"entropy of {SECRET}", "nats", spread * log(2), said.entropy, nats)


def unlike(released: pd.DataFrame, columns: Sequence[str], said: Anonymity) -> Iterator[Figure]:
    """Yield what is called alike and is counted otherwise."""
    ours, sizes = _ours(released, columns), class_sizes(released, columns)
    yield Figure(
        "one guess at anybody is right, the average risk",
        "share",
        *(ours["vulnerability"], said.average_risk, len(sizes) / len(released)),
    )
    yield Figure(
        f"{SECRET} guessed from the class, 1 - classification metric",
        "share",
        *(ours["attribute_inference"], 1 - said.wrong),
        guessed(released, columns, SECRET).majority,
    )


def _ours(released: pd.DataFrame, columns: Sequence[str]) -> dict[str, float]:
    """Return our figures of the view of all columns; everybody is attacked by the whole row."""
    how = How(sample=len(released), views=(tuple(columns),), secret=SECRET)
    found = measure(as_points(released, tuple(columns)), _OURS, "operator", how=how)
    return dict(zip(found["metric"], found["value"].astype(float), strict=True))
