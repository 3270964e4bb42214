"""Risk of a pandas frame of points: the same metrics and adversaries as on the live stream.

A frame has a row for each point: `person` (whole numbers), `source` (text), `hour` and `place`
(whole numbers). It may also have `account` and `probability`, the chance that the account's link to
the person is right, and a sensitive column whose values are to be guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
import numpy as np
import pandas as pd

from linkage.errors import RiskError
from linkage.privacy.adversary import Adversary, Knowledge, load_adversaries
from linkage.privacy.hashing import text_hash
from linkage.privacy.histogram import ClassHistogram, Moves
from linkage.privacy.lattice import class_moves, lattice
from linkage.privacy.metric import Context, Metric, Secrets, figures, load_metrics
from linkage.privacy.points import PointIndex
from linkage.privacy.points_frame import PointColumns, point_columns
from linkage.privacy.rows import Ints, Keys
from linkage.privacy.view import View, mix_points, salt_of

COLUMNS = (
    *("metric", "part", "view", "adversary", "value", "low", "high", "n", "estimand", "control"),
    *("unit", "population", "seed", "config"),
)
"""The columns of a tidy frame of figures."""
T = TypeVar("T")


@dataclass(frozen=True)
class Resolution:
    """What a point tells: an hour among so many, a square of so many cells a side.

    `width` is how many cells make a row of the grid, `first` the number of its first cell: lower
    places are no cells, and stay as they are. So do all places of the sources in `apart`. The three
    matter only where a side is above 1. Raises RiskError for less than 1 hour, cell or width.
    """

    hours: int = 1
    side: int = 1
    width: int = 1
    first: int = 0
    apart: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("hours", "side", "width"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise RiskError(
                    f"{name}: got {value!r}, needs a whole number of 1 or more; points cannot be "
                    "finer than the data"
                )

    def coarse(self, hour: Ints, place: Ints) -> tuple[Ints, Ints]:
        """Return the first hour of each window and the first cell of each square.

        >>> hour, place = Resolution(4, 2, width=10, first=1).coarse(np.array([7]), np.array([22]))
        >>> hour.tolist(), place.tolist()
        ([4], [21])
        """
        cell = place - self.first
        row, column = cell // self.width, cell % self.width
        corner = (row - row % self.side) * self.width + (column - column % self.side) + self.first
        known = (cell < 0) | (self.side == 1)
        return hour - hour % self.hours, np.where(known, place, corner)

    def __str__(self) -> str:
        """Return it in words."""
        when = "hour" if self.hours == 1 else f"{self.hours} hours"
        return f"{when} x {'place' if self.side == 1 else f'{self.side} x {self.side} places'}"


@dataclass(frozen=True)
class How:
    """How a frame is measured: what the attacker holds, how many are attacked, how finely.

    `views` are sets of sources, all subsets when empty; `secret` the column to be guessed.
    """

    points: int = 4
    error: float = 0.0
    coverage: float = 1.0
    sample: int = 1000
    resolution: Resolution = field(default_factory=Resolution)
    views: tuple[tuple[str, ...], ...] = ()
    secret: str = ""

    def __post_init__(self) -> None:
        Knowledge(self.points, "", self.error, self.coverage)
        if self.sample < 1:
            raise RiskError(f"sample: got {self.sample}, needs 1 person or more to attack")

    @property
    def hash(self) -> str:
        """Return 16 hex digits that another configuration does not have."""
        return f"{text_hash(msgspec.json.encode(self, order='sorted').decode()):016x}"


def measure(
    frame: pd.DataFrame,
    metric: str | Sequence[str] = "all",
    adversary: str = "points",
    seed: int = 1,
    how: How = How(),
) -> pd.DataFrame:
    """Return what some metrics say of every view of a frame, tidy: a row for each figure.

    `metric` is a name, several, or "all" that apply. Columns as in COLUMNS: `part` is the source
    that a share is of, or "", `control` the naive attack's success where there is one, `config`
    the hash of how it was measured. The same call gives the same rows. Raises RiskError for
    columns, metrics, adversaries and views that there are not, and for values that are no points.

    >>> seen = {"person": [1, 1, 2], "source": "phone", "hour": [1, 2, 1], "place": 0}
    >>> frame = pd.DataFrame(seen)
    >>> measure(frame, "vulnerability")[["view", "value", "n"]].values.tolist()
    [['phone', 1.0, 2]]
    """
    chosen, who = _chosen(metric), _named("adversary", adversary, load_adversaries())
    rows = []
    for context in contexts(point_columns(frame, how.secret), who, seed, how):
        against = who.says(context.knowledge)
        for name, estimate in figures(chosen, context).items():
            head, _, part = name.partition("/")
            full = chosen[head].against == "full trace"
            rows.append(
                (
                    *(head, part, context.view.name, "full trace" if full else against),
                    *(estimate.value, estimate.low, estimate.high, estimate.n, estimate.estimand),
                    *(estimate.control, chosen[head].unit, context.population, seed, how.hash),
                )
            )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"control": float})


def contexts(
    points: PointColumns, adversary: Adversary, seed: int = 1, how: How = How()
) -> Iterator[Context]:
    """Yield the context of each view that is asked for, small views first."""
    points = _coarse(points, how.resolution)
    views = _views(points.sources, how.views)
    keys = _keys(points)
    histogram, index = _histogram(points, keys, views), _index(points, keys, seed, how.sample)
    profiles = index.profiles(index.targets())
    secrets = None if points.secret is None else Secrets(points.people, points.secret)
    for number, view in enumerate(views):
        if not how.views or view.sources in map(tuple, map(sorted, how.views)):
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


def _coarse(points: PointColumns, resolution: Resolution) -> PointColumns:
    hour, place = resolution.coarse(points.hour, points.place)
    apart = [n for n, source in enumerate(points.sources) if source in resolution.apart]
    return points.coarse(hour, np.where(np.isin(points.source, apart), points.place, place))


def _views(sources: tuple[str, ...], asked: Sequence[Sequence[str]]) -> tuple[View, ...]:
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


def _chosen(metric: str | Sequence[str]) -> Mapping[str, Metric]:
    known = load_metrics()
    if metric == "all":
        return known
    names = [metric] if isinstance(metric, str) else metric
    return {name: _named("metric", name, known) for name in names}


def _named(what: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        raise RiskError(f"{what}: got {name!r}; allowed: {', '.join(known)}")
    return known[name]
