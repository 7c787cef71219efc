"""How likely each number of purchases is, over any horizon.

Given that a customer is there, the number is the smaller of what he would buy if he stayed
(negative binomial) and the purchase after which he leaves (beta-geometric), which are independent:
so BG/NBD and MBG/NBD have P(n) = E[(1-p)^n] NB(n) + E[p (1-p)^(n-1)] P(NB >= n), a sum of positive
terms.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from segment.purchases import counted, pareto
from segment.purchases.model import Floats, PurchaseModel
from segment.purchases.prediction import p_alive


def counts_alive(
    model: PurchaseModel, x: ArrayLike, T: ArrayLike, horizon: ArrayLike, most: int
) -> Floats:
    """Return the probabilities of 0 to `most` purchases: shape (customers, most + 1).

    Given that each customer is there at T. Rows sum to less than 1 by what lies above `most`.
    """
    x, T, horizon = (
        np.array(each, dtype=float)
        for each in np.broadcast_arrays(*map(np.atleast_1d, (x, T, horizon)))
    )
    if model.name == "pareto_nbd":
        return pareto.counts_alive(model.values, x, T, horizon, most)
    if model.name == "bg_bb":
        return counted.counts_alive(model.values, x, T, horizon, most)
    r, alpha = model.values[:2]
    shape, exposure = r + x, horizon / (alpha + T)
    if model.name == "nbd":
        return pareto.nbd(pareto.log_ways(shape, most), shape, exposure)
    return _cut_short(model, x, shape, exposure, most)


def _cut_short(
    model: PurchaseModel, x: Floats, shape: Floats, exposure: Floats, most: int
) -> Floats:
    a, b = model.values[2:]
    stay = (b + x + (model.name == "mbg_nbd"))[:, None]
    bought = pareto.nbd(pareto.log_ways(shape, most), shape, exposure)
    beyond = betainc(most + 1.0, shape, exposure / (1 + exposure))
    at_least = np.cumsum(np.concatenate([beyond[:, None], bought[:, ::-1]], axis=1), axis=1)[
        :, ::-1
    ]
    n = np.arange(most)
    stays = np.cumprod((stay + n) / (a + stay + n), axis=1)
    found = bought
    found[:, 1:] *= stays
    leaves = a / (a + stay + n)
    leaves[:, 1:] *= stays[:, :-1]
    found[:, 1:] += leaves * at_least[:, 1:-1]
    return found


def probability(
    model: PurchaseModel, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, horizon: ArrayLike, n: int
) -> Floats:
    """Return the probability of exactly `n` purchases in the horizon, for each customer."""
    there = np.atleast_1d(p_alive(model, x, t_x, T))
    given = counts_alive(model, x, T, horizon, n)[:, n]
    return np.asarray(there * given + (1 - there) * (n == 0))
