"""The joint fit: kinds of matches and of others, from candidate pairs without labels.

EM (Dempster, Laird, Rubin 1977, JRSS B 39:1) over the mixture of `linkage.dependence`. In linking
two frames, no two rows of the right one are the same person. So of a left record's candidates at
most one is the match, and all others are certain to be none: that is what tells relatives from
matches, without any label. With s the share of left records whose person is there at all, and n
right records, the posterior of a candidate i is

    (s / n) R_i / (1 - s + sum over candidates j of (s / n) R_j),   R = P(x | match) / P(x | other)

In one frame alone every pair stands for itself: prior R / (1 - prior + prior R).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.dependence import Bits, Dependence, Kind, Table

FLOOR = 1e-12
"""The least share of a kind: one that nobody belongs to stays, far away."""


class Evidence(NamedTuple):
    """Candidate pairs to be explained.

    `levels` (comparisons x pairs), `frequency` bits, `left` the number of the left record of each
    pair from 0 up, `lefts` how many of these there are; `rights` of how many records each one's
    candidates were taken, `possible` pairs in all. In one frame alone `left` is None.
    """

    levels: NDArray[np.int8]
    frequency: Bits
    left: NDArray[np.int64] | None
    lefts: int
    rights: int
    possible: int


@dataclass(frozen=True)
class Joint:
    """Fitted kinds; `covered` is the share of left records whose person is there.

    In one frame alone it is the share of all possible pairs that match. `criterion` is Bayes'
    information criterion (Schwarz 1978) in nats, higher is better. `seen` are the expected matches
    by level.
    """

    dependence: Dependence
    m: tuple[Table, ...]
    seen: tuple[Table, ...]
    covered: float
    matches: float
    certain: float
    criterion: float
    iterations: int


def fit_joint(
    given: Evidence,
    m: Sequence[Table],
    u: Sequence[Table],
    others: int,
    matches: int = 1,
    iterations: int = 150,
) -> Joint:
    """Return the fit with so many kinds of others beside strangers, and of matches.

    Starts at `m`, of independent comparisons, and stays drawn towards it by one pair; u is fixed.
    """
    fitting = _Fitting(given, m, u, others, matches)
    return fitting.run(iterations)


class _Fitting:
    """The state of one EM. Level vectors that are equal are one pattern."""

    def __init__(
        self,
        given: Evidence,
        m: Sequence[Table],
        u: Sequence[Table],
        others: int,
        matches: int,
    ) -> None:
        self.given, self.m0, self.u = given, m, u
        self.patterns, self.of = _patterns(given.levels, [len(t) for t in u])
        self.stranger = self._bits(u)
        self.chance = self.stranger[self.of] - given.frequency
        self.covered = 0.5 if given.left is not None else 1.0 / given.rights
        blends = [c / matches for c in range(matches)]
        self.m = [[(1.0 - c) * a + c * b for a, b in zip(m, u, strict=True)] for c in blends]
        self.rho = np.full(matches, 1.0 / matches)
        self.kinds: list[list[Table]] = []
        self.pi = np.zeros(0)
        if others:
            self._seed(others)

    def run(self, iterations: int) -> Joint:
        """Iterate until the log likelihood stands still."""
        before, done = -np.inf, 0
        while done < iterations:
            done += 1
            score = self._step()
            if abs(score - before) < 1e-7 * abs(score):
                break
            before = score
        return self._result(score, done)

    def _seed(self, others: int) -> None:
        """Start the kinds at patterns that are more frequent among non-matches than by chance.

        Each pattern goes by the comparison that speaks loudest in it.
        """
        posterior, _, _ = self._posterior()
        count = np.bincount(self.of, 1.0 - posterior, len(self.patterns))
        expected = self.given.possible * np.exp2(self.stranger)
        excess = np.maximum(count - expected, 0.0)
        evidence = [np.log2(a / b) for a, b in zip(self.m0, self.u, strict=True)]
        loudest = np.argmax([e[x] for e, x in zip(evidence, self.patterns.T, strict=True)], axis=0)
        order = np.argsort(-np.bincount(loudest, excess, len(self.u)), kind="stable")
        rank = np.minimum(np.argsort(order, kind="stable")[loudest], others - 1)
        for k in range(others):
            weight: Bits = excess * (rank == k)
            self.kinds.append(self._tables(weight, self.u))
            self.pi = np.append(self.pi, max(weight.sum() / self.given.possible, FLOOR))

    def _step(self) -> float:
        """Do one step of E and M; return the log likelihood before it, in nats."""
        posterior, (match, matches), (other, kinds) = self._posterior()
        likelihood = self._likelihood(match, other)
        inside: Bits = np.bincount(self.of, posterior, len(self.patterns)).astype(np.float64)
        for c, bits in enumerate(matches):
            weight = inside * np.exp2(bits - match)
            self.rho[c] = max(weight.sum() / inside.sum(), FLOOR)
            self.m[c] = self._tables(weight, self.m0)
        if kinds:
            together = np.logaddexp2.reduce(kinds)
            related = (1.0 - posterior) * np.exp2(together[self.of] - other)
            outside: Bits = np.bincount(self.of, related, len(self.patterns)).astype(np.float64)
            for k, bits in enumerate(kinds):
                weight = outside * np.exp2(bits - together)
                self.pi[k] = max(weight.sum() / self.given.possible, FLOOR)
                self.kinds[k] = self._tables(weight, self.u)
        whole = self.given.lefts if self.given.left is not None else self.given.possible
        self.covered = float(np.clip(posterior.sum() / whole, FLOOR, 0.999))
        return likelihood

    def _posterior(self) -> tuple[Bits, tuple[Bits, list[Bits]], tuple[Bits, list[Bits]]]:
        matches = [np.log2(r) + self._bits(m) for r, m in zip(self.rho, self.m, strict=True)]
        match = np.logaddexp2.reduce(matches)
        kinds = [np.log2(p) + self._bits(k) for p, k in zip(self.pi, self.kinds, strict=True)]
        other = self.chance
        if kinds:
            other = np.logaddexp2(self.chance, np.logaddexp2.reduce(kinds)[self.of])
        odds = self._odds(match, other)
        return odds / self._whole(odds), (match, matches), (other, kinds)

    def _odds(self, match: Bits, other: Bits) -> Bits:
        each = self.covered / (self.given.rights if self.given.left is not None else 1.0)
        ratio = np.clip(match[self.of] - other, -500.0, 500.0)
        odds: Bits = each * np.exp2(ratio)
        return odds

    def _whole(self, odds: Bits) -> Bits:
        if self.given.left is None:
            whole: Bits = (1.0 - self.covered) + odds
            return whole
        sums: Bits = np.bincount(self.given.left, odds, self.given.lefts).astype(np.float64)
        whole = (1.0 - self.covered) + sums[self.given.left]
        return whole

    def _likelihood(self, match: Bits, other: Bits) -> float:
        odds, left = self._odds(match, other), self.given.left
        sums = odds if left is None else np.bincount(left, odds, self.given.lefts)
        total = np.log((1.0 - self.covered) + sums).sum() + np.log(2.0) * other.sum()
        # What kinds take, strangers lack, in all the pairs that are no candidates too.
        total += self.given.possible * np.log1p(-min(self.pi.sum(), 0.5))
        return float(total)

    def _bits(self, tables: Sequence[Table]) -> Bits:
        """Return log2 of the probability of each pattern."""
        columns = [np.log2(t)[x] for t, x in zip(tables, self.patterns.T, strict=True)]
        out: Bits = np.sum(columns, axis=0)
        return out

    def _tables(self, weight: Bits, like: Sequence[Table]) -> list[Table]:
        """Return P(level) by weighted patterns, with one count more as in `like`."""
        out = []
        for table, x in zip(like, self.patterns.T, strict=True):
            counts = np.bincount(x, weight, len(table)) + table
            out.append(counts / counts.sum())
        return out

    def _result(self, score: float, iterations: int) -> Joint:
        posterior, _, _ = self._posterior()
        weight = np.bincount(self.of, posterior, len(self.patterns))
        seen = tuple(
            np.bincount(x, weight, len(t)).astype(np.float64)
            for t, x in zip(self.u, self.patterns.T, strict=True)
        )
        free = sum(len(t) - 1 for t in self.u)
        number = (len(self.m) + len(self.kinds)) * free + len(self.m) - 1 + len(self.kinds)
        return Joint(
            Dependence(_kinds(self.rho, self.m), _kinds(self.pi, self.kinds)),
            tuple(_mean(self.rho, self.m)),
            seen,
            self.covered,
            float(posterior.sum()),
            float((posterior > 0.9).sum()),
            score - 0.5 * number * float(np.log(max(self.given.lefts, 2))),
            iterations,
        )


def _patterns(
    levels: NDArray[np.int8], sizes: Sequence[int]
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Return the distinct level vectors (patterns x comparisons), and which one each pair has."""
    code, span = np.zeros(levels.shape[1], np.int64), 1
    for row, size in zip(levels, sizes, strict=True):
        if span * size > 1 << 62:
            values, code = np.unique(code, return_inverse=True)
            span = len(values)
        code, span = code * size + row, span * size
    _, first, of = np.unique(code, return_index=True, return_inverse=True)
    return np.ascontiguousarray(levels[:, first].T), of


def _kinds(shares: Table, tables: Sequence[Sequence[Table]]) -> tuple[Kind, ...]:
    return tuple(
        Kind(float(share), tuple(tuple(t.tolist()) for t in kind))
        for share, kind in zip(shares, tables, strict=True)
    )


def _mean(shares: Table, tables: Sequence[Sequence[Table]]) -> list[Table]:
    total = shares.sum()
    return [
        np.sum([s / total * t for s, t in zip(shares, column, strict=True)], axis=0)
        for column in zip(*tables, strict=True)
    ]
