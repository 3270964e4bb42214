"""How right the links are: beside the pipeline, from `links` and the truth, never inside it."""

from collections.abc import Mapping

import msgspec
import numpy as np

from linkage.quality import LinkScores, link_scores
from linkage.quality.accounts import NOBODY
from streams.messages import Link
from streams.quality.truth_columns import truth_columns
from streams.synthetic.truth import Truth

_link = msgspec.json.Decoder(Link).decode


class Evaluator:
    """Keeps the newest revision of the link of every true tenancy and scores them."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth_columns(truth)
        self._stratum = np.array(self._truth.stratum)
        # By the tenancy's place in the truth: the newest revision heard of, and whom it names.
        self._revision = np.full(len(self._truth), -1, np.int32)
        self._linked = np.full(len(self._truth), NOBODY, np.int64)

    def take(self, value: bytes) -> None:
        """Fold one message of `links`; revisions may come twice and in any order."""
        link = _link(value)
        place = self._truth.place.get((link.source, link.account, link.start))
        if place is not None and self._revision[place] < link.revision:
            named = link.person if link.status == "linked" else None
            self._revision[place] = link.revision
            self._linked[place] = NOBODY if named is None else named

    def overall(self) -> LinkScores:
        """Return the scores over all accounts, against the person that each one describes."""
        t = self._truth
        return link_scores(t.described, self._linked, t.person)

    def strata(self) -> dict[str, LinkScores]:
        """Return the scores by what happened to the claimed ID."""
        t, found = self._truth, {}
        for name in sorted(set(t.stratum)):
            rows = self._stratum == name
            found[name] = link_scores(t.described[rows], self._linked[rows], t.person[rows])
        return found

    def claimed_id_only(self) -> LinkScores:
        """Return what a join on the claimed ID number alone would reach."""
        t = self._truth
        return link_scores(t.described, t.claimed, t.person)

    def not_the_holder(self) -> float:
        """Return the share of right links whose described person is not the true holder."""
        t = self._truth
        right = (self._linked != NOBODY) & (self._linked == t.person)
        return float((t.person != t.holder)[right].mean()) if right.any() else 0.0

    def figures(self) -> Mapping[str, float]:
        """Return the figures that the page shows."""
        q, base = self.overall(), self.claimed_id_only()
        return {
            "precision": q.precision.value,
            "recall": q.recall.value,
            "recall_claimed_id_only": base.recall.value,
            "precision_claimed_id_only": base.precision.value,
            "described_person_is_not_the_holder": self.not_the_holder(),
        }
