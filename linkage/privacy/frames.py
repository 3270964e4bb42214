"""Risk of a pandas frame of points: the same metrics and adversaries as on the live stream.

A frame has a row for each point: `person` (whole numbers), `source` (text), `hour` and `place`
(whole numbers). It may also have `account` and `probability`, the chance that the account's link to
the person is right, with `start` where an account has several holders in turn; `sign`, -1 for a
point that is taken back; and a sensitive column whose values are to be guessed. Values that are no
whole numbers are counted off in rising order: the classes are the same, but another sample is
attacked, by other points. The order of rows, the index and the widths of numbers change nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from linkage.errors import RiskError
from linkage.privacy.adversary import Adversary, Knowledge, load_adversaries
from linkage.privacy.estimate import Estimate
from linkage.privacy.histogram import ClassHistogram, Moves
from linkage.privacy.how import USUAL, How, Resolution
from linkage.privacy.lattice import class_moves, lattice
from linkage.privacy.metric import Context, Metric, Need, Secrets, figures, load_metrics
from linkage.privacy.points import PointIndex
from linkage.privacy.points_frame import PointColumns, point_columns
from linkage.privacy.rows import Keys
from linkage.privacy.view import View, mix_points, salt_of

__all__ = ["COLUMNS", "How", "Resolution", "contexts", "measure"]

COLUMNS = (
    *("metric", "part", "view", "adversary", "value", "low", "high", "n", "estimand", "control"),
    *("unit", "population", "seed", "config"),
)
"""The columns of a tidy frame of figures."""
T = TypeVar("T")


def measure(
    frame: pd.DataFrame,
    metric: str | Sequence[str] = "all",
    adversary: str | Adversary = "points",
    seed: int = 1,
    how: How = USUAL,
    links: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return what some metrics say of every view of a frame, tidy: a row for each figure.

    `metric` is a name, several, or "all" that apply; `adversary` a name, or one of your own (those
    in a folder come by `adversary.load_adversaries(folder, "mine")`). `links` has person, source,
    account and probability of links that count although they may have no points, as on the stream;
    rows whose `status` is not linked are passed over.

    Columns as in COLUMNS: `part` is the source that a share is of, or "", `control` the naive
    attack's success where there is one, `config` the hash of how it was measured. The same call
    gives the same rows. Raises RiskError for columns, metrics, adversaries and views that there are
    not, for metrics that do not apply, and for values that are no points.

    >>> seen = {"person": [1, 1, 2], "source": "phone", "hour": [1, 2, 1], "place": 0}
    >>> frame = pd.DataFrame(seen)
    >>> measure(frame, "vulnerability")[["view", "value", "n"]].values.tolist()
    [['phone', 1.0, 2]]
    """
    chosen, who = chosen_metrics(metric), _attacker(adversary)
    rows = []
    for context in contexts(point_columns(frame, how.secret, links), who, seed, how):
        if metric != "all":
            _refuse_inapplicable(chosen, context)
        against = who.says(context.knowledge)
        for name, estimate in figures(chosen, context).items():
            head, _, part = name.partition("/")
            full = chosen[head].against == "full trace"
            held = "full trace" if full else against
            of = head, part, context.view.name, held
            last = chosen[head].unit, context.population, seed, how.hash
            rows.append((*of, *told(estimate), *last))
    return tidy(rows)


def told(e: Estimate) -> tuple[object, ...]:
    """Return the values of a row of COLUMNS that an estimate has."""
    return e.value, e.low, e.high, e.n, e.estimand, e.control


def tidy(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Return rows of COLUMNS as a frame."""
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"control": float})


def contexts(
    points: PointColumns, adversary: Adversary, seed: int = 1, how: How = USUAL
) -> Iterator[Context]:
    """Yield the context of each view that is asked for, small views first."""
    points = coarsened(points, how.resolution)
    views = views_asked(points.sources, how.views)
    asked = {frozenset(names) for names in how.views}
    keys = _keys(points)
    histogram, index = _histogram(points, keys, views), _index(points, keys, seed, how.sample)
    profiles = index.profiles(index.targets())
    secrets = None if points.secret is None else Secrets(points.people, points.secret)
    for number, view in enumerate(views):
        if not asked or frozenset(view.sources) in asked:
            yield Context(
                view=view,
                number=number,
                sources=tuple(points.sources.index(source) for source in view.sources),
                views=views,
                histogram=histogram,
                visible=index,
                profiles=profiles,
                adversary=adversary,
                knowledge=Knowledge(how.points, str(how.resolution), how.error, how.coverage),
                seed=seed,
                population=index.people(),
                secrets=secrets,
            )


def coarsened(points: PointColumns, resolution: Resolution) -> PointColumns:
    """Return points as they are told at a resolution.

    Raises RiskError where that needs numbers and there were none.
    """
    for name, size in (("hour", resolution.hours), ("place", resolution.side)):
        if size > 1 and name in points.counted:
            raise RiskError(
                f"resolution: {name} needs whole numbers to be told by {size} at a time"
            )
    hour, place = resolution.coarse(points.hour, points.place)
    apart = [n for n, source in enumerate(points.sources) if source in resolution.apart]
    return points.at(hour, np.where(np.isin(points.source, apart), points.place, place))


def views_asked(sources: tuple[str, ...], asked: Sequence[Sequence[str]]) -> tuple[View, ...]:
    """Return the lattice of the sources that are asked for, of all if none is."""
    if strange := {name for names in asked for name in names} - set(sources):
        raise RiskError(
            f"views: the frame has no source {min(strange)!r}; allowed: {', '.join(sources)}. A "
            "source without points needs a categorical column that knows it"
        )
    named = {name for names in asked for name in names} or set(sources)
    return lattice(tuple(source for source in sources if source in named))


def _keys(points: PointColumns) -> Keys:
    """Return the mixed point of each row."""
    keys = np.zeros(len(points.person), dtype=np.uint64)
    for number, source in enumerate(points.sources):
        rows = points.source == number
        keys[rows] = mix_points(salt_of(source), points.hour[rows], points.place[rows])
    return keys


def _histogram(points: PointColumns, keys: Keys, views: tuple[View, ...]) -> ClassHistogram:
    sums = np.zeros((len(points.people), len(points.sources)), dtype=np.uint64)
    owner = np.searchsorted(points.people, points.person)
    np.add.at(sums, (owner, points.source), keys * points.times.astype(np.uint64))
    nothing, doubts = np.zeros_like(sums), points.doubts
    histogram = ClassHistogram(len(views))
    moves = class_moves(views, points.sources, (nothing, sums), (np.zeros_like(doubts), doubts))
    histogram.move(Moves(*(np.concatenate(parts) for parts in zip(*moves, strict=True))))
    return histogram


def _index(points: PointColumns, keys: Keys, seed: int, sample: int) -> PointIndex:
    index = PointIndex(seed, sample)
    gained = np.ones(len(keys), dtype=np.int8)
    index.add(points.person, points.source.astype(np.uint8), keys, gained)
    return index


def chosen_metrics(metric: str | Sequence[str]) -> Mapping[str, Metric]:
    """Return the metrics of these names, or all; RiskError names those there are."""
    known = load_metrics()
    if metric == "all":
        return known
    names = [metric] if isinstance(metric, str) else metric
    return {name: _named("metric", name, known) for name in names}


def _attacker(adversary: str | Adversary) -> Adversary:
    if isinstance(adversary, Adversary):
        return adversary
    return _named("adversary", adversary, load_adversaries())


def _refuse_inapplicable(chosen: Mapping[str, Metric], context: Context) -> None:
    """Refuse a metric that was asked for by name and lacks what it needs."""
    for name, metric in chosen.items():
        if lacks := [need for need in metric.needs if not context.has(need)]:
            raise RiskError(f"metric: {name} needs {_FIX.get(lacks[0], lacks[0])}")


_FIX: Mapping[Need, str] = {
    "secrets": "a column to be guessed: How(secret=...)",
    "followed": "people followed over time, as the live stream does; a frame has no order",
    "lattice": "views without a purpose",
    "doubts": "views without a purpose",
}


def _named(what: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        raise RiskError(f"{what}: got {name!r}; allowed: {', '.join(known)}")
    return known[name]
