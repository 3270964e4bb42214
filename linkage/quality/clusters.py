"""How right the clusters are that links make: by account, by pair of accounts, by whole cluster.

Accounts linked to one person are a cluster; an account without a link is one by itself. True
clusters are the accounts that describe one person. Three questions about them:

- B-cubed: of the accounts that an account is put with, itself included, which share belongs with
  it (precision); of those that belong with it, which share it is put with (recall); the mean over
  accounts (Bagga and Baldwin 1998, ACL/COLING 79).
- Pairwise: the pairs of accounts put together, against those that belong together. Large clusters
  rule it: k accounts have k (k - 1) / 2 pairs.
- Exact: whole clusters that are the same on both sides (cluster F1: Huang et al. 2006; Menestrina
  et al. 2010, VLDB 3:208). The strictest: one account amiss spoils two clusters.
"""

import msgspec
import numpy as np

from linkage.intervals import Floats, Ints
from linkage.quality.accounts import NOBODY
from linkage.quality.scores import Ratio, Scores, numbered, scores_of


class ClusterQuality(msgspec.Struct, frozen=True):
    """Counts of accounts and clusters, and three sets of scores; see the module."""

    accounts: int
    found: int
    true: int
    same: int
    b_cubed: Scores
    pairwise: Scores
    exact: Scores


def cluster_quality(true: Ints, found: Ints) -> ClusterQuality:
    """Return how right clusters are, given each account's true and found label.

    `found` is NOBODY for an account that is with no other; `true` likewise. Intervals are by true
    cluster. Two of three accounts of a person found together, the third alone:

    >>> q = cluster_quality(np.array([1, 1, 1]), np.array([1, 1, NOBODY]))
    >>> [round(s.value, 3) for s in (q.b_cubed.precision, q.b_cubed.recall, q.b_cubed.f1)]
    [1.0, 0.556, 0.714]
    >>> q.pairwise.precision.value, round(q.pairwise.recall.value, 3), q.exact.f1.value
    (1.0, 0.333, 0.0)
    """
    unit, other = numbered(apart(true)), numbered(apart(found))
    true_size, found_size = _sizes(unit), _sizes(other)
    both = _sizes(numbered(unit * (int(other.max(initial=0)) + 1) + other))
    same = (both == true_size) & (both == found_size)
    n, accounts = len(true), np.ones(len(true))
    clusters = int(unit.max(initial=-1)) + 1, int(other.max(initial=-1)) + 1
    pairs = int((true_size - 1).sum()) // 2, int((found_size - 1).sum()) // 2
    return ClusterQuality(
        accounts=n,
        found=clusters[1],
        true=clusters[0],
        same=round(float((same / true_size).sum())),
        b_cubed=scores_of(
            Ratio(both / found_size, accounts, n), Ratio(both / true_size, accounts, n), unit, n
        ),
        pairwise=scores_of(
            Ratio(both - 1, found_size - 1, pairs[1]),
            Ratio(both - 1, true_size - 1, pairs[0]),
            unit,
            sum(pairs),
        ),
        # A cluster counts once: each of its accounts carries its part of it.
        exact=scores_of(
            Ratio(same / found_size, 1.0 / found_size, clusters[1]),
            Ratio(same / true_size, 1.0 / true_size, clusters[0]),
            unit,
            sum(clusters),
        ),
    )


def apart(labels: Ints) -> Ints:
    """Return labels in which every NOBODY is a label of its own.

    >>> apart(np.array([5, NOBODY, 5, NOBODY])).tolist()
    [5, 6, 5, 7]
    """
    alone = labels == NOBODY
    out = labels.copy()
    out[alone] = int(labels.max(initial=0)) + 1 + np.arange(int(alone.sum()))
    return out


def _sizes(numbers: Ints) -> Floats:
    """Return per account how many have its number."""
    sizes: Floats = np.bincount(numbers).astype(np.float64)[numbers]
    return sizes
