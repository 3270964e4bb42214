"""Differential privacy's loss: zero-concentrated (zCDP), in integer nano-rho, always rounded up.

Only noised answers have such a loss; joins are metered as Exposure, and the two are never added.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, exp, isfinite, log, log1p, sqrt

NANO = 1_000_000_000
_REACH = 8.0
_GOLDEN = (sqrt(5) - 1) / 2


@dataclass(frozen=True, order=True)
class PrivacyLoss:
    """A loss of rho-zCDP in nano-rho; losses of composed answers add up (Bun and Steinke 2016).

    >>> PrivacyLoss(2) + PrivacyLoss(3)
    PrivacyLoss(nano_rho=5)
    """

    nano_rho: int

    def __post_init__(self) -> None:
        if type(self.nano_rho) is not int or self.nano_rho < 0:
            raise ValueError(f"nano_rho: got {self.nano_rho!r}, needs a whole number of 0 or more")

    def __add__(self, other: object) -> "PrivacyLoss":
        if not isinstance(other, PrivacyLoss):
            return NotImplemented
        return PrivacyLoss(self.nano_rho + other.nano_rho)

    @property
    def rho(self) -> float:
        """Return it as a number, for formulas and display."""
        return self.nano_rho / NANO


def from_rho(rho: float) -> PrivacyLoss:
    """Return the least whole number of nano-rho that is not below rho, as its decimals are written.

    >>> from_rho(0.1), from_rho(1e-10)
    (PrivacyLoss(nano_rho=100000000), PrivacyLoss(nano_rho=1))
    """
    if not (isfinite(rho) and rho >= 0):
        raise ValueError(f"rho: got {rho}, needs a finite number of 0 or more")
    return PrivacyLoss(ceil(Decimal(repr(float(rho))) * NANO))


def epsilon(loss: PrivacyLoss, delta: float) -> float:
    """Return an epsilon such that the loss implies (epsilon, delta)-differential privacy.

    The bound of Canonne, Kamath and Steinke 2020 (proposition 12), at the best order alpha found;
    every order gives a valid bound, so the search can only lose tightness. Never above Bun and
    Steinke's rho + 2 sqrt(rho log(1/delta)), and 0 where rho bounds the total variation by delta
    (Bretagnolle and Huber 1979). For display: ledgers count nano-rho.

    >>> round(epsilon(PrivacyLoss(500_000_000), 1e-6), 4)
    5.2215
    """
    _check_delta(delta)
    rho = loss.rho
    if rho <= -log1p(-delta * delta) * (1 - 1e-12):
        return 0.0
    simple = rho + 2 * sqrt(-rho * log(delta))
    # The terms of the bound are as large as `simple`, and so is what rounding does to their sum.
    return max(0.0, min(_best(rho, delta), simple)) + 1e-12 * simple


def from_epsilon(most: float, delta: float) -> PrivacyLoss:
    """Return the largest loss whose epsilon at this delta is not above `most`.

    Rounded down, so that `epsilon` of the answer is never above what was asked for; one nano-rho
    more would be. For people who think in epsilon: a ledger's caps are set by what comes out.

    >>> from_epsilon(1.0, 1e-6)
    PrivacyLoss(nano_rho=24355970)
    """
    _check_delta(delta)
    if not (isfinite(most) and most >= 0):
        raise ValueError(f"epsilon: got {most}, needs a finite number of 0 or more")
    low, high = 0, 1
    while epsilon(PrivacyLoss(high), delta) <= most:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if epsilon(PrivacyLoss(middle), delta) <= most:
            low = middle
        else:
            high = middle
    return PrivacyLoss(low)


def _check_delta(delta: float) -> None:
    if not 0 < delta < 1:
        raise ValueError(f"delta: got {delta}, needs a number between 0 and 1, both excluded")


def _best(rho: float, delta: float) -> float:
    """Return the least epsilon that an order proves: coarse steps, then golden section."""
    # At this order rho + 2 sqrt(rho log(1/delta)) is met, so the best one is not far from it.
    centre = log(-log(delta) / rho) / 2
    steps = [centre + offset / 4 for offset in range(-int(4 * _REACH), int(4 * _REACH) + 1)]
    middle = min(steps, key=lambda step: _bound(rho, delta, step))
    low, high = middle - 0.25, middle + 0.25
    for _ in range(24):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if _bound(rho, delta, left) <= _bound(rho, delta, right):
            high = right
        else:
            low = left
    return min(_bound(rho, delta, middle), _bound(rho, delta, (low + high) / 2))


def _bound(rho: float, delta: float, step: float) -> float:
    """Return the epsilon that order alpha = 1 + exp(step) proves."""
    above_one = exp(step)
    alpha = 1 + above_one
    return alpha * rho - log1p(1 / above_one) - (log(delta) + log(alpha)) / above_one
