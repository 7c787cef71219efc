"""What customers may do, drawn from the model itself: the outcome and not its mean."""

import numpy as np
from numpy.typing import NDArray

from segment.purchases.model import Floats, PurchaseModel
from segment.purchases.prediction import p_alive

MOST_EXPECTED = 1e9  # numpy's Poisson refuses rates near the largest integer
LEAST_LEAVING = 1e-12  # numpy's geometric refuses a probability of 0


def draw(
    model: PurchaseModel, x: Floats, t_x: Floats, T: Floats, horizon: float,
    n_draws: int, rng: np.random.Generator,
) -> NDArray[np.int64]:  # fmt: skip
    """Draw purchase counts over the horizon: shape (customers, draws), from the model itself.

    A customer who is there buys a Poisson number of times until he leaves, or takes a binomial
    number of the opportunities until then.
    """
    size = (len(x), n_draws)
    alive = rng.random(size) < p_alive(model, x, t_x, T)[:, None]
    if model.name == "bg_bb":
        alpha, beta, gamma, delta = model.values
        buys = rng.beta((alpha + x)[:, None], (beta + T - x)[:, None], size)
        leaves = rng.beta(gamma, (delta + T)[:, None], size)
        lasts = rng.geometric(np.maximum(leaves, LEAST_LEAVING)) - 1
        return np.where(alive, rng.binomial(np.minimum(lasts, int(horizon)), buys), 0)
    rates = rng.gamma((model.values[0] + x)[:, None], 1 / (model.values[1] + T)[:, None], size)
    time = np.full(size, float(horizon))
    if model.name == "pareto_nbd":
        s, beta = model.values[2:]
        age = (beta + T)[:, None]
        time = np.minimum(time, age * np.expm1(rng.standard_exponential(size) / s))
    bought = rng.poisson(np.minimum(rates * time, MOST_EXPECTED))
    if model.name in {"bg_nbd", "mbg_nbd"}:
        a, b = model.values[2:]
        leaves = rng.beta(a, (b + x + (model.name == "mbg_nbd"))[:, None], size)
        bought = np.minimum(bought, rng.geometric(np.clip(leaves, LEAST_LEAVING, 1.0)))
    return np.where(alive, bought, 0)
