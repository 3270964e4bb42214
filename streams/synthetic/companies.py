"""What is written about businesses: the credit code by which every register knows a company."""

import numpy as np
import pyarrow as pa

from streams.synthetic.chance import Ints, below, mix
from streams.synthetic.identifiers import columns
from streams.synthetic.population import COUNTIES


def company_codes(rows: Ints) -> pa.StringArray:
    """Return the USCC of each business (row of Businesses): the same wherever it is named.

    >>> company_codes(np.array([0, 1])).to_pylist()
    ['910903530000000001', '91090226180339895T']
    """
    return columns.usccs(below(mix(rows.astype(np.uint64)), COUNTIES), rows)
