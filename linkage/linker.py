"""The linker: block, compare, weigh, decide. It remembers nothing of any account.

A decision depends on the model, the registry and the records of the group alone, never on the
order in which any of them came.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.comparing import PairSet, batch_side, shelf_side
from linkage.comparison import Comparison, load_comparisons
from linkage.decision import NOBODY, Decision, Thresholds, decide
from linkage.errors import SchemaError
from linkage.features import Encoded
from linkage.model import Model
from linkage.postings import Keys
from linkage.registry import Registry
from linkage.scoring import Scorer
from linkage.verdict import Verdict


class Scored(NamedTuple):
    """Each (group, person) that a blocking key brought together, with its weight in bits."""

    group: NDArray[np.int64]
    person: NDArray[np.int64]
    weight: NDArray[np.float64]


class Linker:
    """Decides who holds an account, from all live registrations of its tenancy."""

    def __init__(
        self,
        model: Model,
        registry: Registry,
        thresholds: Thresholds | None = None,
        catalogue: Mapping[str, Comparison] | None = None,
    ) -> None:
        self.registry = registry
        self.thresholds = thresholds or Thresholds()
        self.scorer = Scorer(model, load_comparisons() if catalogue is None else catalogue)
        self.model_version = model.version
        wanted, found = self.scorer.comparer.encoder.compared, registry.encoder.compared
        if wanted != found:
            raise SchemaError(
                f"linker: the model compares {wanted}, the registry keeps {found}; make it with "
                "Registry(model.schema)"
            )

    def keys(self, group: Sequence[object]) -> Keys:
        """Return all blocking keys of a group, sorted, demoted ones included."""
        found = self.encode([group])[0].keys
        return np.unique(found[found != 0])

    def encode(self, groups: Sequence[Sequence[object]]) -> tuple[Encoded, NDArray[np.int64]]:
        """Return all records of some groups as fingerprints, and which group each belongs to."""
        canonical = self.scorer.comparer.encoder.canonical
        records = [canonical(record) for group in groups for record in group]
        sizes = np.fromiter(map(len, groups), np.int64, len(groups))
        return self.scorer.comparer.encoder.encode(records), np.repeat(
            np.arange(len(groups)), sizes
        )

    def identify(
        self,
        groups: Sequence[Sequence[object]],
        verdicts: Sequence[Collection[Verdict]] = (),
    ) -> list[Decision]:
        """Return the decision on each group; a group is all live registrations of one tenancy.

        `verdicts` are those on each group, one collection for each, or none at all.
        """
        said = verdicts or [()] * len(groups)
        linked = [[v.person for v in some if v.answer == "link"] for some in verdicts]
        scored = self.score(groups, linked)
        decisions = [NOBODY] * len(groups)
        order = np.lexsort((scored.person, -scored.weight, scored.group))
        group, person = scored.group[order], scored.person[order].tolist()
        weight = scored.weight[order].tolist()
        bounds = [*np.flatnonzero(np.diff(group, prepend=-1)).tolist(), len(person)]
        for start, end in pairwise(bounds):
            n = int(group[start])
            stop = end if said[n] else min(end, start + 2)
            ranked = list(zip(person[start:stop], weight[start:stop], strict=True))
            decisions[n] = decide(self.thresholds, ranked, said[n])
        return decisions

    def score(
        self, groups: Sequence[Sequence[object]], also: Sequence[Sequence[int]] = ()
    ) -> Scored:
        """Return the weight of every candidate of every group, and of the people in `also`.

        `also` names people for each group whom no blocking key need bring up; those who are not in
        the registry are passed over.

        A candidate that one registration brings up is compared with all of its group, and its
        weight is that of the best of them: several registrations of one tenancy repeat the same
        facts and the same errors, so to add them up would count one fact twice. The maximum is
        also indifferent to order and to repetition.
        """
        records, group_of = self.encode(groups)
        found = self.registry.index.candidates(records.keys, group_of)
        pairs = (found.question << 32) | found.row
        if also:
            pairs = np.union1d(pairs, self._rows(groups, also))
        question, row = pairs >> 32, pairs & 0xFFFFFFFF
        sizes = np.bincount(group_of, minlength=len(groups))
        repeats = sizes[question]
        first = np.cumsum(sizes)[question] - repeats
        starts = np.cumsum(repeats) - repeats
        left = np.repeat(first - starts, repeats) + np.arange(int(repeats.sum()))
        people = self.registry.persons(row)
        if not len(left):
            return Scored(question, people, np.empty(0))
        weight = self.scorer.weigh(
            PairSet(
                batch_side(records),
                shelf_side(self.registry.shelf),
                left,
                np.repeat(row, repeats),
            )
        )
        return Scored(question, people, np.maximum.reduceat(weight, starts))

    def _rows(
        self, groups: Sequence[Sequence[object]], also: Sequence[Sequence[int]]
    ) -> NDArray[np.int64]:
        """Return group << 32 | registry row of the people in `also` that there are."""
        pairs = [
            (n << 32) | row
            for n, people in enumerate(also)
            for person in people
            if groups[n] and (row := self.registry.row(person)) is not None
        ]
        return np.array(pairs, np.int64)
