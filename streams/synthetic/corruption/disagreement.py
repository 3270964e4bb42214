"""How far registrations are from the truth, by field and by channel."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from linkage.privacy.estimate import wilson
from streams.synthetic.chance import Flags, Ints
from streams.synthetic.corruption.channels import CHANNELS, Form

COLUMNS = {
    "field": "field of the registration",
    "channel": "kind of error; 'any' for the field as a whole, however it went wrong",
    "hit": "registrations the channel was meant for (those hit by any, for 'any')",
    "count": "of these, registrations whose value is there and is not the true one",
    "share": "count of all registrations where both values are there (0 to 1)",
    "low": "lower end of the share's 95 % interval (Wilson's score)",
    "high": "upper end of it",
    "missing": "share that lack a value which there is, of all that could (0 to 1)",
}
"""The report's columns and what they say."""

ANY = "any"


def disagreement(true: Form, said: Form, mask: Ints) -> pd.DataFrame:
    """Return the realised disagreement of `said` with `true`, a row per field and channel.

    Columns as in COLUMNS. A registration that several channels hit counts for each of them, so
    the channels of a field add up to more than the field's 'any'; that one also has what no
    channel did, such as a borrowed ID number. ValueError if the lengths differ.
    """
    if {len(mask)} != {len(column) for form in (true, said) for column in form.values()}:
        raise ValueError("true, said and mask must have a row for each registration")
    rows = []
    for field in said:
        bits = {c.name: 1 << i for i, c in enumerate(CHANNELS) if field in c.fields}
        differs, lacks, both, known = _compare(true[field], said[field])
        hits = {ANY: (mask & sum(bits.values())) != 0}
        hits |= {name: (mask & bit) != 0 for name, bit in bits.items()}
        for channel, hit in hits.items():
            chosen = hit if channel != ANY else np.ones(len(mask), dtype=np.bool_)
            count = int((differs & chosen).sum())
            share = wilson(count, both)
            missing = int((lacks & chosen).sum()) / max(known, 1)
            rows.append(
                (field, channel, int(hit.sum()), count, share.value, share.low, share.high, missing)
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _compare(true: pa.StringArray, said: pa.StringArray) -> tuple[Flags, Flags, int, int]:
    """Return where two columns differ, where the second lacks a value, and of how many each."""
    known, given = (np.asarray(pc.is_valid(column)) for column in (true, said))
    differs = np.asarray(pc.fill_null(pc.not_equal(true, said), False))
    return differs, known & ~given, int((known & given).sum()), int(known.sum())
