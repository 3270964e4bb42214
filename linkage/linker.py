"""The linker: block, compare, weigh, decide. It remembers nothing of any account.

A decision depends on the model, the registry and the records of the group alone, never on the
order in which any of them came.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.blocking import Keys, named_keys
from linkage.columns import stack, take
from linkage.comparison import Comparison, load_comparisons
from linkage.decision import NOBODY, Decision, Thresholds, decide
from linkage.model import Model
from linkage.normalise import normalise
from linkage.records import Record
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

    def keys(self, group: Sequence[Record]) -> Keys:
        """Return all blocking keys of a group, sorted, demoted ones included."""
        found = {key for record in group for key in named_keys(normalise(record)).values()}
        return np.array(sorted(found), np.uint64)

    def identify(
        self,
        groups: Sequence[Sequence[Record]],
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
        self, groups: Sequence[Sequence[Record]], also: Sequence[Sequence[int]] = ()
    ) -> Scored:
        """Return the weight of every candidate of every group, and of the people in `also`.

        `also` names people for each group whom no blocking key need bring up; those who are not in
        the registry are passed over.

        A candidate that one registration brings up is compared with all of its group, and its
        weight is that of the best of them: several registrations of one tenancy repeat the same
        facts and the same errors, so to add them up would count one fact twice. The maximum is
        also indifferent to order and to repetition.
        """
        records = [normalise(record) for group in groups for record in group]
        sizes = np.array([len(group) for group in groups], np.int64)
        group_of = np.repeat(np.arange(len(groups)), sizes)
        group, row = self._candidates(records, group_of, self._rows(groups, also))
        repeats = sizes[group]
        first = np.cumsum(sizes)[group] - repeats
        starts = np.cumsum(repeats) - repeats
        left = np.repeat(first - starts, repeats) + np.arange(int(repeats.sum()))
        if not len(left):
            return Scored(group, self.registry.persons(row), np.empty(0))
        weight = self.scorer.weigh(
            take(stack(records), left), take(self.registry.columns(), np.repeat(row, repeats))
        )
        return Scored(group, self.registry.persons(row), np.maximum.reduceat(weight, starts))

    def _rows(
        self, groups: Sequence[Sequence[Record]], also: Sequence[Sequence[int]]
    ) -> NDArray[np.int64]:
        """Return group << 32 | registry row of the people in `also` that there are."""
        rows = self.registry.row
        pairs = [
            (n << 32) | row
            for n, people in enumerate(also)
            for person in people
            if groups[n] and (row := rows(person)) is not None
        ]
        return np.array(pairs, np.int64)

    def _candidates(
        self, records: Sequence[Record], group_of: NDArray[np.int64], also: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return each (group, registry row) once, those in `also` included."""
        keys = [named_keys(record).values() for record in records]
        counts = [len(found) for found in keys]
        flat = np.fromiter(chain.from_iterable(keys), np.uint64, sum(counts))
        position, row = self.registry.index.candidates(flat)
        group = np.repeat(group_of, counts)[position]
        pairs = np.unique(np.concatenate([(group << 32) | row, also]))
        return pairs >> 32, pairs & 0xFFFFFFFF
