"""Pareto/NBD: customers may leave on any day, at a rate that is gamma-distributed over them.

All its difficulty is one integral, the odds of having left: over the days of leaving y between the
last purchase and now, of s / (beta + y) times how much likelier the silence since y makes it. The
published form by 2F1 overflows and cancels; here the integral is taken numerically, on a scale on
which the integrand falls evenly, and cut where it no longer counts.
Sources: Schmittlein, Morrison & Colombo 1987; Fader & Hardie, "A note on deriving the Pareto/NBD
model and related expressions" (2005).
"""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import expit, exprel, gammaln, psi

from segment.purchases.cells import Histories, counts_of
from segment.purchases.model import Floats

Rule = tuple[Floats, Floats]  # nodes in -1..1 and their weights

FIT_NODES: Rule = np.polynomial.legendre.leggauss(24)  # the fit's slope, to ten digits
NODES: Rule = np.polynomial.legendre.leggauss(64)  # the forecast
NEGLIGIBLE = 40.0  # the integrand counts down to exp(-40) of where it is largest
NEWTON_STEPS = 8
ROWS_A_CHUNK = 1_000  # times the nodes, what stays in the processor's cache
OCTAVE_NODES = 32  # a panel of the counts' integral; and more of them where counts are many


def likelihood(histories: Histories) -> Callable[[Floats], tuple[float, Floats]]:
    """Return the mean log-likelihood and its slope, by the parameters themselves."""
    x, t_x, T = histories.x, histories.t_x, histories.T
    weight = histories.weight / histories.n_customers
    counts = counts_of(histories)
    per_count = counts.weight / histories.n_customers

    parts = list(_parts(x, t_x, T))

    def evaluate(parameters: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = parameters
        taken = [_log_odds(parameters, *part, nodes=FIT_NODES, slopes=True) for part in parts]
        log_odds, *means = np.concatenate(taken, axis=1)
        gone = weight * expit(log_odds)
        value = per_count @ (gammaln(r + counts.x) - gammaln(r)) + weight @ (
            np.logaddexp(0, log_odds)
            - x * np.log(alpha + T) - r * np.log1p(T / alpha) - s * np.log1p(T / beta)
        )  # fmt: skip
        log_rate, rate, log_leaving, leaving = means
        slope = [
            per_count @ (psi(r + counts.x) - psi(r))
            - weight @ np.log1p(T / alpha)
            + gone @ log_rate,
            weight @ ((r * T / alpha - x) / (alpha + T)) + gone @ ((r + x) * rate),
            -(weight @ np.log1p(T / beta)) + gone @ (1 / s + log_leaving),
            weight @ (s * T / beta / (beta + T)) + gone @ (s / (beta + T) - (s + 1) * leaving),
        ]
        return float(value), np.array(slope)

    return evaluate


def p_alive(parameters: tuple[float, ...], x: Floats, t_x: Floats, T: Floats) -> Floats:
    """Return the probability of still being a customer at T."""
    with np.errstate(divide="ignore"):
        odds = [
            _log_odds(np.array(parameters), *part, nodes=NODES)[0] for part in _parts(x, t_x, T)
        ]
    return np.asarray(expit(-np.concatenate(odds)))


def _parts(x: Floats, t_x: Floats, T: Floats) -> Iterator[tuple[Floats, Floats, Floats]]:
    size = max(1, -(-len(x) // ROWS_A_CHUNK))
    return zip(*(np.array_split(column, size) for column in (x, t_x, T)), strict=True)


def _log_odds(
    parameters: Floats, x: Floats, t_x: Floats, T: Floats,
    *, nodes: Rule, slopes: bool = False,
) -> Floats:  # fmt: skip
    """Return the log odds of having left, and in rows below them what their slopes need.

    The integral over the day of leaving runs in w = log((m + y) / (m + t_x)), m the smaller of
    alpha and beta: in w the silence's weight falls at a rate that only grows.
    """
    r, alpha, s, beta = parameters
    shape, least = r + x, min(alpha, beta)
    start, end = least + t_x, np.log1p((T - t_x) / (least + t_x))
    until = _where_negligible(shape, s, start / (alpha + t_x), start / (beta + t_x), end)
    w = until[:, None] / 2 * (nodes[0] + 1)
    since = start[:, None] * np.expm1(w)  # time from the last purchase to the leaving
    rate, leaving = 1 / ((alpha + t_x)[:, None] + since), 1 / ((beta + t_x)[:, None] + since)
    log_rate = np.log1p(since / (alpha + t_x)[:, None])
    log_leaving = np.log1p(since / (beta + t_x)[:, None])
    integrand = (
        np.exp(-shape[:, None] * log_rate - s * log_leaving)
        * (start[:, None] + since) * leaving * nodes[1]
    )  # fmt: skip
    total = integrand.sum(axis=1)
    whole_rate, whole_leaving = (
        np.log1p((T - t_x) / (alpha + t_x)),
        np.log1p((T - t_x) / (beta + t_x)),
    )
    log_odds = np.log(s * until / 2 * total) + shape * whole_rate + s * whole_leaving
    if not slopes:
        return np.asarray(log_odds[None, :])

    def mean(values: Floats) -> Floats:
        return np.asarray(np.einsum("ij,ij->i", values, integrand) / total)

    return np.array(
        [
            log_odds,
            whole_rate - mean(log_rate),
            1 / (alpha + T) - mean(rate),
            whole_leaving - mean(log_leaving),
            mean(leaving),
        ]
    )


def _where_negligible(shape: Floats, s: float, p: Floats, q: Floats, end: Floats) -> Floats:
    """Return where the integrand has fallen by NEGLIGIBLE, or the end of the silence before that.

    The fall shape log(1 + p (e^w - 1)) + s log(1 + q (e^w - 1)) is convex in w, so that Newton's
    steps from the right never pass the point.
    """
    until = np.minimum(end, NEGLIGIBLE / (shape * p + s * q))
    for _ in range(NEWTON_STEPS):
        grown = np.expm1(until)
        fall = shape * np.log1p(p * grown) + s * np.log1p(q * grown)
        rate = (grown + 1) * (shape * p / (1 + p * grown) + s * q / (1 + q * grown))
        until = np.where(fall > NEGLIGIBLE, until - (fall - NEGLIGIBLE) / rate, until)
    return until


def while_alive(parameters: tuple[float, ...], x: Floats, T: Floats, horizon: Floats) -> Floats:
    """Return the purchases in the horizon of a customer who is there at its start.

    The rate of buying times the expected time that is left of the horizon, which is a limit and
    not a quotient at s = 1.
    """
    r, alpha, s, beta = parameters
    stretch = np.log1p(horizon / (beta + T))
    return np.asarray((r + x) / (alpha + T) * (beta + T) * stretch * exprel((1 - s) * stretch))


def stays(parameters: tuple[float, ...], T: Floats, ahead: Floats) -> Floats:
    """Return the probability that a customer who is there at T still is `ahead` weeks later."""
    return np.asarray(np.exp(-parameters[2] * np.log1p(ahead / (parameters[3] + T))))


def counts_alive(
    parameters: tuple[float, ...], x: Floats, T: Floats, horizon: Floats, most: int
) -> Floats:
    """Return the probabilities of 0 to `most` purchases, given the customer is there at T.

    Who stays the horizon buys by the NBD of the whole of it, who leaves at u by that of u. The
    integral over u is taken in octaves, because the counts' probabilities change over octaves of u.
    """
    r, alpha, s, beta = parameters
    shape, rate, age = r + x, alpha + T, beta + T
    ways = log_ways(shape, most)
    found = np.exp(-s * np.log1p(horizon / age))[:, None] * nbd(ways, shape, horizon / rate)
    finest = np.log2(np.maximum(horizon * np.maximum((shape + most) / rate, (s + 1) / age), 1))
    octaves = np.ceil(finest).astype(int) + 2
    nodes, weights = np.polynomial.legendre.leggauss(OCTAVE_NODES + int(2 * np.sqrt(most)))
    for n_octaves in np.unique(octaves):
        edges = np.concatenate([[0.0], 0.5 ** np.arange(n_octaves, -1, -1)])
        those = np.flatnonzero(octaves == n_octaves)
        for low, high in itertools.pairwise(edges):
            for node, node_weight in zip(nodes, weights, strict=True):
                u = horizon[those] * (low + (high - low) * (node + 1) / 2)
                leaves = s / (age[those] + u) * np.exp(-s * np.log1p(u / age[those]))
                share = leaves * horizon[those] * (high - low) / 2 * node_weight
                found[those] += share[:, None] * nbd(ways[those], shape[those], u / rate[those])
    return found


def nbd(log_ways: Floats, shape: Floats, exposure: Floats) -> Floats:
    """Return the negative binomial probabilities of 0, 1, 2, ...: one row a customer.

    log_ways are those of `log_ways` for the same shape; exposure is time over the gamma rate.
    """
    with np.errstate(divide="ignore"):
        log_share = np.maximum(np.log(exposure / (1 + exposure)), np.finfo(float).min)
    n = np.arange(log_ways.shape[1])
    none = -(shape * np.log1p(exposure))[:, None]
    return np.asarray(np.exp(log_ways + none + n * log_share[:, None]))


def log_ways(shape: Floats, most: int) -> Floats:
    """Return log Gamma(shape + n) / (Gamma(shape) n!) for n from 0 to `most`."""
    n = np.arange(most)
    steps = np.log((shape[:, None] + n) / (n + 1.0))
    return np.concatenate([np.zeros((len(shape), 1)), np.cumsum(steps, axis=1)], axis=1)
