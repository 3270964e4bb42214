"""How large the crowds of a joined view are among everybody, from a sample that was joined.

Of a person's crowd everybody's single sources tell how many people fit what is known in each of
them (apart.py). The fewest that do so in one source are the candidates; who fits everything is one
of them. Whether a candidate fits the other sources too is known of those who were sampled, and of
the others it is taken to happen independently of each other, with the chance 1 - exp(-mu),

    log mu = theta0 + theta1 log(-log(1 - s)) + theta2 log(c / N) + sigma z,    z normal,

where c is how many candidates there are, and s the product of the shares of all people who fit in
each of the other sources: theta = (0, 1, 0) and sigma = 0 is independence of the sources. Of some
attacked people all that goes together, however rare it is (a trip by many, a cell at one hour):
with the chance omega log mu is tau instead. It is the binomial regression with the complementary
log-log link (McCullagh and Nelder 1989, Generalized Linear Models, 4.3) with an effect of the
attacked person, integrated out by Gauss and Hermite, mixed with a constant; the six numbers
maximise the likelihood times a prior about independence, so that a sample that says nothing leaves
that. Nothing is extrapolated where there is one source, no candidate, or every candidate was
sampled: then the crowd is known.

The sample alone would leave the unseen to be told from the seen: how many of those who met nobody
in it would meet somebody among everybody is Good and Toulmin's question (1956, Biometrika 43:45),
whose answer has no bounded error beyond log n times the sample (Orlitsky, Suresh and Wu 2016, PNAS
113:13283). Here people who look as rare in the sample differ in c and s, which are known without
it: whoever is to be expected to meet one person among everybody is like another who was to be
expected to meet one in the sample.

It fails where how one fit goes with another depends on something that neither c nor s shows, and
not a little: of 3,000 people of whom half have in the bank exactly what the phone has, a pilot of
750 took the share of unique ones to be .07 too low, before and after; the change was right. Crowds
beyond HEAD are told by their mean.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from linkage.intervals import Floats
from linkage.privacy.rows import Ints

HEAD = 48
"""Crowds up to here have the probability of each size."""
NUMBERS = 6
"""How many numbers a dependence has: three of theta, log sigma, tau and the logit of omega."""
_PRIOR = np.array([0.0, 1.0, 0.0, np.log(0.7), np.log(0.7), -3.0])
"""Independence, people who differ, and one in twenty of whom all goes together."""
_OFTEN = np.array([*_PRIOR[:5], 0.0])
"""The same, but one in two: another place to search from."""
_SPREAD = np.array([1.0, 0.3, 0.2, 0.5, 1.0, 1.0])
"""Standard deviations of the prior."""
_OFF = 0.1
"""How far the model is taken to be off at the least: a standard deviation of log mu."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
_COMPONENTS = len(_NODES) + 1
_LEAST, _MOST = -30.0, 3.5
"""Between these log mu stays: chances of 1e-13 and of all but 1e-14."""


class Met(NamedTuple):
    """What a sample and the single sources tell of some crowds; a row for each attacked person.

    `met` is how many others of the sample fit all that is known, `among` how many others of the
    sample are candidates, `candidates` how many others of everybody, `rest` the share of everybody
    who fits the other sources, were these independent: 1 where there are none.
    """

    met: Ints
    among: Ints
    candidates: Ints
    rest: Floats

    def take(self, rows: NDArray[np.bool_]) -> "Met":
        """Return some rows."""
        return Met(self.met[rows], self.among[rows], self.candidates[rows], self.rest[rows])

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Return whose crowd is known without the model: all candidates."""
        known: NDArray[np.bool_] = (self.candidates == 0) | (self.rest >= 1.0)
        return known


class Spectrum(NamedTuple):
    """How large crowds are, the person included: `share[i]` of the weight has `size[i]`."""

    size: Floats
    share: Floats


@dataclass(frozen=True)
class Dependence:
    """How much more likely a candidate fits the other sources than if they were independent.

    The columns of `doubt` are steps of its six numbers, of one standard deviation each, in
    directions of their own: what is not known of them however people were sampled.
    """

    numbers: Floats
    doubt: Floats
    population: int

    def stepped(self, direction: int, far: float) -> "Dependence":
        """Return the same, so many standard deviations away in one direction."""
        return replace(self, numbers=self.numbers + far * self.doubt[:, direction])

    def expected(self, seen: Met, weight: Floats) -> Spectrum:
        """Return the sizes of the crowds among everybody, and the weight of each."""
        known, open_ = seen.settled, ~seen.settled
        sizes, shares = [seen.candidates[known] + 1.0], [weight[known]]
        if open_.any():
            some = seen.take(open_)
            eta = _eta(self.numbers, _columns(some, self.population))
            log, _ = _likelihood(eta, some)
            after = _mixture(self.numbers) * np.exp(log - log.max(axis=1, keepdims=True))
            after *= (weight[open_] / after.sum(axis=1))[:, None]
            left = np.repeat(some.candidates - some.among, _COMPONENTS)
            least = np.repeat(some.met + 1, _COMPONENTS)
            chance = -np.expm1(-np.exp(eta))
            found = _sizes(least, left, chance.ravel(), after.ravel())
            sizes.append(found.size)
            shares.append(found.share)
        return Spectrum(np.concatenate(sizes), np.concatenate(shares))


def fitted(seen: Met, population: int, start: Floats | None = None) -> Dependence:
    """Return the likeliest dependence, given what was met in a sample; independence for nothing.

    `start` is where the search begins, the result of nearly the same sample: then there are no
    steps of doubt.
    """
    some = seen.take(~seen.settled & (seen.among > 0))
    columns = _columns(some, population)

    def cost(numbers: Floats) -> tuple[float, Floats]:
        log, slope = _likelihood(_eta(numbers, columns), some)
        top = log.max(axis=1, keepdims=True, initial=-np.inf)
        mixture = _mixture(numbers)
        each = mixture * np.exp(log - top)
        total = each.sum(axis=1, keepdims=True)
        share = each / total
        pull = slope * share
        free = pull[:, :-1]
        spread = np.exp(numbers[3]) * float((free @ _NODES).sum())
        rest = spread, pull[:, -1].sum(), (share[:, -1] - mixture[-1]).sum()
        gained = np.concatenate((columns.T @ free.sum(axis=1), rest))
        off = (numbers - _PRIOR) / _SPREAD
        value = float((np.log(total) + top).sum()) if len(top) else 0.0
        return 0.5 * float(off @ off) - value, off / _SPREAD - gained

    begins = (_PRIOR, _OFTEN) if start is None else (start,)
    found = [minimize(cost, x, jac=True, method="BFGS", options={"gtol": 1e-4}) for x in begins]
    best = min(found, key=lambda one: float(one.fun)).x
    if start is not None:
        return Dependence(best, np.zeros((NUMBERS, NUMBERS)), population)
    doubt = _doubt(lambda numbers: cost(numbers)[1], best, _event(best, columns, some))
    return Dependence(best, doubt, population)


def _event(numbers: Floats, columns: Floats, seen: Met) -> Floats:
    """Return the pull of one more pair of people who meet, where meetings are expected."""
    pull = np.zeros(NUMBERS)
    weight = np.exp(np.clip(columns @ numbers[:3], _LEAST, _MOST)) * seen.among
    total = float(weight.sum())
    pull[:3] = 2.0 * (weight @ columns) / total if total > 0.0 else (2.0, 0.0, 0.0)
    return pull


def _doubt(slope: Callable[[Floats], Floats], best: Floats, event: Floats) -> Floats:
    """Return steps of what no repetition of the sampling would show.

    With H the curvature of the cost and P that of the prior, the estimate is off by H^-1 P times
    what the truth is off the prior, whose variance is P^-1. It moves by H^-1 times the pull of a
    pair, and where none or few have met one pair more is no surprise. And the model is off.
    """
    step = 1e-4
    ways = step * np.eye(NUMBERS)
    curve = np.stack([slope(best + way) - slope(best - way) for way in ways])
    inverse = np.linalg.pinv((curve + curve.T) / (4.0 * step), hermitian=True)
    pulled, moved = inverse / _SPREAD, inverse @ event
    covariance = pulled @ pulled.T + np.outer(moved, moved)
    covariance[0, 0] += _OFF**2
    value, vector = np.linalg.eigh(covariance)
    steps: Floats = vector * np.sqrt(np.maximum(value, 0.0))
    return steps


def _columns(seen: Met, population: int) -> Floats:
    """Return what log mu is linear in: 1, the rest as if independent, and the candidates."""
    everybody = max(population - 1, 1)
    rest = np.clip(seen.rest, 1e-12, 1.0 - 1e-9)
    many = np.log(np.maximum(seen.candidates, 1) / everybody)
    return np.column_stack((np.ones(len(rest)), np.log(-np.log1p(-rest)), many))


def _eta(numbers: Floats, columns: Floats) -> Floats:
    """Return log mu of each component: rows x nodes, and of all that goes together."""
    normal = (columns @ numbers[:3])[:, None] + np.exp(numbers[3]) * _NODES
    eta = np.column_stack((normal, np.full(len(columns), numbers[4])))
    found: Floats = np.clip(eta, _LEAST, _MOST)
    return found


def _mixture(numbers: Floats) -> Floats:
    """Return the weight of each component."""
    omega = 1.0 / (1.0 + np.exp(-numbers[5]))
    return np.append((1.0 - omega) * _WEIGHTS / _WEIGHTS.sum(), omega)


def _likelihood(eta: Floats, seen: Met) -> tuple[Floats, Floats]:
    """Return the log-likelihood of who was met, by component, and its slope in log mu."""
    mu, met, among = np.exp(eta), seen.met[:, None], seen.among[:, None]
    fits = -np.expm1(-mu)
    log: Floats = met * np.log(fits) - (among - met) * mu
    slope: Floats = met * mu * np.exp(-mu) / fits - (among - met) * mu
    return log, slope


def _sizes(least: Ints, left: Ints, chance: Floats, weight: Floats) -> Spectrum:
    """Return the sizes least + Binomial(left, chance), with weights, added up over all rows."""
    chance = np.clip(chance, 1e-15, 1.0 - 1e-12)
    odds, log = chance / (1.0 - chance), left * np.log1p(-chance)
    # Below that powers lose their digits, and the sizes are as good as their mean.
    here = np.where(log > -650.0, np.exp(log), 0.0)
    head = np.zeros(HEAD + 1)
    seen, mean = np.zeros(len(least)), np.zeros(len(least))
    for more in range(HEAD):
        size = least + more
        short = size <= HEAD
        head += np.bincount(size[short], (weight * here)[short], HEAD + 1)
        here = np.where(short, here, 0.0)
        seen, mean = seen + here, mean + more * here
        here = here * np.maximum(left - more, 0) / (more + 1) * odds
    # All larger ones together, at their mean.
    beyond = np.maximum(1.0 - seen, 0.0)
    tail = least + (left * chance - mean) / np.maximum(beyond, 1e-300)
    some = beyond > 1e-9
    tail = np.clip(tail[some], HEAD + 1.0, (least + left)[some].astype(np.float64))
    sizes = np.concatenate((np.arange(1.0, HEAD + 1.0), tail))
    return Spectrum(sizes, np.concatenate((head[1:], (weight * beyond)[some])))
