"""Points of a pandas frame as columns of whole numbers, checked."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from linkage.errors import RiskError
from linkage.privacy.links_frame import doubts_of, plain
from linkage.privacy.rows import Ints

NEEDED = ("person", "source", "hour", "place")
_PEOPLE = 1 << 40


@dataclass(frozen=True)
class PointColumns:
    """Distinct points of people, and how many times each is held (`times`, 1 or more).

    `sources` are names in rising order, `source` places among them; `doubts` are people x sources,
    the people being `people`, in rising order. `secret` has a code for each of them, if asked for.
    `further` are more columns that tell points apart; `counted` names the columns whose values were
    no whole numbers, and are counted off instead.
    """

    sources: tuple[str, ...]
    people: Ints
    person: Ints
    source: Ints
    hour: Ints
    place: Ints
    times: Ints
    doubts: Ints
    secret: Ints | None
    further: Mapping[str, Ints]
    counted: tuple[str, ...]

    def at(self, hour: Ints, place: Ints) -> "PointColumns":
        """Return the same points with other hours and places."""
        return replace(self, hour=hour, place=place)


def point_columns(
    frame: pd.DataFrame,
    secret: str = "",
    links: pd.DataFrame | None = None,
    further: Sequence[str] = (),
) -> PointColumns:
    """Return the points of a frame; see `linkage.privacy.frames` for its columns and `links`.

    With a column `sign`, +1 is a point gained and -1 one taken back. People, hours and places that
    are no whole numbers are counted off in rising order. A source without points is one of the
    sources if `source` is categorical and knows it. Points that differ in a `further` column are
    different ones. Raises RiskError naming column, value and fix.
    """
    _refuse_lacking(frame, secret, further)
    sources, source = _sources(frame["source"])
    named = ("person", "hour", "place", *further)
    columns = {name: _numbers(frame[name], name) for name in named}
    rows = pd.DataFrame({"source": source, **columns, "times": _signs(frame)})
    keys = list(dict.fromkeys((*NEEDED, *further)))
    net = rows.groupby(keys, sort=True)["times"].sum()
    if (net < 0).any():
        least = net.index.to_frame(index=False).iloc[int(net.to_numpy().argmin())]
        raise _never_seen(frame, rows, least.to_dict(), int(net.min()))
    net = net[net > 0]
    index = net.index.to_frame(index=False)
    people = np.unique(index["person"].to_numpy(np.int64))
    counted = tuple(name for name in named if not _is_whole(_plain(frame[name])))
    if links is not None and "person" in counted:
        raise RiskError("links: they need a frame whose people are whole numbers, as theirs are")
    return PointColumns(
        sources=sources,
        people=people,
        person=index["person"].to_numpy(np.int64),
        source=index["source"].to_numpy(np.int64),
        hour=index["hour"].to_numpy(np.int64),
        place=index["place"].to_numpy(np.int64),
        times=net.to_numpy(np.int64),
        doubts=doubts_of(frame, rows, links, people, sources),
        secret=_secret(frame, rows, people, secret),
        further={name: index[name].to_numpy(np.int64) for name in further},
        counted=counted,
    )


def _refuse_lacking(frame: pd.DataFrame, secret: str, further: Sequence[str]) -> None:
    paired = ("account", "probability") if "probability" in frame.columns else ()
    wanted = [*NEEDED, *further, *paired, *([secret] if secret else [])]
    lacking = [name for name in wanted if name not in frame.columns]
    if lacking:
        raise RiskError(
            f"frame: columns {lacking} are missing; it has {list(frame.columns)}, and points need "
            f"{list(NEEDED)}"
        )
    if twice := [name for name in wanted if list(frame.columns).count(name) > 1]:
        raise RiskError(f"frame: it has column {twice[0]!r} twice; leave one out")
    for name in wanted:
        if frame[name].isna().any():
            row = frame.index[frame[name].isna()][0]
            raise RiskError(
                f"frame: column {name!r} is missing in row {plain(row)}; leave the row out"
            )
    if not len(frame) and not isinstance(frame["source"].dtype, pd.CategoricalDtype):
        raise RiskError("frame: it has no rows; a categorical `source` would say which there are")


def _sources(column: "pd.Series[str]") -> tuple[tuple[str, ...], Ints]:
    """Return the names of the sources in rising order, and the place of each row's among them."""
    categories = column.astype("category").cat
    words = [str(name) for name in categories.categories]
    sources = tuple(sorted(set(words)))
    place = np.array([sources.index(word) for word in words], dtype=np.int64)
    codes: Ints = categories.codes.to_numpy().astype(np.int64)
    return sources, place[codes] if len(codes) else codes


def _plain(values: "pd.Series[int]") -> "pd.Series[int]":
    """Return values as what they are, whether they came as categories or as objects."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    return values.infer_objects()


def _is_whole(values: "pd.Series[int]") -> bool:
    return not len(values) or pd.api.types.is_integer_dtype(values.dtype)


def _numbers(values: "pd.Series[int]", name: str) -> Ints:
    """Return whole numbers as they are, and count other values off in rising order."""
    values = _plain(values)
    if _is_whole(values):
        found: Ints = values.to_numpy().astype(np.int64)
        if name == "person" and len(found) and not 0 <= found.min() <= found.max() < _PEOPLE:
            bad = int(found[(found < 0) | (found >= _PEOPLE)][0])
            raise RiskError(f"person: got {bad}, needs whole numbers from 0 to 2**40 - 1")
        return found
    if pd.api.types.is_float_dtype(values.dtype):
        raise RiskError(
            f"{name}: got fractions ({plain(values.iloc[0])}); points are whole: round them to the "
            "resolution that is meant, then use .astype('int64')"
        )
    try:
        codes, _ = pd.factorize(values, sort=True)
    except TypeError:
        raise RiskError(
            f"{name}: its values cannot be compared; give all of them one type"
        ) from None
    return codes.astype(np.int64)


def _signs(frame: pd.DataFrame) -> Ints:
    if "sign" not in frame.columns:
        return np.ones(len(frame), dtype=np.int64)
    signs = frame["sign"].to_numpy()
    if not np.isin(signs, (-1, 1)).all():
        bad = signs[~np.isin(signs, (-1, 1))][0]
        raise RiskError(
            f"sign: got {plain(bad)}; allowed: 1 for a point gained, -1 for one taken back"
        )
    return signs.astype(np.int64)


def _never_seen(
    frame: pd.DataFrame, rows: pd.DataFrame, key: Mapping[Hashable, int], net: int
) -> RiskError:
    """Return the error of a point that was taken back more often than gained, in its own words."""
    mine = np.logical_and.reduce(
        [rows[str(name)].to_numpy() == value for name, value in key.items()]
    )
    row = int(np.flatnonzero(mine)[0])
    what = ", ".join(f"{name} {frame[str(name)].iloc[row]}" for name in key)
    return RiskError(
        f"sign: {what} was taken back {-net} times more than it was gained; leave that row out"
    )


def _secret(frame: pd.DataFrame, rows: pd.DataFrame, people: Ints, name: str) -> Ints | None:
    """Return the code of the secret of each of the people, who have one each."""
    if not name:
        return None
    codes, _ = pd.factorize(_plain(frame[name]), sort=True)
    pairs = pd.DataFrame({"person": rows["person"], "code": codes}).drop_duplicates()
    if pairs["person"].duplicated().any():
        row = pairs.index[pairs["person"].duplicated()][0]
        person = frame["person"].iloc[row]
        raise RiskError(f"{name}: person {person} has several values; a secret is one value each")
    pairs = pairs[pairs["person"].isin(people)].sort_values("person")
    return pairs["code"].to_numpy(np.int64)
