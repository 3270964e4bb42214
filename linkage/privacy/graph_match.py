"""Graph matching: which encoding is whose, told from nothing but how alike encodings are.

The attacker lacks the key and knows the scheme. He holds plain records of people some of whom are
encoded. He encodes them under keys of his own; how alike two records are comes out the same, near
enough, under every key. So he has two graphs of similarity and aligns them, in two steps:

* *Features* (Vidanage, Christen, Ranbaduge and Schnell 2020, CIKM, "A graph matching attack on
  privacy-preserving record linkage"): each node is described by the bits it has set and by the
  quantiles of its similarities. How far a description moves when half of the people are others is
  measured on the attacker's own encodings, and descriptions are compared by that measure
  (Mahalanobis). The assignment that costs least is a first reading.
* *Anchors*: each pair of a reading becomes a landmark, all nodes are described anew by how alike
  they are to the landmarks, and read again, round by round, as seeded graph matching propagates
  (Narayanan and Shmatikov 2009; Kazemi, Hassani and Grossglauser 2015). A few right landmarks among
  many wrong ones are enough, since the wrong ones agree on nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from linkage.privacy.bloom import Bits, dice

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS = 30
"""Rounds of anchors at most; none is the published kind of attack, by features alone."""
_TRUST = (0.0, 1.0)
"""Two ways to weigh anchors: all the same, or by how far they stand out, as the power of a rank."""
_QUANTILES = np.array(
    (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)
)


class Graphs(NamedTuple):
    """How alike the attacker's plain records are, how alike the encodings, and a first score.

    `score` (plain x encoded) says how well each plain record fits each encoding, more is better.
    """

    plain: Floats
    encoded: Floats
    score: Floats


class Pairs(NamedTuple):
    """A reading: plain record `plain[i]` is taken to be encoding `encoded[i]`, by row number."""

    plain: Ints
    encoded: Ints


def compare(own: Sequence[Bits], encodings: Bits, seed: int) -> Graphs:
    """Return both graphs, and how well nodes fit by features.

    `own` are encodings of the plain records, each under another key, with rows in the same order.
    """
    graphs = [dice(bits, bits) for bits in own]
    plain, encoded = np.mean(graphs, axis=0), dice(encodings, encodings)
    ours = np.mean([_features(g, b) for g, b in zip(graphs, own, strict=True)], axis=0)
    theirs = _features(encoded, encodings)
    whiten = _whitening(graphs, own, ours, seed)
    # Averages differ between any two populations, so only what differs from them is compared.
    a, b = (ours - ours.mean(0)) @ whiten, (theirs - theirs.mean(0)) @ whiten
    cost = (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2.0 * a @ b.T
    return Graphs(plain, encoded, -cost)


def align(graphs: Graphs, rounds: int = ROUNDS) -> Pairs:
    """Return the best reading after so many rounds of anchors, fewer when it no longer changes.

    Of the two ways to weigh anchors one may fail where the other does not. The attacker sees which:
    a right reading fits far better.
    """
    first = _assigned(graphs.score)
    if rounds == 0 or not len(first.plain):
        return first
    readings = [_propagated(graphs, first, rounds, power) for power in _TRUST]
    return max(readings, key=lambda reading: reading[1])[0]


def _propagated(graphs: Graphs, pairs: Pairs, rounds: int, power: float) -> tuple[Pairs, float]:
    """Return a reading by anchors, and the mean of how well its pairs fit."""
    score = graphs.score
    for _ in range(rounds):
        rank = np.empty(len(pairs.plain))
        rank[np.argsort(_margins(score, pairs), kind="stable")] = np.arange(1, len(rank) + 1)
        weights = (rank / len(rank)) ** power
        plain = _seen(graphs.plain, pairs.plain, weights)
        score = plain @ _seen(graphs.encoded, pairs.encoded, weights).T
        before, pairs = pairs, _assigned(score)
        if np.array_equal(before.encoded, pairs.encoded):
            break
    return pairs, float(score[pairs].mean())


def _features(graph: Floats, bits: Bits) -> Floats:
    """Describe each node by its similarities to the others and by how many bits it has set."""
    n = len(graph)
    set_bits = bits.sum(1, dtype=np.float64)[:, None]
    if n < 2:
        return np.hstack((np.zeros((n, len(_QUANTILES) + 2)), set_bits))
    others = graph[~np.eye(n, dtype=np.bool_)].reshape(n, n - 1)
    quantiles = np.quantile(others, _QUANTILES, axis=1).T
    moments = np.column_stack((others.mean(1), others.std(1)))
    return np.hstack((quantiles, moments, set_bits))


def _whitening(graphs: Sequence[Floats], own: Sequence[Bits], ours: Floats, seed: int) -> Floats:
    """Return the matrix by which features become distances in units of their own noise."""
    rng = np.random.default_rng(seed)
    moved = []
    for graph, bits in zip(graphs, own, strict=True):
        half = rng.permutation(len(bits))[: max(len(bits) // 2, 1)]
        one = _features(graph[np.ix_(half, half)], bits[half]) - ours[half]
        moved.append(one - one.mean(0))
    noise = np.vstack(moved)
    spread = noise.T @ noise / max(len(noise), 1)
    # A little is added so that features which never moved, or move as others do, weigh something.
    spread += np.diag(np.diag(spread)) * 1e-3 + np.eye(len(spread)) * 1e-9
    whiten: Floats = np.linalg.cholesky(np.linalg.inv(spread))
    return whiten


def _assigned(score: Floats) -> Pairs:
    plain, encoded = linear_sum_assignment(-score)
    return Pairs(plain.astype(np.int64), encoded.astype(np.int64))


def _margins(score: Floats, pairs: Pairs) -> Floats:
    """Return by how much each pair beats the next best choice of either side."""
    rivals = score.copy()
    chosen = score[pairs]
    rivals[pairs] = -np.inf
    best = np.maximum(rivals.max(1)[pairs.plain], rivals.max(0)[pairs.encoded])
    margins: Floats = chosen - best
    return margins


def _seen(graph: Floats, anchors: Ints, weights: Floats) -> Floats:
    """Describe each node by its similarity to the anchors: centred, without itself, of length 1."""
    seen, own = graph[:, anchors].copy(), (anchors, np.arange(len(anchors)))
    seen[own] = 0.0
    seen -= seen.sum(0) / max(len(graph) - 1, 1)
    seen[own] = 0.0
    seen *= weights
    described: Floats = seen / np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-12)
    return described
