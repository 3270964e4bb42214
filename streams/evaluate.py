"""How right the links are: beside the pipeline, from `links` and the truth, never inside it."""

from collections.abc import Hashable, Mapping

import msgspec
import numpy as np

from linkage.quality import Quality, by_stratum, quality
from streams.messages import Link
from streams.synthetic.truth import Tenancy, Truth

NOBODY = -1
_link = msgspec.json.Decoder(Link).decode


class Evaluator:
    """Keeps the newest revision of the link of every true tenancy and scores them."""

    def __init__(self, truth: Truth) -> None:
        self._missing = frozenset(truth.unregistered)
        self._truth: dict[Hashable, Tenancy] = dict(truth.by_tenancy().items())
        # By the tenancy's place in the truth: the newest revision heard of, and whom it names.
        self._place = {key: place for place, key in enumerate(self._truth)}
        self._revision = np.full(len(self._place), -1, np.int32)
        self._person = np.full(len(self._place), NOBODY, np.int64)

    def take(self, value: bytes) -> None:
        """Fold one message of `links`; revisions may come twice and in any order."""
        link = _link(value)
        place = self._place.get((link.source, link.account, link.start))
        if place is not None and self._revision[place] < link.revision:
            named = link.person if link.status == "linked" else None
            self._revision[place] = link.revision
            self._person[place] = NOBODY if named is None else named

    def overall(self) -> Quality:
        """Return the quality over all accounts, against the person that each one describes."""
        return quality(self._described(), self._linked())

    def strata(self) -> dict[str, Quality]:
        """Return the quality by what happened to the claimed ID."""
        stratum: dict[Hashable, str] = {key: t.stratum for key, t in self._truth.items()}
        return by_stratum(self._described(), self._linked(), stratum)

    def claimed_id_only(self) -> Quality:
        """Return what a join on the claimed ID number alone would reach."""
        claimed: dict[Hashable, int | None] = {
            key: self._registered(t.claimed) for key, t in self._truth.items()
        }
        return quality(self._described(), claimed)

    def not_the_holder(self) -> float:
        """Return the share of right links whose described person is not the true holder."""
        known = ((self._truth[key], person) for key, person in self._linked().items())
        right = [t for t, person in known if person is not None and person == t.described]
        return sum(t.described != t.holder for t in right) / len(right) if right else 0.0

    def figures(self) -> Mapping[str, float]:
        """Return the figures that the page shows."""
        q, base = self.overall(), self.claimed_id_only()
        return {
            "precision": q.precision,
            "recall": q.recall,
            "recall_claimed_id_only": base.recall,
            "precision_claimed_id_only": base.precision,
            "described_person_is_not_the_holder": self.not_the_holder(),
        }

    def _described(self) -> dict[Hashable, int | None]:
        return {key: self._registered(t.described) for key, t in self._truth.items()}

    def _registered(self, person: int | None) -> int | None:
        """Return the person, or None for one whom the registry never holds."""
        return None if person in self._missing else person

    def _linked(self) -> dict[Hashable, int | None]:
        people = self._person.tolist()
        return {key: None if p == NOBODY else p for key, p in zip(self._truth, people, strict=True)}
