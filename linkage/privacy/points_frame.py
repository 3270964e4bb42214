"""Points of a pandas frame as columns of whole numbers, checked."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linkage.errors import RiskError
from linkage.privacy.doubt import doubt
from linkage.privacy.rows import Ints

NEEDED = ("person", "source", "hour", "place")
_PEOPLE = 1 << 40


@dataclass(frozen=True)
class PointColumns:
    """Distinct points of people, and how many times each is held (`times`, 1 or more).

    `sources` are names in rising order, `source` places among them; `doubts` are people x sources,
    the people being `people`, in rising order. `secret` has a code for each of them, if asked for.
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

    def coarse(self, hour: Ints, place: Ints) -> "PointColumns":
        """Return the same points with other hours and places."""
        rest = self.person, self.source
        kept = self.times, self.doubts, self.secret
        return PointColumns(self.sources, self.people, *rest, hour, place, *kept)


def point_columns(frame: pd.DataFrame, secret: str = "") -> PointColumns:
    """Return the points of a frame; see `linkage.privacy.frames` for its columns.

    With a column `sign`, +1 is a point gained and -1 one taken back. People, hours and places that
    are no whole numbers are numbered in rising order. A source without points is one of the
    sources if `source` is categorical and knows it. Raises RiskError naming column, value and fix.
    """
    _refuse_lacking(frame, secret)
    categories = frame["source"].astype("category").cat
    sources = tuple(sorted(str(name) for name in categories.categories))
    place_of = {name: place for place, name in enumerate(sources)}
    source = np.array([place_of[str(c)] for c in categories.categories], dtype=np.int64)
    columns = [_numbers(frame[name], name) for name in ("person", "hour", "place")]
    rows = pd.DataFrame(
        {
            "person": columns[0],
            "source": source[categories.codes] if len(source) else np.empty(0, np.int64),
            "hour": columns[1],
            "place": columns[2],
            "times": _signs(frame),
        }
    )
    net = rows.groupby(["person", "source", "hour", "place"], sort=True)["times"].sum()
    if (net < 0).any():
        p, s, hour, place = net.index[int(net.to_numpy().argmin())]
        raise RiskError(
            f"sign: person {p}, source {sources[s]}, hour {hour}, place {place} was taken back "
            f"{-int(net.min())} times more than it was gained; leave that row out"
        )
    net = net[net > 0]
    index = net.index.to_frame(index=False)
    people = np.unique(columns[0])
    return PointColumns(
        sources=sources,
        people=people,
        person=index["person"].to_numpy(np.int64),
        source=index["source"].to_numpy(np.int64),
        hour=index["hour"].to_numpy(np.int64),
        place=index["place"].to_numpy(np.int64),
        times=net.to_numpy(np.int64),
        doubts=_doubts(frame, rows, people, len(sources)),
        secret=_secret(frame, rows, people, secret),
    )


def _refuse_lacking(frame: pd.DataFrame, secret: str) -> None:
    paired = ("account", "probability") if "probability" in frame.columns else ()
    wanted = [*NEEDED, *paired, *([secret] if secret else [])]
    lacking = [name for name in wanted if name not in frame.columns]
    if lacking:
        raise RiskError(
            f"frame: columns {lacking} are missing; it has {list(frame.columns)}, and points need "
            f"{list(NEEDED)}"
        )
    for name in wanted:
        if frame[name].isna().any():
            row = frame.index[frame[name].isna()][0]
            raise RiskError(f"frame: column {name!r} is missing in row {row!r}; leave the row out")
    if not len(frame) and not isinstance(frame["source"].dtype, pd.CategoricalDtype):
        raise RiskError("frame: it has no rows; a categorical `source` would say which there are")


def _numbers(values: "pd.Series[int]", name: str) -> Ints:
    """Return whole numbers as they are, and number other values in rising order."""
    if not len(values) or pd.api.types.is_integer_dtype(values.dtype):
        found = values.to_numpy(np.int64)
        if name == "person" and len(found) and not 0 <= found.min() <= found.max() < _PEOPLE:
            bad = int(found[(found < 0) | (found >= _PEOPLE)][0])
            raise RiskError(f"person: got {bad}, needs whole numbers from 0 to 2**40 - 1")
        return found
    if pd.api.types.is_float_dtype(values.dtype):
        raise RiskError(
            f"{name}: got fractions ({values.iloc[0]!r}); points are whole: use .astype('int64') "
            "after rounding them to the resolution that is meant"
        )
    codes, _ = pd.factorize(values, sort=True)
    return codes.astype(np.int64)


def _signs(frame: pd.DataFrame) -> Ints:
    if "sign" not in frame.columns:
        return np.ones(len(frame), dtype=np.int64)
    signs = frame["sign"].to_numpy()
    if not np.isin(signs, (-1, 1)).all():
        bad = signs[~np.isin(signs, (-1, 1))][0]
        raise RiskError(f"sign: got {bad!r}; allowed: 1 for a point gained, -1 for one taken back")
    return signs.astype(np.int64)


def _doubts(frame: pd.DataFrame, rows: pd.DataFrame, people: Ints, sources: int) -> Ints:
    """Return the doubt of each person's links by source: of each account once."""
    found = np.zeros((len(people), sources), dtype=np.int64)
    if "probability" in frame.columns:
        links = rows[["person", "source"]].assign(
            account=frame["account"].to_numpy(), probability=frame["probability"].to_numpy()
        )
        links = links.drop_duplicates()
        twice = links.duplicated(["person", "source", "account"])
        if twice.any():
            account = links["account"][twice].iloc[0]
            raise RiskError(f"probability: account {account!r} has several; a link has one")
        place = np.searchsorted(people, links["person"].to_numpy())
        each = [doubt(float(p)) for p in links["probability"].tolist()]
        np.add.at(found, (place, links["source"].to_numpy()), each)
    return found


def _secret(
    frame: pd.DataFrame, rows: pd.DataFrame, people: Ints, name: str
) -> NDArray[np.int64] | None:
    if not name:
        return None
    codes, _ = pd.factorize(frame[name], sort=True)
    pairs = pd.DataFrame({"person": rows["person"], "code": codes}).drop_duplicates()
    if len(pairs) != len(people):
        person = pairs["person"][pairs["person"].duplicated()].iloc[0]
        raise RiskError(f"{name}: person {person} has several values; a secret is one value each")
    return pairs.sort_values("person")["code"].to_numpy(np.int64)
