"""The identifiability budget: a point is shown as long as no pair of sources shows too many.

Each point is charged by a public tariff to every pair its source is in, and refused where a pair
would go over its cap (`linkage.privacy.budget.exposure`). Points are asked for in the order of
time, then of source and place, so a person's first points are shown. With one source alone there is
no pair, nothing is joined and nothing is refused.
"""

from functools import cache

import numpy as np

from linkage.privacy.budget.exposure import ExposureAccount, Purpose, admit, opened
from linkage.privacy.defence import Defence, Material, Published, Traces, checked, unprotected
from linkage.privacy.rows import Ints

POINTS = 16
"""What a pair may show at strength 1, were there a cap; at strength 8 it is two points."""
TARIFF = 1_000
"""Millibits of a point, of whatever source: the cap is counted in points."""


def _protect(material: Material, strength: int, _seed: int) -> Published:
    """Show of each person what the cap of POINTS // `strength` points a pair lets through."""
    traces = material.traces
    if checked(strength) == 1:
        return unprotected(traces)
    return unprotected(traces.take(_admitted(traces, TARIFF * (POINTS // strength))))


def _admitted(traces: Traces, cap: int) -> Ints:
    """Return the rows that are shown, in their own order."""
    names, source = np.unique(traces.source, return_inverse=True)
    purpose = Purpose("published", tuple(map(str, names)), (TARIFF,) * len(names), cap)
    ask = cache(lambda account, number: admit(purpose, account, number))
    order = np.lexsort((traces.place, traces.source, traces.hour, traces.person))
    shown, whose = [], -1
    account: ExposureAccount = opened(purpose)
    for row, person, number in zip(
        order.tolist(), traces.person[order].tolist(), source[order].tolist(), strict=True
    ):
        if person != whose:
            whose, account = person, opened(purpose)
        after = ask(account, number)
        if after is not None:
            account = after
            shown.append(row)
    return np.sort(np.array(shown, dtype=np.int64))


DEFENCE = Defence(
    name="budget",
    promise="From 2 on no pair of sources shows more than 16 / `strength` points of a person.",
    must_not_be_read_as="anonymity of what is shown: two points already single many people out",
    protect=_protect,
)
