"""The points of a world as they are linked, rather than as they truly are: with links in doubt."""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from linkage.decision import Thresholds
from linkage.model import Model
from linkage.privacy.doubt import doubt_of_weight
from linkage.privacy.histogram import DOUBT
from streams.delivery import Delivery
from streams.events import Codec, Marker
from streams.quality.answers import Answer, decided, registrations_of
from streams.shadowing import linkers_over
from streams.source import kinds_of
from streams.synthetic.arrivals import unpacked
from streams.synthetic.world import World

KEY = ["source", "account", "start"]


def links_of(world: World, model: Model) -> pd.DataFrame:
    """Return what the linker decides of each tenancy of a world, as at the end of a run of it.

    `source`, `account`, `start`, `status`, `person` (missing where nobody is meant) and
    `probability`, which is 1 less the chance that the link is wrong.
    """
    codec = Codec(kinds_of(world.sources), b"")
    (linker,) = linkers_over(world.identities(), Thresholds(), [model])
    answers = decided(linker, registrations_of(_registrations(world), codec))
    rows = [(*key, a.status, a.person, _probability(a)) for key, a in answers.items()]
    frame = pd.DataFrame(rows, columns=[*KEY, "status", "person", "probability"])
    return frame.astype({"person": "Int64", "start": "int64", "probability": "float64"})


def as_linked(points: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return the points of `streams.points.points_of` as those of whom they are linked to.

    Points of accounts that are linked to nobody are left out, as the pipeline leaves them.
    """
    known = links.loc[links["status"] == "linked", [*KEY, "person", "probability"]]
    columns = [name for name in points.columns if name != "person"]
    plain = points[columns].astype({"source": str, "account": str})
    found = plain.merge(known, on=KEY, how="inner", validate="many_to_one")
    found["source"] = pd.Categorical(found["source"], points["source"].cat.categories)
    return found.astype({"person": "int64"})


def _registrations(world: World) -> Iterator[Delivery]:
    """Yield what is delivered of registrations alone: usage decides no link."""
    heads = [f'{{"v":1,"kind":"{source.emit.registers}"' for source in world.sources.values()]
    for table in world.stream():
        if (
            isinstance(table, Marker)
            or not table.num_rows
            or "registry" in table["topic"][0].as_py()
        ):
            continue
        values = table["value"].combine_chunks()
        told = [pc.starts_with(values, head).to_numpy(zero_copy_only=False) for head in heads]
        rows = table.filter(pa.array(sum(told) > 0))
        for topic, key, value in zip(*unpacked(rows), strict=True):
            yield Delivery(topic, key, value)


def _probability(answer: Answer) -> float | None:
    """Return the chance that a link is right, by its weight and its rival's."""
    if answer.person is None:
        return None
    rival = float("-inf") if answer.rival is None else answer.rival
    return float(2.0 ** (-doubt_of_weight(answer.weight, rival) / 2.0**DOUBT))
