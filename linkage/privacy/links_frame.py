"""How sure links are, in pandas frames: the doubt that each person's accounts bring along."""

import numpy as np
import pandas as pd

from linkage.errors import RiskError
from linkage.privacy.doubt import doubt
from linkage.privacy.rows import Ints

NEEDED = ("person", "source", "account", "probability")


def doubts_of(
    frame: pd.DataFrame,
    rows: pd.DataFrame,
    links: pd.DataFrame | None,
    people: Ints,
    sources: tuple[str, ...],
) -> Ints:
    """Return the doubt of each person's links by source, of each link once: people x sources.

    `rows` are the frame's as whole numbers. A link is an account, from a `start` on where there is
    such a column. Those in `links` count whether they have points or not, if their person has any.
    Without `links` each account whose points are not all taken back is one, if the frame has
    probabilities. Raises RiskError for what is no probability, and for two of one link.
    """
    if links is not None:
        table = _told(links, people, sources)
    elif "probability" in frame.columns:
        told = ["account", "probability", *(["start"] if "start" in frame.columns else [])]
        table = rows[["person", "source", "times"]].assign(
            **{name: frame[name].to_numpy() for name in told}
        )
    else:
        return np.zeros((len(people), len(sources)), dtype=np.int64)
    key = [name for name in ("person", "source", "account", "start") if name in table.columns]
    net = table.groupby([*key, "probability"], sort=True, observed=True)["times"].sum()
    held = net[net != 0].index.to_frame(index=False)
    if (twice := held.duplicated(key)).any():
        account = held["account"][twice].iloc[0]
        raise RiskError(f"probability: account {plain(account)} has several; a link has one")
    found = np.zeros((len(people), len(sources)), dtype=np.int64)
    each = [doubt(float(p)) for p in held["probability"].tolist()]
    place = np.searchsorted(people, held["person"].to_numpy(np.int64))
    np.add.at(found, (place, held["source"].to_numpy(np.int64)), each)
    return found


def _told(links: pd.DataFrame, people: Ints, sources: tuple[str, ...]) -> pd.DataFrame:
    """Return the links of these people, with sources as places; those not linked are left out."""
    if lacking := [name for name in NEEDED if name not in links.columns]:
        raise RiskError(f"links: columns {lacking} are missing; needed are {list(NEEDED)}")
    if "status" in links.columns:
        links = links[links["status"] == "linked"]
    for name in NEEDED:
        if links[name].isna().any():
            row = links.index[links[name].isna()][0]
            raise RiskError(
                f"links: column {name!r} is missing in row {plain(row)}; leave the row out"
            )
    # Beside people who are not linked, pandas holds whole numbers as fractions.
    kind = links["person"].dtype
    whole = pd.api.types.is_integer_dtype(kind) or (
        pd.api.types.is_float_dtype(kind) and (links["person"] % 1 == 0).all()
    )
    if not whole:
        raise RiskError("links: person needs whole numbers, as in the frame of points")
    words = links["source"].astype(str)
    if strange := sorted(set(words) - set(sources)):
        raise RiskError(f"links: source {strange[0]!r} is not in the frame: {', '.join(sources)}")
    key = ["person", "account", "probability", *(["start"] if "start" in links.columns else [])]
    table = links[key].astype({"person": "int64"})
    table = table.assign(source=[sources.index(word) for word in words], times=1)
    return table[table["person"].isin(people)]


def plain(value: object) -> str:
    """Return a value as Python writes it.

    >>> plain(np.int64(3)), plain("a")
    ('3', "'a'")
    """
    return repr(value.item() if isinstance(value, np.generic) else value)
