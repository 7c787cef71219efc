"""What is expected of a customer: being there, now and later, and buying, over any horizon.

Every expectation is that of a customer who is there, which hangs on x and T only, times the
probability of being there. A new customer is one with x = 0 and T = 0.
Sources: the papers of the models, in `likelihood`, `pareto` and `counted`; and Fader & Hardie,
"Computing P(alive) using the BG/NBD model" (2008).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from segment.purchases import counted, leaving, pareto
from segment.purchases.model import Floats, PurchaseModel


def p_alive(
    model: PurchaseModel, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, ahead: ArrayLike = 0.0
) -> Floats:
    """Return each customer's probability of being one `ahead` weeks after T, from 0 to 1."""
    x, t_x, T, ahead = (np.asarray(each, dtype=float) for each in (x, t_x, T, ahead))
    now = _alive_now(model, *(np.ravel(each) for each in np.broadcast_arrays(x, t_x, T)))
    now = now.reshape(np.broadcast_shapes(x.shape, t_x.shape, T.shape))
    return now * _stays(model, x, T, ahead) if ahead.any() else now


def _alive_now(model: PurchaseModel, x: Floats, t_x: Floats, T: Floats) -> Floats:
    if model.name == "nbd":
        return np.ones_like(x)
    if model.name == "bg_bb":
        return counted.p_alive(model.values, x, t_x, T)
    if model.name == "pareto_nbd":
        return pareto.p_alive(model.values, x, t_x, T)
    r, alpha, a, b = model.values
    chances = x + (model.name == "mbg_nbd")  # to leave that were not taken, if the customer is here
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = (
            np.log(a) - np.log(b + chances - 1) + (r + x) * np.log1p((T - t_x) / (alpha + t_x))
        )
    return np.where(chances > 0, expit(-log_odds), 1.0)


def _stays(model: PurchaseModel, x: Floats, T: Floats, ahead: Floats) -> Floats:
    """Return the probability that a customer who is there at T still is `ahead` weeks later."""
    if model.name == "nbd":
        return np.ones(np.broadcast_shapes(x.shape, T.shape, ahead.shape))
    if model.name == "bg_bb":
        return counted.stays(model.values, T, ahead)
    if model.name == "pareto_nbd":
        return pareto.stays(model.values, T, ahead)
    return _averaged(leaving.stayed, model, x, T, ahead)


def _averaged(
    kernel: leaving.Kernel, model: PurchaseModel, x: Floats, T: Floats, horizon: Floats
) -> Floats:
    x, T, horizon = np.broadcast_arrays(x, T, horizon)
    shape, stretch, stay = (each.ravel() for each in _posterior(model, x, T, horizon))
    return leaving.average(kernel, model.parameters["a"], stay, shape, stretch).reshape(x.shape)


def _posterior(
    model: PurchaseModel, x: Floats, T: Floats, horizon: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the gamma shape, the horizon over the gamma rate, and the beta's second parameter."""
    r, alpha, _, b = model.values
    return r + x, horizon / (alpha + T), b + x + (model.name == "mbg_nbd")


def while_alive(model: PurchaseModel, x: ArrayLike, T: ArrayLike, horizon: ArrayLike) -> Floats:
    """Return the purchases expected in the horizon of a customer who is there at T.

    The three broadcast: a column of customers and a row of horizons make a matrix.
    """
    x, T, horizon = (np.asarray(each, dtype=float) for each in (x, T, horizon))
    if model.name == "nbd":
        r, alpha = model.values
        return np.asarray((r + x) / (alpha + T) * horizon)
    if model.name == "pareto_nbd":
        return pareto.while_alive(model.values, x, T, horizon)
    if model.name == "bg_bb":
        return counted.while_alive(model.values, *np.broadcast_arrays(x, T, horizon))
    return _averaged(leaving.bought, model, x, T, horizon)


def expected(
    model: PurchaseModel, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, horizon: ArrayLike
) -> Floats:
    """Return the purchases expected of each customer in the `horizon` weeks after T.

    Finite for every history and every parameter above 0.
    """
    return p_alive(model, x, t_x, T) * while_alive(model, x, T, horizon)


def expected_new(model: PurchaseModel, horizon: ArrayLike) -> Floats:
    """Return the purchases that a new customer makes in the horizon after the first."""
    return expected(model, 0.0, 0.0, 0.0, horizon)
