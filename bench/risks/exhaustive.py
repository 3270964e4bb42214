"""What there is to find in a table, counted one by one: it shares no code with what it judges."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import pandas as pd

Row = tuple[str, ...]


def rows_of(frame: pd.DataFrame, columns: Sequence[str]) -> list[Row]:
    """Return the values of each person."""
    return list(zip(*(frame[column].tolist() for column in columns), strict=True))


def class_sizes(frame: pd.DataFrame, columns: Sequence[str]) -> list[int]:
    """Return how many people have equal values, one number for each class, rising."""
    return sorted(Counter(rows_of(frame, columns)).values())


def alone(frame: pd.DataFrame, columns: Sequence[str], known: int) -> float:
    """Return how often somebody and `known` of the columns, any of them, fit that one alone."""
    sets = list(combinations(columns, known))
    ones = sum(class_sizes(frame, chosen).count(1) for chosen in sets)
    return ones / (len(frame) * len(sets))


def alone_elsewhere(
    released: pd.DataFrame, others: pd.DataFrame, columns: Sequence[str], known: int
) -> float:
    """Return how often `known` columns of somebody released fit exactly one of the others."""
    sets, found = list(combinations(columns, known)), 0
    for chosen in sets:
        there = Counter(rows_of(others, chosen))
        found += sum(there[row] == 1 for row in rows_of(released, chosen))
    return found / (len(released) * len(sets))


def fitting(frame: pd.DataFrame, query: Mapping[str, str]) -> int:
    """Return how many people a description fits."""
    values = tuple(query.values())
    return sum(row == values for row in rows_of(frame, tuple(query)))


class Linked(NamedTuple):
    """How often each thing that is called linking two halves of a row succeeds, mean over rows.

    `named`: told that both halves are one person's, one guess among those whom both fit.
    `told_apart`: the second half told from that of anybody else, by how many people both fit, a
    tie is half.
    `found`: one guess at which of all second halves belongs to a first half, by the best rule that
    there is: the value b of the most n(a, b) / n(b), then any of those who have it.
    `coin`: of all whom the first half fits and all whom the second fits, one each, drawn by
    chance, are the same person.
    """

    named: float
    told_apart: float
    found: float
    coin: float


def linked(frame: pd.DataFrame, halves: tuple[Sequence[str], Sequence[str]]) -> Linked:
    """Return what two datasets, each with half of the columns of everybody, let be linked."""
    pairs = list(zip(*(rows_of(frame, half) for half in halves), strict=True))
    n, both = len(pairs), Counter(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    partners = defaultdict(list)
    for (a, b), many in both.items():
        partners[a].append((b, many))
    apart = 0.0
    for (a, b), many in both.items():
        others = n - second[b]
        rivals = [(second[c], m) for c, m in partners[a] if c != b and m >= many]
        lost = sum(size if m > many else size / 2 for size, m in rivals)
        apart += many * (1.0 - lost / others) if others else many / 2
    best = (max(many / second[b] for b, many in found) for found in partners.values())
    return Linked(
        named=len(both) / n,
        told_apart=apart / n,
        found=sum(best) / n,
        coin=sum(m * m / (first[a] * second[b]) for (a, b), m in both.items()) / n,
    )


def secrets_by_class(
    frame: pd.DataFrame, columns: Sequence[str], secret: str
) -> list[Counter[str]]:
    """Return how many people have each secret, for each class of equal values."""
    classes: dict[Row, Counter[str]] = defaultdict(Counter)
    for row, value in zip(rows_of(frame, columns), frame[secret].tolist(), strict=True):
        classes[row][value] += 1
    return list(classes.values())


def better_half(frame: pd.DataFrame, columns: Sequence[str]) -> float:
    """Return how often one guess by the better half of the columns names the person.

    Over all people and all ways to cut the columns in two; of an odd number one half has one more.
    """
    cuts = list(combinations(columns, (len(columns) + 1) // 2))
    right = 0.0
    for cut in cuts:
        rest = [column for column in columns if column not in cut]
        halves = [rows_of(frame, half) if half else [()] * len(frame) for half in (cut, rest)]
        counts = [Counter(half) for half in halves]
        right += sum(1 / min(counts[0][a], counts[1][b]) for a, b in zip(*halves, strict=True))
    return right / (len(cuts) * len(frame))


class Guessed(NamedTuple):
    """How often a secret is guessed right from those who have the same values.

    `majority`: the value that most of them have, which no guess can beat. `member`: that of one of
    them, drawn by chance. `others`: the value most frequent among the others, or of all people
    where there are no others. `anybody`: the value most frequent of all.
    """

    majority: float
    member: float
    others: float
    anybody: float


def guessed(frame: pd.DataFrame, columns: Sequence[str], secret: str) -> Guessed:
    """Return how often the secret of a person of the frame is guessed right; ties are shared."""
    whole, n, others = Counter(frame[secret].tolist()), len(frame), 0.0
    classes = secrets_by_class(frame, columns, secret)
    majority = sum(max(votes.values()) for votes in classes)
    member = sum(m * m / votes.total() for votes in classes for m in votes.values())
    for votes in classes:
        for value, many in votes.items():
            without = votes - Counter([value])
            others += many * _top(without or whole, value)
    anybody = sum(many * _top(whole, value) for value, many in whole.items())
    return Guessed(majority / n, member / n, others / n, anybody / n)


def nearest(
    released: pd.DataFrame, attacked: pd.DataFrame, columns: Sequence[str], secret: str
) -> float:
    """Return how often the secret of one of those who differ least, by chance, is that attacked.

    Over all that are attacked; to differ is to have another value, in as few columns as possible.
    """
    known = {column: released[column].to_numpy() for column in columns}
    secrets, right = released[secret].to_numpy(), 0.0
    for row, mine in zip(rows_of(attacked, columns), attacked[secret].tolist(), strict=True):
        apart = sum((known[c] != value).astype(int) for c, value in zip(columns, row, strict=True))
        right += float((secrets[apart == apart.min()] == mine).mean())
    return right / len(attacked)


def _top(votes: Mapping[str, int], value: str) -> float:
    """Return how likely a value is chosen as the most frequent one."""
    most = max(votes.values())
    return float(votes[value] == most) / list(votes.values()).count(most) if value in votes else 0.0
