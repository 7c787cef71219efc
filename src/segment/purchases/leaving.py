"""Averages over a customer's own probability of leaving after a purchase (BG/NBD and MBG/NBD).

Given that a customer is there, his rate of buying and his probability p of leaving are
independent: gamma and beta. Integrated over the rate, what is expected of him is an average over
p ~ beta(a, b) of a smooth function of p. Gauss' rule for that beta is exact to rounding where the
horizon is not long for the customer's history, and panels over log(p / (1 - p)) are exact
everywhere. The published forms are differences of 2F1 that cancel near a = 1 and overflow for large
counts; nothing here does.
Source of the rule: Golub & Welsch 1969, for Jacobi polynomials.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

from segment.purchases.model import Floats

Kernel = Callable[[Floats, Floats, Floats], Floats]

# nodes of the rule, and up to which horizon in units of alpha + T, how many purchases for each one
# seen, and which fall of the kernel in powers of e it is exact to twelve digits; beyond all: panels
RULES = ((16, 1.5, 0.5, 10.0), (32, 6.0, 2.0, 15.0), (64, 15.0, 6.0, 15.0))
PANELS = 40
PANEL_NODES = np.polynomial.legendre.leggauss(16)
NEGLIGIBLE = 45.0  # densities count down to exp(-45) of their peak
TINY = 1e-17
ROWS_A_CHUNK = 20_000  # bounds the memory that the nodes take


def bought(p: Floats, shape: Floats, stretch: Floats) -> Floats:
    """Return the purchases of a customer who leaves with p after each: (1 - (1 + p z)^-k) / p."""
    return np.asarray(-np.expm1(-shape * np.log1p(p * stretch)) / p)


def stayed(p: Floats, shape: Floats, stretch: Floats) -> Floats:
    """Return the probability of not leaving within the horizon: (1 + p z)^-k."""
    return np.asarray(np.exp(-shape * np.log1p(p * stretch)))


def average(kernel: Kernel, a: float, b: Floats, shape: Floats, stretch: Floats) -> Floats:
    """Return the mean of the kernel over p ~ beta(a, b), for each b, shape and stretch.

    shape is that of the customer's gamma rate, r + x; stretch is the horizon over alpha + T.
    """
    reach = stretch * shape / (a + b)
    found, open_ = np.empty_like(stretch), np.ones(len(stretch), dtype=bool)
    for n_nodes, longest, farthest, fall in RULES:
        eased = open_ & (stretch <= longest) & (reach <= min(farthest, fall / a))
        open_ &= ~eased
        for some in _chunks(eased):
            found[some] = _by_rule(kernel, a, b[some], shape[some], stretch[some], n_nodes)
    for some in _chunks(open_):
        found[some] = _by_panels(kernel, a, b[some], shape[some], stretch[some])
    return found


def _chunks(those: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    rows = np.flatnonzero(those)
    return [rows[start : start + ROWS_A_CHUNK] for start in range(0, len(rows), ROWS_A_CHUNK)]


def _by_rule(
    kernel: Kernel, a: float, b: Floats, shape: Floats, stretch: Floats, n_nodes: int
) -> Floats:
    distinct, at = np.unique(b, return_inverse=True)
    p, weight = gauss_beta(a, distinct, n_nodes)
    return np.asarray((kernel(p[at], shape[:, None], stretch[:, None]) * weight[at]).sum(axis=1))


def gauss_beta(a: float, b: Floats, n_nodes: int) -> tuple[Floats, Floats]:
    """Return the nodes and weights of Gauss' rule for beta(a, b): one row for each b."""
    n = np.arange(1, n_nodes)
    total, first = a + b[:, None] - 2, a / (a + b[:, None])
    twice = 2 * n + total
    diagonal = (2 * n * (n + total + 1) + total * a) / (twice * (twice + 2))
    beside = n * (n + a - 1) * (n + b[:, None] - 1) / (twice**2 * (twice + 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        beside = beside * (n + total) / (twice - 1)
    beside[:, :1] = first * (1 - first) / (a + b[:, None] + 1)  # (n + total) / (twice - 1) is 1
    matrix = np.zeros((len(b), n_nodes, n_nodes))
    index = np.arange(n_nodes)
    matrix[:, index, index] = np.concatenate([first, diagonal], axis=1)
    matrix[:, index[1:], index[:-1]] = np.sqrt(beside)
    nodes, vectors = np.linalg.eigh(matrix)
    return np.maximum(nodes, np.finfo(float).tiny), vectors[:, 0, :] ** 2


def _by_panels(kernel: Kernel, a: float, b: Floats, shape: Floats, stretch: Floats) -> Floats:
    """Integrate over v = log(p / (1 - p)), where no scale of p is too small.

    The ends are where the density has vanished, or where the kernel no longer changes and the rest
    of the density is a power of p.
    """
    steep = shape * stretch + b + a + 1
    pulled = np.log(a) - np.log(b + shape * stretch)
    curved = np.sqrt(2 * NEGLIGIBLE / np.minimum(a, b))
    low = np.maximum(pulled - NEGLIGIBLE / a - curved, np.log(TINY / steep))
    high = np.minimum(np.log(a / b) + NEGLIGIBLE / b + curved, np.log(steep / TINY))
    step = (high - low) / PANELS
    at = np.arange(PANELS)[:, None] + (PANEL_NODES[0] + 1) / 2
    v = low[:, None] + step[:, None] * at.ravel()

    def log_density(v: Floats) -> Floats:
        return np.asarray(a * log_expit(v) + b * log_expit(-v))

    inner = log_density(v.T).T
    peak = inner.max(axis=1)
    density = np.exp(inner - peak[:, None]) * step[:, None] * np.tile(PANEL_NODES[1] / 2, PANELS)
    below, above = np.exp(log_density(low) - peak) / a, np.exp(log_density(high) - peak) / b
    total = (kernel(expit(v), shape[:, None], stretch[:, None]) * density).sum(axis=1)
    total += below * kernel(expit(low), shape, stretch)
    total += above * kernel(expit(high), shape, stretch)
    return np.asarray(total / (density.sum(axis=1) + below + above))
