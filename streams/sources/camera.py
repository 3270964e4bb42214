"""Camera: a gallery of enrolled faces, and whom a matcher takes the faces in the street for.

Nobody here knows who is seen. A sighting is a noisy copy of a face, compared with some entries of
the gallery; it is filed under the nearest that is near enough, and under a track without a name
if none is. So it may be filed under somebody else's entry, and the errors come from the vectors.
"""

from collections.abc import Iterable
from statistics import NormalDist
from typing import ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.events import HOUR, Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.chance import Dice, Ints, salted
from streams.synthetic.emission import Batch, Columns, Emit, Hour, Opening, Uses
from streams.synthetic.identifiers import columns
from streams.synthetic.localities import cell_names
from streams.synthetic.schedule import in_use

SEEN_PER_HOUR = 0.25
"""How often somebody who is out is seen in an hour, on average."""
NOT_ENROLLED = 0.1
"""Share of grown-ups without an entry; children have none."""

FALSE_NON_MATCH = 0.10
"""Share of sightings that are farther than THRESHOLD from the entry of the person seen.

This world's choice, for faces caught in passing; portraits taken with consent are missed less.
"""
FALSE_MATCH = 0.001
"""Share of comparisons with somebody else's entry that are within THRESHOLD."""
COMPARED = 3
"""Entries of others that a sighting is compared with: what a first, coarse search leaves over.

With FALSE_MATCH it makes 0.003 of searches for somebody who is not enrolled name somebody: the
false positive identification rate at which NIST's evaluation (FRTE 1:N) compares systems.
"""

VALUES = 32
MEAN, SPREAD = 7.5, 3.0
"""Faces: independent normal values, rounded to the levels 0 to 15."""
NOISE = 2.957
"""Sigma of what light, angle and distance add to each value of a sighting."""
THRESHOLD = 332
"""Largest squared distance of a match. NOISE and THRESHOLD follow from the two rates: a squared
distance is a sum of VALUES independent terms, so its distribution is known exactly."""

Faces = NDArray[np.uint8]
_FAR = 2**30
_LEVELS = np.array(
    [min(15, max(0, round(NormalDist(MEAN, SPREAD).inv_cdf((i + 0.5) / 256)))) for i in range(256)],
    dtype=np.uint8,
)
"""Which level each of 256 equally likely bytes stands for."""


class Enrolled(Registration, frozen=True, kw_only=True):
    """A face was enrolled; the gallery entry is the event's subject."""

    face: ids.Face


class Sighting(Usage, frozen=True, kw_only=True):
    """A face was seen by the camera of a cell, and taken for that of the subject."""

    places: ClassVar[str] = "cell"

    cell: ids.Cell
    face: ids.Face

    def place(self) -> int:
        """Return the number of the camera's cell."""
        return int(self.cell[13:])


def templates(dice: Dice) -> Faces:
    """Return the faces of people (rows of VALUES levels) by their dice (Population.die)."""
    words = np.stack([salted(dice, f"face {n}") for n in range(VALUES // 8)], axis=1)
    # Little-endian on every machine: a face is part of the world.
    return _LEVELS[words.astype("<u8", copy=False).view(np.uint8)]


def glimpsed(draw: np.random.Generator, faces: Faces) -> Faces:
    """Return what a camera makes of faces that pass it."""
    noise = draw.standard_normal(faces.shape, np.float32) * np.float32(NOISE)
    return np.rint(faces + noise).clip(0, 15).astype(np.uint8)


def distances(a: Faces, b: Faces) -> Ints:
    """Return the squared Euclidean distance of each row of two (n, VALUES) arrays of faces."""
    apart = a.astype(np.int16) - b
    squared: Ints = (apart * apart).sum(axis=1, dtype=np.int64)
    return squared


def _subjects(number: Ints) -> pa.StringArray:
    return columns.handles("g", number)


def _extras(opening: Opening) -> Columns:
    # Whoever holds the entry stood before the camera, whatever ID they showed.
    holder = opening.accounts.holder[opening.rows]
    return {"face": columns.faces(templates(opening.population.die[holder]))}


def _usage(hour: Hour) -> Iterable[Batch]:
    draw, mobility = hour.chance, hour.mobility
    out = np.flatnonzero(~mobility.at_home)
    passes = draw.poisson(SEEN_PER_HOUR * len(out))
    actor = mobility.low + (out[draw.integers(0, len(out), passes)] if len(out) else out)
    times = hour.block * HOUR + (draw.random(len(actor)) * HOUR).astype(np.int64)
    faces = glimpsed(draw, templates(hour.population.die[actor]))
    uses = Uses(_identified(hour, actor, times, faces), times, actor)
    kept = (uses.account >= 0) & (times < hour.population.life.died[actor])
    uses, faces = uses.where(kept), faces[kept]
    cells = cell_names(hour.cell_of(uses), hour.population.cells)
    yield Batch("sighting", uses, {"cell": cells, "face": columns.faces(faces)})


def _identified(hour: Hour, actor: Ints, times: Ints, faces: Faces) -> Ints:
    """Return the entry (row of Accounts) under which each sighting is filed, -1 for none.

    What is compared are the person's own entry, which the coarse search always finds if there is
    one, and COMPARED random ones of others.
    """
    draw, rows = hour.chance, hour.roster.rows
    named = hour.accounts.named[rows]
    entries, tracks = rows[named], rows[~named]
    own = _own(hour, entries)[actor - hour.mobility.low]
    best, nearest = own, _measured(hour, own, Uses(own, times, actor), faces)
    for _ in range(COMPARED if len(entries) else 0):
        other = entries[draw.integers(0, len(entries), len(actor))]
        distance = _measured(hour, other, Uses(other, times, hour.accounts.holder[other]), faces)
        best, nearest = np.where(distance < nearest, other, best), np.minimum(distance, nearest)
    unknown = tracks[draw.integers(0, len(tracks), len(actor))] if len(tracks) else -1
    return np.where(nearest <= THRESHOLD, best, unknown)


def _own(hour: Hour, entries: Ints) -> Ints:
    """Return everybody's own entry (row of Accounts, -1 for none), by row minus `low`."""
    own = np.full(len(hour.mobility.at_home), -1)
    own[hour.accounts.holder[entries] - hour.mobility.low] = entries
    return own


def _measured(hour: Hour, entry: Ints, uses: Uses, faces: Faces) -> Ints:
    """Return how far faces are from entries, _FAR if there is none or it is not in use."""
    holder = hour.accounts.holder[np.maximum(entry, 0)]
    there = (entry >= 0) & in_use(hour, Uses(np.maximum(entry, 0), uses.time, uses.actor))
    return np.where(there, distances(faces, templates(hour.population.die[holder])), _FAR)


SOURCE = Source(
    name="camera",
    describes="a gallery of enrolled faces, and whom cameras take people for",
    account=ids.GalleryEntry,
    kinds={"enrolled": Enrolled, "sighting": Sighting},
    resolution="hour x cell",
    emit=Emit(
        registers="enrolled",
        holdings=(0.0, 1.0),
        asks=("id_number", "surname", "given", "birth", "sex"),
        subjects=_subjects,
        extras=_extras,
        usage=_usage,
        carelessness=0.5,
        anonymous=NOT_ENROLLED,
    ),
)
