"""How large the crowds of a joined view are among everybody, from a sample that was joined.

Of a person's crowd everybody's single sources tell how many people fit what is known in each of
them (`apart.py`). The fewest that do so in one source are the candidates; who fits everything is
one of them. Whether a candidate fits the other sources too is known of those who were sampled, and
of the others it is taken to happen independently of each other, with the chance 1 - exp(-mu),

    log mu = theta0 + theta1 log(-log(1 - s)) + theta2 log(c / N) + sigma z,    z normal,

where c is how many candidates there are, and s the product of the shares of all people who fit in
each of the other sources: theta = (0, 1, 0) and sigma = 0 is independence of the sources. It is the
binomial regression with the complementary log-log link (McCullagh and Nelder 1989, Generalized
Linear Models, 4.3) with a normal effect of the attacked person, integrated out by Gauss and
Hermite; theta and sigma maximise the likelihood times a prior about independence, so that a sample
that says nothing leaves that. Nothing is extrapolated where there is one source, no candidate, or
every candidate was sampled: then the crowd is known.

The sample alone would leave the unseen to be told from the seen: how many of those who met nobody
in it would meet somebody among everybody is Good and Toulmin's question (1956, Biometrika 43:45),
whose answer has no bounded error beyond log n times the sample (Orlitsky, Suresh and Wu 2016, PNAS
113:13283). Here the persons who look as rare in the sample differ in c and s, which are known
without it: who is to be expected to meet one among everybody is like another who was expected to
meet one in the sample.

It fails where fitting one source and another goes together in a way that c and s do not show, such
as a trip that few people make together: then people are said to be a little more exposed than they
are. Crowds beyond HEAD are told by their mean.
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
_PRIOR = np.array([0.0, 1.0, 0.0, np.log(0.7)])
"""Independence, with people who differ: theta and log sigma."""
_DOUBT = np.array([1.0, 0.3, 0.2, 0.5])
"""Standard deviations of the prior."""
_OFF = 0.1
"""How far the model is taken to be off at the least: a standard deviation of log mu."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
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

    The columns of `doubt` are steps of theta and log sigma of one standard deviation each, in
    directions of their own: what is not known of them however people were sampled.
    """

    theta: Floats
    doubt: Floats
    population: int

    def stepped(self, direction: int, far: float) -> "Dependence":
        """Return the same, so many standard deviations away in one direction."""
        return replace(self, theta=self.theta + far * self.doubt[:, direction])

    def expected(self, seen: Met, weight: Floats) -> Spectrum:
        """Return the sizes of the crowds among everybody, and the weight of each."""
        known, open_ = seen.settled, ~seen.settled
        sizes, shares = [seen.candidates[known] + 1.0], [weight[known]]
        if open_.any():
            some = seen.take(open_)
            eta = _eta(self.theta, _columns(some, self.population))
            log, _ = _likelihood(eta, some)
            after = _WEIGHTS * np.exp(log - log.max(axis=1, keepdims=True))
            after *= (weight[open_] / after.sum(axis=1))[:, None]
            chance = -np.expm1(-np.exp(eta))
            left = np.repeat(some.candidates - some.among, len(_NODES))
            met = np.repeat(some.met, len(_NODES))
            found = _sizes(met + 1, left, chance.ravel(), after.ravel())
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

    def cost(theta: Floats) -> tuple[float, Floats]:
        log, slope = _likelihood(_eta(theta, columns), some)
        top = log.max(axis=1, keepdims=True, initial=-np.inf)
        each = _WEIGHTS * np.exp(log - top)
        total = each.sum(axis=1)
        pull = slope * each / total[:, None]
        off = (theta - _PRIOR) / _DOUBT
        gained = np.append(columns.T @ pull.sum(axis=1), np.exp(theta[3]) * (pull @ _NODES).sum())
        value = float((np.log(total) + top[:, 0]).sum()) if len(total) else 0.0
        return 0.5 * float(off @ off) - value, off / _DOUBT - gained

    begin = _PRIOR if start is None else start
    best = minimize(cost, begin, jac=True, method="BFGS", options={"gtol": 1e-4}).x
    if start is not None:
        return Dependence(best, np.zeros((4, 4)), population)
    doubt = _doubt(lambda theta: cost(theta)[1], best, _event(best, columns, some))
    return Dependence(best, doubt, population)


def _event(theta: Floats, columns: Floats, seen: Met) -> Floats:
    """Return the pull of one more pair of people who meet, where meetings are expected."""
    weight = np.exp(np.clip(columns @ theta[:3], _LEAST, _MOST)) * seen.among
    total = float(weight.sum())
    if total <= 0.0:
        return np.array([2.0, 0.0, 0.0, 0.0])
    return np.append(2.0 * (weight @ columns) / total, 0.0)


def _doubt(slope: Callable[[Floats], Floats], best: Floats, event: Floats) -> Floats:
    """Return steps of what no repetition of the sampling would show.

    With H the curvature of the cost and P that of the prior, the estimate is off by H^-1 P times
    what the truth is off the prior, whose variance is P^-1. It moves by H^-1 times the pull of a
    pair, and where none or few have met one pair more is no surprise. And the model is off.
    """
    step = 1e-4
    curve = np.stack([slope(best + step * e) - slope(best - step * e) for e in np.eye(4)])
    inverse = np.linalg.pinv((curve + curve.T) / (4.0 * step), hermitian=True)
    pulled, moved = inverse / _DOUBT, inverse @ event
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


def _eta(theta: Floats, columns: Floats) -> Floats:
    """Return log mu at each node: rows x nodes."""
    eta: Floats = (columns @ theta[:3])[:, None] + np.exp(theta[3]) * _NODES
    return np.clip(eta, _LEAST, _MOST)


def _likelihood(eta: Floats, seen: Met) -> tuple[Floats, Floats]:
    """Return the log-likelihood of who was met at each node, and its slope in log mu."""
    mu, met, among = np.exp(eta), seen.met[:, None], seen.among[:, None]
    fits = -np.expm1(-mu)
    log: Floats = met * np.log(fits) - (among - met) * mu
    slope: Floats = met * mu * np.exp(-mu) / fits - (among - met) * mu
    return log, slope


def _sizes(least: Ints, left: Ints, chance: Floats, weight: Floats) -> Spectrum:
    """Return the sizes least + Binomial(left, chance), with weights, added up over all rows."""
    chance = np.clip(chance, 1e-15, 1.0 - 1e-12)
    odds, here = chance / (1.0 - chance), np.exp(left * np.log1p(-chance))
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
