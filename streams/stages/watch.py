"""Since when the attacked people have been identified, followed from close to close."""

import msgspec
import numpy as np

from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.metric import Followed
from linkage.privacy.rows import Ints, Keys
from linkage.privacy.view import View
from streams.stage import Draft

STAYS = 3
"""Blocks for which somebody must remain identified: a crowd that comes back did hide them."""


class Watched(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One person in one view, by blocks: first seen there, alone since, and identified at.

    -1 is not (yet). Who is alone for STAYS blocks without a break was identified when it began.
    """

    seen: int
    alone: int = -1
    identified: int = -1

    def at(self, block: int, alone: bool) -> "Watched":
        """Return it after another block, of somebody who was not identified yet.

        >>> Watched(5).at(6, True), Watched(5, 6).at(9, True).identified
        (Watched(seen=5, alone=6, identified=-1), 6)
        """
        since = -1 if not alone else block if self.alone < 0 else self.alone
        reached = since if since >= 0 and block - since >= STAYS else -1
        return Watched(self.seen, since, reached)


class Watch:
    """Follows the attacked people of one close: `sums` are their points, people x sources.

    The attacked are those of the smallest hashes, so who is attacked now was attacked ever since
    they came, unless somebody else has left for good.
    """

    def __init__(
        self, draft: Draft, block: int, sources: tuple[str, ...], people: Ints, sums: Keys
    ) -> None:
        self._draft, self._block, self._sources = draft, block, sources
        self._people, self._sums = people.tolist(), sums

    def follow(self, view: View, number: int, histogram: ClassHistogram) -> Followed | None:
        """Note who is alone in a view now, and return how long each has been followed, in hours.

        Only what is settled counts: up to STAYS blocks ago. None of a view that is thinned: who is
        alone in a class that is not kept is not known.
        """
        if histogram.level(number):
            return None
        chosen = [self._sources.index(source) for source in view.sources]
        keys = self._sums[:, chosen].sum(axis=1, dtype=np.uint64).tolist()
        now = []
        for person, key in zip(self._people, keys, strict=True):
            before = self._draft.get("watched", (view.name, person))
            if before is None:
                if not key:
                    continue
                before = Watched(self._block)
                self._draft.put("watched", (view.name, person), before)
            after = before
            if before.identified < 0:
                alone = key != 0 and histogram.size(number, key) == 1
                after = before.at(self._block, alone)
                if after != before:
                    self._draft.put("watched", (view.name, person), after)
            now.append(after)
        settled = self._block - STAYS
        ends = [w.identified if w.identified >= 0 else max(settled, w.seen) for w in now]
        hours = np.array([end - w.seen for end, w in zip(ends, now, strict=True)], np.float64)
        event = np.array([w.identified >= 0 for w in now], np.bool_)
        return Followed(np.zeros(len(now)), hours, event)
