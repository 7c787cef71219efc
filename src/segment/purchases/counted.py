"""BG/BB: customers who buy or not at counted opportunities, such as a yearly appeal.

At each opportunity a customer who is still there buys with a probability of his own (beta:
alpha, beta); before each he may leave for good with another (beta: gamma, delta). T is the number
of opportunities so far, t_x that of the last purchase, x how many were taken.
Source: Fader, Hardie & Shang 2010, Marketing Science 29(6), 1086-1108.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import betaln, logsumexp, psi

from segment.purchases.cells import Histories
from segment.purchases.model import Floats


def _log_terms(parameters: Floats, x: Floats, t_x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return per history the log probability of each way it came about, and the ways' days.

    The last column is being there still; column i before it having left after the i-th
    opportunity since the last purchase.
    """
    alpha, beta, gamma, delta = parameters
    silent = np.append(np.arange(int((n - t_x).max(initial=0))), -1.0)
    there = silent == -1
    until = np.where(there, n[:, None], t_x[:, None] + silent)
    terms = betaln(alpha + x[:, None], beta + until - x[:, None]) - betaln(alpha, beta)
    terms = terms + betaln(gamma + ~there, delta + until) - betaln(gamma, delta)
    return np.where(there | (until < n[:, None]), terms, -np.inf), until


def likelihood(histories: Histories) -> Callable[[Floats], tuple[float, Floats]]:
    """Return the mean log-likelihood and its slope, by the parameters themselves."""
    x, t_x, n = histories.x, histories.t_x, histories.T
    weight = histories.weight / histories.n_customers

    def evaluate(parameters: Floats) -> tuple[float, Floats]:
        alpha, beta, gamma, delta = parameters
        terms, until = _log_terms(parameters, x, t_x, n)
        total = logsumexp(terms, axis=1)
        share = weight[:, None] * np.exp(terms - total[:, None])
        left = np.append(np.ones(terms.shape[1] - 1), 0.0)
        both, leaving = psi(alpha + beta + until), psi(gamma + left + delta + until)
        slope = [
            psi(alpha + x)[:, None] - both - psi(alpha) + psi(alpha + beta),
            psi(beta + until - x[:, None]) - both - psi(beta) + psi(alpha + beta),
            psi(gamma + left) - leaving - psi(gamma) + psi(gamma + delta),
            psi(delta + until) - leaving - psi(delta) + psi(gamma + delta),
        ]
        return float(weight @ total), np.array(
            [np.where(share > 0, share * each, 0.0).sum() for each in slope]
        )

    return evaluate


def p_alive(parameters: tuple[float, ...], x: Floats, t_x: Floats, n: Floats) -> Floats:
    """Return the probability of still being a customer after the last opportunity."""
    terms, _ = _log_terms(np.array(parameters), x, t_x, n)
    return np.asarray(np.exp(terms[:, -1] - logsumexp(terms, axis=1)))


def stays(parameters: tuple[float, ...], n: Floats, ahead: Floats) -> Floats:
    """Return the probability that a customer who is there after n still is `ahead` later."""
    _, _, gamma, delta = parameters
    return np.asarray(np.exp(betaln(gamma, delta + n + ahead) - betaln(gamma, delta + n)))


def while_alive(parameters: tuple[float, ...], x: Floats, n: Floats, ahead: Floats) -> Floats:
    """Return the purchases at the next `ahead` opportunities of a customer who is there now."""
    alpha, beta, gamma, delta = parameters
    there, total = np.ones_like(x), np.zeros_like(x)
    for j in range(int(ahead.max(initial=0))):
        there = there * (delta + n + j) / (gamma + delta + n + j)
        total += np.where(j < ahead, there, 0.0)
    return np.asarray((alpha + x) / (alpha + beta + n) * total)


def counts_alive(
    parameters: tuple[float, ...], x: Floats, n: Floats, ahead: Floats, most: int
) -> Floats:
    """Return the probabilities of 0 to `most` purchases, given the customer is there now."""
    alpha, beta, gamma, delta = parameters
    buy, pass_by = (alpha + x)[:, None], (beta + n - x)[:, None]
    k = np.arange(most + 1.0)
    there, found = np.ones_like(x), np.zeros((len(x), most + 1))
    for j in range(int(ahead.max(initial=0)) + 1):
        next_there = there * (delta + n + j) / (gamma + delta + n + j)
        leaves = there * gamma / (gamma + delta + n + j)
        share = np.where(j < ahead, leaves, np.where(j == ahead, there, 0.0))
        taken = k[: j + 1]
        ways = -np.log1p(j) - betaln(j - taken + 1, taken + 1)
        found[:, : j + 1] += share[:, None] * np.exp(
            ways + betaln(buy + taken, pass_by + j - taken) - betaln(buy, pass_by)
        )
        there = next_there
    return found
