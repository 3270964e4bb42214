"""Differential privacy's loss: zero-concentrated (zCDP), in integer nano-rho, always rounded up.

Only noised answers have such a loss; joins are metered as Exposure, and the two are never added.
"""

from dataclasses import dataclass
from math import ceil, exp, inf, isfinite, log, log1p, nextafter, sqrt

NANO = 1_000_000_000


@dataclass(frozen=True, order=True)
class PrivacyLoss:
    """A loss of rho-zCDP in nano-rho; losses of composed answers add up (Bun and Steinke 2016).

    >>> PrivacyLoss(2) + PrivacyLoss(3)
    PrivacyLoss(nano_rho=5)
    """

    nano_rho: int

    def __post_init__(self) -> None:
        if self.nano_rho < 0:
            raise ValueError(f"nano_rho: got {self.nano_rho}, needs 0 or more")

    def __add__(self, other: object) -> "PrivacyLoss":
        if not isinstance(other, PrivacyLoss):
            return NotImplemented
        return PrivacyLoss(self.nano_rho + other.nano_rho)

    @property
    def rho(self) -> float:
        """Return it as a number, for formulas and display."""
        return self.nano_rho / NANO


def from_rho(rho: float) -> PrivacyLoss:
    """Return the least whole number of nano-rho that is not below rho."""
    if not (isfinite(rho) and rho >= 0):
        raise ValueError(f"rho: got {rho}, needs a finite number of 0 or more")
    return PrivacyLoss(ceil(rho * NANO))


def epsilon(loss: PrivacyLoss, delta: float) -> float:
    """Return an epsilon such that the loss implies (epsilon, delta)-differential privacy.

    The bound of Canonne, Kamath and Steinke 2020 (proposition 12), at the best order alpha found;
    every order gives a valid bound, so the search can only lose tightness. Never above Bun and
    Steinke's rho + 2 sqrt(rho log(1/delta)). For display: ledgers count nano-rho.
    """
    if not 0 < delta < 1:
        raise ValueError(f"delta: got {delta}, needs a number between 0 and 1, both excluded")
    if loss.nano_rho == 0:
        return 0.0
    rho = loss.rho
    centre = log(sqrt(-log(delta) / rho))
    steps = (exp(centre + offset / 64) for offset in range(-512, 513))
    best = min((_bound(rho, delta, above_one) for above_one in steps), default=inf)
    simple = rho + 2 * sqrt(-rho * log(delta))
    return nextafter(max(0.0, min(best, simple)) * (1 + 1e-12), inf)


def _bound(rho: float, delta: float, above_one: float) -> float:
    """Return the epsilon that order alpha = 1 + above_one proves."""
    alpha = 1 + above_one
    return alpha * rho - log1p(1 / above_one) - (log(delta) + log(alpha)) / above_one
