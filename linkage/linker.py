"""The linker: block, compare, weigh, decide. It remembers nothing of any account.

A decision depends on the model, the registry and the records of the group alone, never on the
order in which any of them came.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.blocking import Candidates
from linkage.comparing import PairSet, batch_side, shelf_side
from linkage.comparison import Comparison, load_comparisons
from linkage.decision import NOBODY, Decision, Thresholds, decide
from linkage.errors import SchemaError
from linkage.features import Encoded, mix
from linkage.model import Model
from linkage.postings import Keys
from linkage.registry import Registry
from linkage.scoring import Scorer
from linkage.verdict import Verdict


class Scored(NamedTuple):
    """Each (group, person) that a blocking key brought together, with its weight in bits.

    `deferred` are the groups of which not all candidates were compared.
    """

    group: NDArray[np.int64]
    person: NDArray[np.int64]
    weight: NDArray[np.float64]
    deferred: NDArray[np.int64]


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
        wanted, found = model.schema, registry.encoder.schema
        for what in ("fields", "compare", "keys"):
            if getattr(wanted, what) != getattr(found, what):
                raise SchemaError(
                    f"linker: the {what} of the model's schema are {getattr(wanted, what)}, of the "
                    f"registry's {getattr(found, what)}; make it with Registry(model.schema)"
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
        return self.identify_within(groups, None, verdicts)[0]

    def identify_within(
        self,
        groups: Sequence[Sequence[object]],
        pairs: int | None,
        verdicts: Sequence[Collection[Verdict]] = (),
    ) -> tuple[list[Decision], list[int]]:
        """Return decisions after comparing at most `pairs` candidates in all, and who is deferred.

        Of more candidates, those of the highest expected gain are compared. A deferred group has
        a decision on what was compared; it is to be asked about again.
        """
        said = verdicts or [()] * len(groups)
        linked = [[v.person for v in some if v.answer == "link"] for some in verdicts]
        scored = self.score(groups, linked, pairs)
        decisions = [NOBODY] * len(groups)
        order = np.lexsort((scored.person, -scored.weight, scored.group))
        group, person = scored.group[order], scored.person[order].tolist()
        weight = scored.weight[order].tolist()
        first = (group[1:] != group[:-1]).nonzero()[0] + 1
        bounds = [0, *first.tolist(), len(person)] if len(person) else []
        for start, end in pairwise(bounds):
            n = int(group[start])
            stop = end if said[n] else min(end, start + 2)
            ranked = list(zip(person[start:stop], weight[start:stop], strict=True))
            decisions[n] = decide(self.thresholds, ranked, said[n])
        return decisions, scored.deferred.tolist()

    def score(
        self,
        groups: Sequence[Sequence[object]],
        also: Sequence[Sequence[int]] = (),
        pairs: int | None = None,
    ) -> Scored:
        """Return the weight of every candidate of every group, and of the people in `also`.

        `also` names people for each group whom no blocking key need bring up; those who are not in
        the registry are passed over. `pairs` is how many candidates may be compared beside them.

        A candidate that one registration brings up is compared with all of its group, and its
        weight is that of the best of them: several registrations of one tenancy repeat the same
        facts and the same errors, so to add them up would count one fact twice. The maximum is
        also indifferent to order and to repetition.
        """
        records, group_of = self.encode(groups)
        found, deferred = _best(self.registry.index.candidates(records.keys, group_of), pairs)
        if also:
            found = np.union1d(found, self._rows(groups, also))
        question, row = found >> 32, found & 0xFFFFFFFF
        people = self.registry.persons(row)
        if not len(found):
            return Scored(question, people, np.empty(0), deferred)
        sides = batch_side(records), shelf_side(self.registry.shelf)
        if len(group_of) == len(groups) and (group_of[1:] != group_of[:-1]).all():
            weight = self.scorer.weigh(PairSet(*sides, question, row))  # one record each
            return Scored(question, people, weight, deferred)
        sizes = np.bincount(group_of, minlength=len(groups))
        repeats = sizes[question]
        starts = np.cumsum(repeats) - repeats
        first = np.cumsum(sizes)[question] - repeats
        left = np.repeat(first - starts, repeats) + np.arange(int(repeats.sum()))
        weight = self.scorer.weigh(PairSet(*sides, left, np.repeat(row, repeats)))
        return Scored(question, people, np.maximum.reduceat(weight, starts), deferred)

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


def _best(found: Candidates, pairs: int | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the candidates of highest gain as question << 32 | row, and whose were left out.

    Equal gains are told apart by a hash of the pair, which no order of events can change.
    """
    whole = (found.question << 32) | found.row
    if pairs is None or len(whole) <= pairs:
        return whole, np.empty(0, np.int64)
    order = np.lexsort((mix(whole.view(np.uint64)), -found.gain))
    return np.sort(whole[order[:pairs]]), np.unique(found.question[order[pairs:]])
