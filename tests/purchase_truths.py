"""The published forms of the models in many digits, and made customers: what tests hold against."""

import mpmath as mp
import numpy as np

from segment import purchases
from segment.purchases.model import SYMBOLS

mp.mp.dps = 45
MORE_DIGITS = (45, 200, 800)
MOST = 1e6  # no customer of the tests buys more
BESIDE = mp.mpf(10) ** -25  # the published forms divide by zero at a = 1 and s = 1


def model(name: str, *values: float) -> purchases.PurchaseModel:
    return purchases.PurchaseModel(
        name=name, parameters=dict(zip(SYMBOLS[name], map(float, values), strict=True))
    )


def exact(values) -> list[mp.mpf]:
    return [mp.mpf(float(value)) for value in values]


def p_alive(fitted: purchases.PurchaseModel, x: float, t_x: float, T: float) -> mp.mpf:
    x, t_x, T = exact((x, t_x, T))
    if fitted.name == "pareto_nbd":
        return _pareto_alive(*exact(fitted.values), x, t_x, T)
    r, alpha, a, b = exact(fitted.values)
    if fitted.name == "bg_nbd" and x == 0:
        return mp.mpf(1)
    stayed = b + x - (fitted.name == "bg_nbd")
    return 1 / (1 + a / stayed * ((alpha + T) / (alpha + t_x)) ** (r + x))


def _pareto_alive(r, alpha, s, beta, x, t_x, T):
    """Fader & Hardie 2005, equations 36 and 18 to 20: A_0 as a difference of two 2F1."""
    low, high, second = (alpha, beta, r + x) if alpha < beta else (beta, alpha, s + 1)
    total = r + s + x
    parts = [
        mp.hyp2f1(total, second, total + 1, (high - low) / (high + t)) / (high + t) ** total
        for t in (t_x, T)
    ]
    odds = s / total * (alpha + T) ** (r + x) * (beta + T) ** s * (parts[0] - parts[1])
    return 1 / (1 + odds)


def while_alive(fitted: purchases.PurchaseModel, x: float, T: float, horizon: float) -> mp.mpf:
    x, T, horizon = exact((x, T, horizon))
    if fitted.name == "pareto_nbd":
        r, alpha, s, beta = exact(fitted.values)
        s += BESIDE
        left = 1 - ((beta + T) / (beta + T + horizon)) ** (s - 1)
        return (r + x) / (alpha + T) * (beta + T) * left / (s - 1)
    for digits in MORE_DIGITS:  # the bracket cancels, by hundreds of digits for many purchases
        with mp.workdps(digits):
            r, alpha, a, b = exact(fitted.values)
            a += BESIDE
            stay, z = b + x + (fitted.name == "mbg_nbd"), horizon / (alpha + T + horizon)
            c = a + stay - 1
            bracket = 1 - (1 - z) ** (r + x) * mp.hyp2f1(r + x, stay, c, z)
            if abs(bracket) > mp.mpf(10) ** (15 - digits) and 0 < c / (a - 1) * bracket < MOST:
                return c / (a - 1) * bracket
    raise ArithmeticError("not even so many digits are enough")


def negative_binomial(shape, exposure, n: int):
    ways = mp.gamma(shape + n) / mp.gamma(shape) / mp.factorial(n)
    return ways * (1 + exposure) ** -shape * (exposure / (1 + exposure)) ** n


def one(x: float, t_x: float, T: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.array([float(x)]), np.array([float(t_x)]), np.array([float(T)])


def simulated(
    name: str, seed: int, n: int, *values: float, years: float = 2.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Histories of customers who began on any day of the years and behave as the model says."""
    rng = np.random.default_rng(seed)
    r, alpha, c, d = values
    T = rng.uniform(1 / 7, 52 * years, n)
    rates = rng.gamma(r, 1 / alpha, n)
    if name == "pareto_nbd":
        there = np.minimum(T, rng.exponential(1 / rng.gamma(c, 1 / d, n)))
        x = times = rng.poisson(rates * there)
    else:
        there, times = T, rng.poisson(rates * T)
        x = np.minimum(times, rng.geometric(rng.beta(c, d, n)) - (name == "mbg_nbd"))
    # the x-th of so many purchases that are spread evenly
    t_x = there * rng.beta(np.maximum(x, 1), np.maximum(times - x + 1, 1))
    return x.astype(float), np.where(x > 0, t_x, 0.0), T
