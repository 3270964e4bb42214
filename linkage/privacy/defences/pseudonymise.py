"""Pseudonyms that change: nobody keeps one for longer than a window of time.

How often pseudonyms should change is the question of Beresford and Stajano 2003, IEEE Pervasive
Computing 2:46 (mix zones); that changing them does not hide habits is Tournier and de Montjoye
2022, Science Advances 8:eabl6464.
"""

from dataclasses import replace

import numpy as np

from linkage.privacy.defence import Defence, Legend, Material, Published, checked, unprotected
from linkage.privacy.distinct import distinct
from linkage.privacy.drawn import keyed

WEEK = 168
"""Hours of a week, which pseudonyms are counted by."""


def _protect(material: Material, strength: int, seed: int) -> Published:
    """Give each person a new pseudonym in every window; their numbers tell nothing."""
    traces = material.traces
    if checked(strength) == 1:
        return unprotected(traces)
    lasts = max(1, WEEK // strength)
    window = traces.hour // lasts
    first, number = distinct(traces.person, window)
    # Sorted by person, neighbours would be one person's.
    order = np.argsort(keyed(seed, traces.person[first], window[first]), kind="stable")
    name = np.empty_like(order)
    name[order] = np.arange(len(order))
    shown = replace(traces, person=name[number])
    return Published(shown, traces.person[first][order], legend=Legend(lasts=lasts))


DEFENCE = Defence(
    name="pseudonymise",
    promise="From 2 on nobody keeps a pseudonym for longer than a week / `strength`, or an hour.",
    must_not_be_read_as="unlinkability: habits link what pseudonyms keep apart",
    protect=_protect,
    strengths=(1, 7, 28, 168),
)
