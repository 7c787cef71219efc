"""How likely at least so many purchases are, over any horizon, of a customer who is there.

Buying at least n times and not having left before the n-th are independent given the customer, so
in BG/NBD and MBG/NBD P(N >= n) is a negative binomial tail times E[(1 - p)^(n - 1)]. In Pareto/NBD
the n-th purchase comes at a time of known density, and the customer must still be there then.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammaln, log_expit

from segment.purchases.model import Floats, PurchaseModel

LARGE = 1e8  # above it differences of log-gammas lose more digits than Stirling's first terms
NODES, WEIGHTS = np.polynomial.legendre.leggauss(96)
NEGLIGIBLE = 34.0  # a density counts down to exp(-34) of its peak


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
    """Average being there over when the n-th purchase comes, if it comes within the horizon.

    In v = log(time / rate), where its density z^n (1 - z)^shape, z = time / (rate + time), has one
    peak and falls evenly: the range is where it counts, up to the horizon.
    """
    end, peak = np.log(horizon / rate), np.log(n / shape)
    width = np.sqrt(2 * NEGLIGIBLE * (1 / n + 1 / shape))
    left, right = (np.minimum(width, 2 + np.maximum(sign * peak, 0)) for sign in (1, -1))
    low = np.minimum(end, peak) - left - NEGLIGIBLE / n
    high = np.minimum(end, peak + right + NEGLIGIBLE / shape)
    rising = n - (n + shape) * horizon / (rate + horizon)  # of the log density at the horizon
    with np.errstate(divide="ignore"):
        low = np.where(rising > 0, np.maximum(low, end - NEGLIGIBLE / rising), low)
    v = low[..., None] + (high - low)[..., None] * (NODES + 1) / 2
    log_density = n[..., None] * log_expit(v) + shape[..., None] * log_expit(-v)
    weight = np.exp(log_density - log_density.max(axis=-1, keepdims=True)) * WEIGHTS
    there = np.exp(-s * np.log1p(rate[..., None] * np.exp(v) / beta[..., None]))
    share = (weight * there).sum(axis=-1) / weight.sum(axis=-1)
    return np.asarray(betainc(n, shape, horizon / (rate + horizon)) * share)
