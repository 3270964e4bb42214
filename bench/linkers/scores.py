"""How right a linker is: its scored pairs, or its clusters, against the truth."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.linkers.sets import NOBODY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Accuracy(NamedTuple):
    """Precision, recall and F1; nan where there is nothing to count."""

    precision: float
    recall: float
    f1: float


def accuracy(right: float, said: float, true: float) -> Accuracy:
    """Return what follows from how many were right, how many were said and how many are true.

    >>> accuracy(right=3, said=4, true=6)
    Accuracy(precision=0.75, recall=0.5, f1=0.6)
    """
    return Accuracy(
        right / said if said else float("nan"),
        right / true if true else float("nan"),
        2 * right / (said + true) if said + true else float("nan"),
    )


def best_of_each(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pair of highest weight of each left row; of equals, the first right row."""
    order = pairs.sort_values(["left", "weight", "right"], ascending=[True, False, True])
    return order.drop_duplicates("left")


def linked(best: pd.DataFrame, rows: int, probability: float = 0.5) -> Ints:
    """Return the right row linked with each left row, NOBODY below the probability."""
    sure = best[best["probability"] >= probability]
    out = np.full(rows, NOBODY, np.int64)
    out[sure["left"].to_numpy()] = sure["right"].to_numpy()
    return out


def one_to_one(pairs: pd.DataFrame, rows: int, probability: float = 0.5) -> Ints:
    """Return links of highest weight first, each right row used once."""
    sure = pairs[pairs["probability"] >= probability]
    sure = sure.sort_values(["weight", "left", "right"], ascending=[False, True, True])
    out = np.full(rows, NOBODY, np.int64)
    taken: set[int] = set()
    for left, right in zip(sure["left"].tolist(), sure["right"].tolist(), strict=True):
        if out[left] == NOBODY and right not in taken:
            out[left] = right
            taken.add(right)
    return out


def of_links(links: Ints, truth: Ints, among: Mask | None = None) -> Accuracy:
    """Return the accuracy of links, `among` some left rows or all."""
    kept = np.ones(len(truth), np.bool_) if among is None else among
    said, true = kept & (links != NOBODY), kept & (truth != NOBODY)
    return accuracy(float((said & (links == truth)).sum()), float(said.sum()), float(true.sum()))


def best_f1(best: pd.DataFrame, truth: Ints) -> float:
    """Return the highest F1 that any threshold of the weight gives to the best pair of each row."""
    order = best.sort_values("weight", ascending=False)
    right = (truth[order["left"].to_numpy()] == order["right"].to_numpy()).cumsum()
    last = order["weight"].to_numpy() > np.append(order["weight"].to_numpy()[1:], -np.inf)
    f1 = 2 * right / (np.arange(1, len(order) + 1) + (truth != NOBODY).sum())
    return float(f1[last].max(initial=0.0))


def sure_pairs(pairs: pd.DataFrame, truth: Ints, probability: float = 0.99) -> tuple[float, int]:
    """Return the precision of all pairs given this probability, and how many they are."""
    sure = pairs[pairs["probability"] >= probability]
    right = truth[sure["left"].to_numpy()] == sure["right"].to_numpy()
    return (float(right.mean()) if len(right) else float("nan")), len(right)


def of_clusters(clusters: Ints, truth: Ints) -> Accuracy:
    """Return the accuracy of all pairs of rows that are in one cluster.

    >>> of_clusters(np.array([1, 1, 1, 2]), np.array([5, 5, 6, 6]))
    Accuracy(precision=0.3333333333333333, recall=0.5, f1=0.4)
    """
    both = pd.DataFrame({"cluster": clusters, "truth": truth})
    return accuracy(
        _pairs(both.groupby(["cluster", "truth"]).size()),
        _pairs(both.groupby("cluster").size()),
        _pairs(both.groupby("truth").size()),
    )


def _pairs(sizes: "pd.Series[int]") -> float:
    return float((sizes * (sizes - 1) // 2).sum())
