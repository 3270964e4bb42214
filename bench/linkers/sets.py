"""What linkers are compared on: frames, what is true of them, and hard groups within them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linkage.frames import canonical
from linkage.schema import Schema

NOBODY = -1
"""The person of a record who is not in the other frame."""


@dataclass(frozen=True, eq=False)
class DataSet:
    """Records to link; a row's position is its name, for every linker.

    With `right`, `truth` is for each left row the right row of the same person, NOBODY if there
    is none; without it, the person of each left row. `groups` are hard left rows, by name.
    `family` is what a peer needs to know to choose its settings: which columns there are.
    """

    name: str
    family: str
    left: pd.DataFrame
    right: pd.DataFrame | None
    truth: NDArray[np.int64]
    schema: Schema
    groups: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    def save(self, folder: Path, seed: int) -> None:
        """Write what a linker may see, which is not the truth: the same values for all of them.

        They are in canonical form, so that nobody wins by cleaning strings.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for side, frame in (("left", self.left), ("right", self.right)):
            path = folder / f"{side}.parquet"
            path.unlink(missing_ok=True)
            if frame is not None:
                plain = pd.DataFrame(canonical(frame, self.schema), columns=self.schema.names)
                plain.astype("string").to_parquet(path)
        job = {"family": self.family, "columns": list(self.schema.names), "seed": seed}
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
