"""How right the links are: beside the pipeline, from `links` and the truth, never inside it."""

from collections.abc import Hashable, Mapping

import msgspec

from linkage.quality import Quality, by_stratum, quality
from streams.messages import Link
from streams.synthetic.truth import Tenancy, Truth

_link = msgspec.json.Decoder(Link).decode


class Evaluator:
    """Keeps the newest revision of every link and scores it against the truth."""

    def __init__(self, truth: Truth) -> None:
        missing = set(truth.unregistered)
        self._truth: dict[Hashable, Tenancy] = dict(truth.by_tenancy().items())
        self._described: dict[Hashable, int | None] = {
            key: None if t.described in missing else t.described for key, t in self._truth.items()
        }
        self._claimed: dict[Hashable, int | None] = {
            key: None if t.claimed in missing else t.claimed for key, t in self._truth.items()
        }
        self._newest: dict[Hashable, tuple[int, int | None]] = {}

    def take(self, value: bytes) -> None:
        """Fold one message of `links`; revisions may come twice and in any order."""
        link = _link(value)
        key = (link.source, link.account, link.start)
        if key not in self._newest or self._newest[key][0] < link.revision:
            self._newest[key] = (link.revision, link.person if link.status == "linked" else None)

    def overall(self) -> Quality:
        """Return the quality over all accounts, against the person that each one describes."""
        return quality(self._described, self._linked())

    def strata(self) -> dict[str, Quality]:
        """Return the quality by what happened to the claimed ID."""
        stratum: dict[Hashable, str] = {key: t.stratum for key, t in self._truth.items()}
        return by_stratum(self._described, self._linked(), stratum)

    def claimed_id_only(self) -> Quality:
        """Return what a join on the claimed ID number alone would reach."""
        return quality(self._described, self._claimed)

    def not_the_holder(self) -> float:
        """Return the share of right links whose described person is not the true holder."""
        right = [
            self._truth[key]
            for key, person in self._linked().items()
            if key in self._truth and person is not None and self._described[key] == person
        ]
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

    def _linked(self) -> dict[Hashable, int | None]:
        return {key: person for key, (_, person) in self._newest.items()}
