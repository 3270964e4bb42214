"""What join does when people are erased: nothing of them waits, is shown, or may be kept by others.

It happens at the close of the block, once every source has taken back what it had given them; so
their profiles are empty by then, and gone. What was spent on them stays: it is never given back,
neither to them if they come again nor to whoever asks.
"""

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from linkage.privacy.budget.exposure import Purpose
from streams.columns import Columns, pack, stack, unpack
from streams.stage import Draft
from streams.stages.activity import TOPIC, erased
from streams.stages.classes import NO_POINTS, classes, forgotten, moved
from streams.store.protocol import Outgoing


def note(draft: Draft, people: Sequence[int]) -> None:
    """Note who is to be forgotten when the block closes."""
    for person in people:
        draft.put("erasing", person, True)


def forget(draft: Draft, purposes: Sequence[Purpose], first: int) -> list[Outgoing]:
    """Forget whom the closing block erased, and tell measure and release to.

    `first` is the number of the first purpose's view.
    """
    people = sorted(draft.all("erasing"))
    if not people:
        return []
    for person in people:
        draft.put("erasing", person, None)
    _drop_pending(draft, people)
    moves = [
        _hide(draft, purpose.name, first + index, people) for index, purpose in enumerate(purposes)
    ]
    hidden = classes(stack(moves), NO_POINTS) if moves else ()
    return [*hidden, forgotten(people), Outgoing(TOPIC, 0, None, erased(people))]


def _drop_pending(draft: Draft, people: Sequence[int]) -> None:
    """Take out the points that wait for the decision of their block."""
    for key, packed in draft.all("pending").items():
        rows = unpack(packed)
        left = ~np.isin(rows["person"], people)
        if not left.all():
            kept = pack({name: column[left] for name, column in rows.items()})
            draft.put("pending", key, kept if left.any() else None)


def _hide(draft: Draft, purpose: str, view: int, people: Sequence[int]) -> Columns:
    """Take out of a purpose's view what it was shown; return who leaves which class."""
    old = []
    for person in people:
        shown = draft.get("shown", (purpose, person))
        if shown is not None and shown.sum:
            old.append(shown.sum)
            draft.put("shown", (purpose, person), replace(shown, sum=0))
    sums = np.array(old, np.uint64)
    return moved(view, sums, np.zeros_like(sums))
