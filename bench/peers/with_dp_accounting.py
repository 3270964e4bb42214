# Checked in no environment that mypy knows: its libraries are the peers'.
# mypy: ignore-errors
"""dp-accounting on a grid: `python with_dp_accounting.py < job.json`, in an environment of its own.

The job has `points`, pairs of a rho and a delta. Printed as JSON, for the Gaussian answer of each
rho: `pld`, the epsilon of its privacy loss distribution, rounded down and up; `exact`, where its
formula for delta meets the delta; `rdp`, that of Renyi differential privacy at the best order.
And it has `composed`, pairs of a list of rho and a delta: of all of them together `pld`, by adding
up losses, and `rdp`.
"""

import json
import sys
from importlib.metadata import version
from math import log, sqrt

import numpy as np
from dp_accounting import dp_event
from dp_accounting.pld import privacy_loss_distribution
from dp_accounting.pld.pld_privacy_accountant import PLDAccountant
from dp_accounting.pld.privacy_loss_mechanism import GaussianPrivacyLoss
from dp_accounting.rdp import RdpAccountant
from scipy.optimize import brentq

FINENESS = 4_000


def by_distribution(sigma, delta, simple, pessimistic):
    """Return the epsilon of a discretised privacy loss distribution."""
    found = privacy_loss_distribution.from_gaussian_mechanism(
        standard_deviation=sigma,
        pessimistic_estimate=pessimistic,
        value_discretization_interval=simple / FINENESS,
        log_mass_truncation_bound=log(delta) - 30,
        use_connect_dots=pessimistic,
    )
    return float(found.get_epsilon_for_delta(delta))


def exact(sigma, delta, simple):
    """Return the epsilon at which the Gaussian answer's delta is this one, 0 where it is less."""
    loss = GaussianPrivacyLoss(sigma)
    if loss.get_delta_for_epsilon(0.0) <= delta:
        return 0.0
    return brentq(lambda eps: log(loss.get_delta_for_epsilon(eps) / delta), 0.0, simple, xtol=1e-13)


def by_orders(rhos, delta):
    """Return the epsilon of the best of 1,000 orders around the one that would be best alone."""
    centre = sqrt(-log(delta) / sum(rhos))
    accountant = RdpAccountant(1 + centre * np.geomspace(0.05, 20, 1_000))
    return composed(accountant, rhos, delta)


def composed(accountant, rhos, delta):
    """Return the epsilon of Gaussian answers of these rho, one after the other."""
    for rho in rhos:
        accountant.compose(dp_event.GaussianDpEvent(1 / sqrt(2 * rho)))
    return float(accountant.get_epsilon(delta))


def asked(rho, delta):
    """Return all that is said of one point."""
    sigma, simple = 1 / sqrt(2 * rho), rho + 2 * sqrt(-rho * log(delta))
    return {
        "pld": [by_distribution(sigma, delta, simple, up) for up in (False, True)],
        "exact": exact(sigma, delta, simple),
        "rdp": by_orders([rho], delta),
    }


def asked_together(rhos, delta):
    """Return all that is said of answers that were given one after the other."""
    return {"pld": composed(PLDAccountant(), rhos, delta), "rdp": by_orders(rhos, delta)}


def main():
    """Read the job and print what is said of each of its points."""
    job = json.load(sys.stdin)
    found = {
        "version": version("dp-accounting"),
        "points": [asked(rho, delta) for rho, delta in job["points"]],
        "composed": [asked_together(rhos, delta) for rhos, delta in job["composed"]],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
