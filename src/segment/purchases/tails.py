"""How likely at least so many purchases are, over any horizon, of a customer who is there.

Buying at least n times and not having left before the n-th are independent given the customer, so
in BG/NBD and MBG/NBD P(N >= n) is a negative binomial tail times E[(1 - p)^(n - 1)]. In Pareto/NBD
the n-th purchase comes at a time of known density, and the customer must still be there then.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaln, gammaln

from segment.purchases.model import Floats, PurchaseModel

LARGE = 1e8  # above it differences of log-gammas lose more digits than Stirling's first terms
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)


def at_least(
    model: PurchaseModel, x: ArrayLike, T: ArrayLike, horizon: ArrayLike, n: ArrayLike
) -> Floats:
    """Return P(N >= n) for n of 1 or more, given that each customer is there at T.

    All four broadcast. For models in continuous time: not for bg_bb.
    """
    x, T, horizon, n = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (x, T, horizon, n))
    )
    r, alpha = model.values[:2]
    shape, rate = r + x, alpha + T
    if model.name == "pareto_nbd":
        return _while_there(shape, rate, model.values[2], model.values[3] + T, horizon, n)
    bought = betainc(n, shape, horizon / (rate + horizon))
    if model.name == "nbd":
        return np.asarray(bought)
    a, b = model.values[2:]
    stay = b + x + (model.name == "mbg_nbd")
    return np.asarray(bought * np.exp(_log_rising(stay, n - 1) - _log_rising(a + stay, n - 1)))


def _log_rising(z: Floats, m: Floats) -> Floats:
    """Return the logarithm of z (z + 1) ... (z + m - 1), for large z too."""
    with np.errstate(over="ignore", invalid="ignore"):
        exact = gammaln(z + m) - gammaln(z)
    return np.where(z < LARGE, exact, m * np.log(z) + m * (m - 1) / (2 * z))


def _while_there(
    shape: Floats, rate: Floats, s: float, beta: Floats, horizon: Floats, n: Floats
) -> Floats:
    """Integrate over when the n-th purchase comes: in its quantiles, where its density is 1."""
    reach = horizon / (rate + horizon)
    whole = betainc(n, shape, reach)
    z = reach[..., None] * (NODES + 1) / 2
    time = rate[..., None] * z / (1 - z)
    with np.errstate(divide="ignore"):
        density = np.exp(
            (n - 1)[..., None] * np.log(z) + (shape - 1)[..., None] * np.log1p(-z)
            - betaln(n, shape)[..., None]
        )  # fmt: skip
    there = (1 + time / beta[..., None]) ** -s
    weighted = density * WEIGHTS
    mass = weighted.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (weighted * there).sum(
            axis=-1
        ) / mass  # of the n-th purchases, those by who is there
    return np.where(mass > 0, whole * share, 0.0)
