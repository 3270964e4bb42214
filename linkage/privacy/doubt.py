"""How much a link is in doubt, as whole numbers that add up and can be taken back exactly.

A link that is right with probability p has the doubt -log2 p, in units of 2^-20 bits. Doubts of
several links add up to the doubt that all of them are right, if their errors are independent;
2 to the minus that is m, the calibrated probability that a profile is one person's.
"""

from math import expm1, inf, log, log2

import numpy as np

from linkage.errors import RiskError
from linkage.privacy.histogram import DOUBT
from linkage.privacy.rows import Ints

_UNIT = 1 << DOUBT
_MOST = 64 * _UNIT
"""A doubt of 64 bits: nobody believes such a link."""
_NATURAL = log(2.0) / _UNIT


def doubt(probability: float) -> int:
    """Return the doubt of a link that is right with this probability, at most 64 bits.

    Raises RiskError for a number that is no probability.

    >>> doubt(1.0), doubt(0.5), doubt(0.25) == 2 * doubt(0.5), doubt(0.0) >> 20
    (0, 1048576, True, 64)
    """
    if not 0.0 <= probability <= 1.0:
        raise RiskError(f"probability: got {probability!r}, needs a number from 0 to 1")
    return _MOST if probability == 0.0 else min(_MOST, round(-log2(probability) * _UNIT))


def doubt_of_weight(weight: float, runner_up: float = -inf) -> int:
    """Return the doubt of a link by its match weight and the runner-up's, in bits.

    As `linkage.quality.calibration.probability` has it: p = 2^w / (1 + 2^w + 2^w2).

    >>> doubt_of_weight(0.0), doubt_of_weight(40.0), doubt_of_weight(9.0, 9.0) >> 20
    (1048576, 0, 1)
    """
    rest = 2.0 ** min(max(-weight, -1000.0), 1000.0)
    rival = 2.0 ** min(max(runner_up - weight, -1000.0), 1000.0)
    return min(_MOST, round(log2(1.0 + rest + rival) * _UNIT))


def wrong(doubt: int) -> int:
    """Return the chance that not all is right, in units of 2^-20, of a doubt in 2^-20 bits.

    A doubt below 0, of a link whose loss came before it, says nothing yet: 0.

    >>> wrong(0), wrong(1 << 20) == 1 << 19, wrong(64 << 20) == 1 << 20
    (0, True, True)
    """
    return round(-expm1(-doubt * _NATURAL) * _UNIT) if doubt > 0 else 0


def wrongs(doubts: Ints) -> Ints:
    """Return `wrong` of each: one function works out both, so that what enters can leave again."""
    values, where = np.unique(doubts, return_inverse=True)
    found = np.array([wrong(value) for value in values.tolist()], dtype=np.int64)
    return found[where] if len(values) else values
