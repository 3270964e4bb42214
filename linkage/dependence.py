"""Dependence: pairs come in kinds, and inside a kind the comparisons are independent.

Records of two people of one household agree on address, phone and surname for one reason. Added up
as if by chance, that one reason is counted three times. So those who are not a match are a mixture
of latent classes (Lazarsfeld and Henry 1968): strangers, by far the most, with u of random pairs,
and a few kinds more, such as relatives. A match may come in kinds too, such as a person before and
after a move. The joint probabilities of a level vector x are

    P(x | match) = sum over kinds c of share_c prod_i m_ci(x_i)
    P(x | other) = t prod_i u_i(x_i) + sum over kinds k of share_k prod_i u_ki(x_i)

with t = 2^-(frequency bits), for two strangers share a rare value more seldom, while relatives
share theirs whatever it is. The weight stays a sum: log2(m_i / u_i) and the frequency bits by
comparison, and one part more, `together`,

    log2 P(x | match) / prod_i m_i(x_i)  -  log2(1 + kinds / strangers)

where both terms are 0 if all comparisons are independent.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.float64]
Table = NDArray[np.float64]
Levels = NDArray[np.int8]
MEANING: Mapping[str, str] = MappingProxyType(
    {
        "overlap": "other people agree like this for one reason, which would count several times",
        "support": "one person's records agree and differ like this more often than by chance",
    }
)
"""What the correction says, when it takes bits away and when it adds some."""
LARGEST = 1 << 14
"""Combinations of levels in one table; comparisons beyond it begin the next."""


class Kind(msgspec.Struct, frozen=True):
    """One kind of pairs: its share, and P(level | kind) of each comparison in order.

    The share is of all matches, or of all pairs that are none.
    """

    share: float
    levels: tuple[tuple[float, ...], ...]


class Dependence(msgspec.Struct, frozen=True):
    """Kinds of matches, and kinds of others beside the strangers; none where all is independent."""

    matches: tuple[Kind, ...] = ()
    others: tuple[Kind, ...] = ()


class Mixture:
    """A mixture of kinds against independent comparisons, as tables of bits by level vector.

    Comparisons are taken in groups whose levels have at most LARGEST combinations; a combination
    is one row of a group's table, with a column for each kind. A single group, the usual case, has
    its kinds added up beforehand.
    """

    def __init__(self, kinds: Sequence[Kind], alone: Sequence[Table]) -> None:
        sizes = [len(table) for table in alone]
        self._groups = _groups(sizes)
        columns = [_against(kind, alone) for kind in kinds]
        tables = [
            np.stack([_spread(column[group]) for column in columns], axis=1)
            for group in self._groups
        ]
        if len(tables) == 1:
            tables = [np.logaddexp2.reduce(tables[0], axis=1, keepdims=True)]
        self._tables = tables
        self._strides = [np.cumprod([1, *sizes[g][:0:-1]])[::-1] for g in self._groups]

    def bits(self, levels: Levels) -> Bits:
        """Return log2 of joint over independent probability; levels are comparisons x pairs."""
        total = self._tables[0][self._code(0, levels)]
        if len(self._tables) == 1:
            whole: Bits = total[:, 0]
            return whole
        for group in range(1, len(self._tables)):
            total += self._tables[group][self._code(group, levels)]
        out: Bits = np.logaddexp2.reduce(total, axis=1)
        return out

    def _code(self, group: int, levels: Levels) -> NDArray[np.int64]:
        code: NDArray[np.int64] = self._strides[group] @ levels[self._groups[group]]
        return code


class Correction:
    """What agreements say together beyond what they say one by one."""

    def __init__(self, found: Dependence, m: Sequence[Table], u: Sequence[Table]) -> None:
        self._matches = Mixture(found.matches, m) if found.matches else None
        self._others = Mixture(found.others, u) if found.others else None

    def terms(self, levels: Levels, frequency: Bits) -> tuple[Bits, Bits]:
        """Return log2 of joint over independent probability, of a match and of another pair.

        `levels` are comparisons x pairs, `frequency` the sum of a pair's frequency bits. The
        correction is the first minus the second.
        """
        match = other = np.zeros(len(frequency))
        if self._matches is not None:
            match = self._matches.bits(levels)
        if self._others is not None:
            other = np.logaddexp2(0.0, self._others.bits(levels) + frequency)
        return match, other


def _against(kind: Kind, alone: Sequence[Table]) -> list[Table]:
    """Return log2 of a kind's probabilities over those of independent comparisons.

    The share goes with the first comparison.
    """
    out = [np.log2(np.array(a) / b) for a, b in zip(kind.levels, alone, strict=True)]
    out[0] = out[0] + np.log2(kind.share)
    return out


def _groups(sizes: Sequence[int]) -> Sequence[slice]:
    """Return runs of comparisons with at most LARGEST combinations of levels each.

    >>> _groups([100, 100, 100])
    [slice(0, 2, None), slice(2, 3, None)]
    """
    out, start, product = [], 0, 1
    for i, size in enumerate(sizes):
        if i > start and product * size > LARGEST:
            out.append(slice(start, i))
            start, product = i, 1
        product *= size
    return [*out, slice(start, len(sizes))]


def _spread(tables: Sequence[Table]) -> Table:
    """Return the sum for every combination of levels, the last comparison running fastest."""
    out: Table = np.zeros(1)
    for table in tables:
        out = np.add.outer(out, table).ravel()
    return out
