"""Places as sources write them: cells of the plane as strings of the test network."""

from functools import cache

import pyarrow as pa

from streams.synthetic.chance import Ints
from streams.synthetic.emission import coded
from streams.synthetic.identifiers.makes import make_cell

CELLS_PER_AREA = 10


def cell_names(cells: Ints, count: int) -> pa.DictionaryArray:
    """Return the names of cells (0 ...) of a plane of `count` cells; names count from 1.

    >>> import numpy as np
    >>> cell_names(np.array([4, 0]), 5).to_pylist()
    ['001-01-00000-00005', '001-01-00000-00001']
    """
    return coded(cells, _names(count))


@cache
def _names(count: int) -> pa.StringArray:
    return pa.array([make_cell(c // CELLS_PER_AREA, c) for c in range(1, count + 1)])
