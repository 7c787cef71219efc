"""How likely histories are, and which way the parameters should move: exact values and slopes.

Everything is per customer and on the logarithms of the parameters. The forms are those of the
papers, written so that no term overflows: what a customer who left adds is the softplus of the log
odds of having left. lifetimes' own likelihoods say the same where they are finite.
Sources: Fader, Hardie & Lee 2005 (BG/NBD); Wagner & Hoppe 2008 (MBG/NBD); Ehrenberg 1959 (NBD).
"""

from collections.abc import Callable

import numpy as np
from scipy.special import expit, gammaln, psi

from segment.purchases import counted, pareto
from segment.purchases.cells import Histories, counts_of
from segment.purchases.model import SYMBOLS, Floats, ModelName

SHAPE_LIMIT = 14.0  # |log| of a shape: beyond it the likelihood is flat and its rounding shows
RATE_LIMIT = 28.0  # |log| of alpha and beta, which follow their shapes
STEP = 1e-4  # of a log parameter; the error of the curvature is its square

Slope = Callable[[Floats], tuple[float, Floats]]


def of(name: ModelName, histories: Histories) -> Slope:
    """Return the mean log-likelihood of a customer and its slope, by the log parameters.

    Parameters beyond their limits count as at the limit.
    """
    limit = np.array(
        [RATE_LIMIT if symbol in {"alpha", "beta"} else SHAPE_LIMIT for symbol in SYMBOLS[name]]
    )
    if name == "bg_bb":
        limit[:] = SHAPE_LIMIT
        evaluate = counted.likelihood(histories)
    elif name == "pareto_nbd":
        evaluate = pareto.likelihood(histories)
    elif name == "nbd":
        evaluate = _nbd(histories)
    else:
        evaluate = _beta_geometric(name, histories)

    def slope(log_parameters: Floats) -> tuple[float, Floats]:
        parameters = np.exp(np.clip(log_parameters, -limit, limit))
        with np.errstate(all="ignore"):
            value, gradient = evaluate(parameters)
        return value, gradient * parameters

    return slope


def curvature(slope: Slope, log_parameters: Floats) -> Floats:
    """Return the second derivatives by central differences of the exact slope."""
    size = len(log_parameters)
    rows = [
        (slope(log_parameters + step)[1] - slope(log_parameters - step)[1]) / (2 * STEP)
        for step in STEP * np.eye(size)
    ]
    whole = np.stack(rows)
    return np.asarray((whole + whole.T) / 2)


def _nbd(histories: Histories) -> Slope:
    x, T, weight = histories.x, histories.T, histories.weight / histories.n_customers
    counts = counts_of(histories)
    per_count = counts.weight / histories.n_customers

    def evaluate(parameters: Floats) -> tuple[float, Floats]:
        r, alpha = parameters
        value = per_count @ (gammaln(r + counts.x) - gammaln(r)) - weight @ (
            x * np.log(alpha + T) + r * np.log1p(T / alpha)
        )
        by_r = per_count @ (psi(r + counts.x) - psi(r)) - weight @ np.log1p(T / alpha)
        by_alpha = weight @ ((r * T / alpha - x) / (alpha + T))
        return float(value), np.array([by_r, by_alpha])

    return evaluate


def _beta_geometric(name: ModelName, histories: Histories) -> Slope:
    """BG/NBD and MBG/NBD, which differ by one more chance to leave."""
    t_x, T, weight = histories.t_x, histories.T, histories.weight / histories.n_customers
    counts = counts_of(histories)
    per_count = counts.weight / histories.n_customers
    chances = counts.x + (name == "mbg_nbd")  # to leave, all passed by a customer who is alive

    def evaluate(parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = parameters
        shape, stay = r + histories.x, b + chances
        idle = np.log1p((T - t_x) / (alpha + t_x))
        log_odds = np.where(chances > 0, np.log(a) - np.log(stay - 1), -np.inf)[counts.at]
        left = log_odds + shape * idle
        odds_known = np.log1p(T / alpha)
        value = per_count @ (
            gammaln(r + counts.x) - gammaln(r)
            + gammaln(stay) - gammaln(b) - gammaln(a + stay) + gammaln(a + b)
        ) + weight @ (
            np.logaddexp(0, left) - histories.x * np.log(alpha + T) - r * odds_known
        )  # fmt: skip
        gone = weight * expit(left)
        gone_by_count = np.bincount(counts.at, gone, len(counts.x))
        by_r = per_count @ (psi(r + counts.x) - psi(r)) + gone @ idle - weight @ odds_known
        by_alpha = weight @ ((r * T / alpha - histories.x) / (alpha + T)) - gone @ (
            shape * (T - t_x) / ((alpha + T) * (alpha + t_x))
        )
        by_a = per_count @ (psi(a + b) - psi(a + stay)) + gone.sum() / a
        leaving_at = np.where(chances > 0, gone_by_count / (stay - 1), 0.0)
        by_b = per_count @ (psi(stay) - psi(b) + psi(a + b) - psi(a + stay)) - leaving_at.sum()
        return float(value), np.array([by_r, by_alpha, by_a, by_b])

    return evaluate
