"""The few distributions that all outcomes follow, once divided by their means.

Given that a customer is there, his number of purchases hangs on x and T; given that number k, what
they bring is a scale, known for each customer, times beta-prime(p k, p n + q). So their quantiles
are tabulated at few values of x, T and n and read off between them. The values are the same
whoever is asked about, so that nobody's range hangs on who else is in the call.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from segment import purchases
from segment.clv.kinds import Kinds
from segment.purchases import Floats, PurchaseModel
from segment.spend import SpendModel
from segment.summary import Index

EXACT_COUNTS = 12  # numbers of purchases up to this are told apart, larger ones by tenths
COUNT_STEP = 1.1
EXACT_X = 8  # purchases so far up to this have a table each, larger ones by steps
X_STEP = 1.3
N_AGES = 6
N_AMOUNTS = 96
FAR = 9.0  # standard deviations of a logarithm, beyond which nothing is looked for
LEVELS = np.concatenate(
    [np.linspace(0, 0.9, 31), [0.92, 0.94, 0.96, 0.975, 0.985, 0.99, 0.995, 0.998, 0.9995]]
)
UNSEEN = 1e-7  # probability of the largest number of purchases that is looked at
FIXED_P, FIXED_Q = 1e3, 1e7  # what spend is where it does not differ: nearly a number


@dataclass(frozen=True, kw_only=True)
class Shapes:
    """Quantiles, at LEVELS, of money over its mean, given any; with little and much evidence."""

    quantiles: Floats  # (kinds, 2, levels)
    least: Floats  # (kinds,) purchases that count at the least …
    most: Floats  # … and at the most

    def much(self, kind: Index, weight: Floats) -> Floats:
        """Return how far each weight lies from the least to the most, 0 to 1."""
        least, most = self.least[kind], self.most[kind]
        return np.asarray(np.clip((weight - least) / (most - least), 0.0, 1.0))


def shapes(
    kinds: Kinds, oldest: float, horizon: float, models: list[PurchaseModel], paid: SpendModel
) -> Shapes:
    """Return the shapes of kinds of customers whose T is at most `oldest` at a pace of 1."""
    x = _grid(float(kinds.x.max()))
    least, most = _evidence(x)
    quantiles = np.empty((len(kinds.x), 2, len(LEVELS)))
    for pace in np.unique(kinds.pace):
        those = np.flatnonzero(kinds.pace == pace)
        T = np.unique(oldest * pace * np.linspace(0, 1, N_AGES) ** 2)
        starts = _counts(models, x, T, horizon * pace)
        at_nodes = np.empty((len(x), len(T), 2, len(LEVELS)))
        for row, own_x in enumerate(x):
            share = _shares(own_x, T, horizon * pace, starts, models)
            for side, counted in enumerate((least, most)):
                at_nodes[row, :, side] = _quantiles(share, starts, counted[row], paid)
        quantiles[those] = _between(at_nodes, x, T, kinds.x[those], kinds.T[those])
    least, most = _evidence(kinds.x)
    return Shapes(quantiles=quantiles, least=least, most=most)


def _evidence(x: Floats) -> tuple[Floats, Floats]:
    """Return how many of x + 1 purchases count at the least (all old, or a token) and the most."""
    return np.where(x == 0, 0.0, (x + 1) / 2), x + 1


def _grid(largest: float) -> Floats:
    """Return whole numbers up to EXACT_X, then in steps of X_STEP, to the largest or beyond."""
    n_steps = max(1, int(np.ceil(np.log(max(largest, 1) / EXACT_X) / np.log(X_STEP))))
    return np.append(np.arange(EXACT_X + 1.0), EXACT_X * X_STEP ** np.arange(1.0, n_steps + 1))


def _counts(models: list[PurchaseModel], x: Floats, T: Floats, horizon: float) -> Floats:
    """Return the numbers of purchases that tell apart: 1, 2, ... and the starts of wider steps."""
    largest = EXACT_COUNTS
    for each in models:
        while float(purchases.at_least(each, x[-1], T, horizon, largest).max()) > UNSEEN:
            largest *= 2
    n_steps = int(np.ceil(np.log(largest / EXACT_COUNTS) / np.log(COUNT_STEP)))
    wide = np.floor(EXACT_COUNTS * COUNT_STEP ** np.arange(1, n_steps + 1))
    return np.unique(np.append(np.arange(1.0, EXACT_COUNTS + 1), wide))


def _shares(
    x: float, T: Floats, horizon: float, starts: Floats, models: list[PurchaseModel]
) -> Floats:
    """Return how likely each number of purchases is, given any: shape (T, starts)."""
    tail = np.mean(
        [purchases.at_least(each, x, T[:, None], horizon, starts) for each in models], axis=0
    )
    share = tail - np.append(tail[:, 1:], np.zeros((len(T), 1)), axis=1)
    return np.asarray(share / np.maximum(share.sum(axis=1, keepdims=True), np.finfo(float).tiny))


def _quantiles(share: Floats, starts: Floats, n: float, paid: SpendModel) -> Floats:
    """Return the quantiles of money over its mean, given any purchase: shape (T, levels)."""
    k = (starts + np.append(starts[1:] - 1, starts[-1])) / 2  # the middle of each step
    p, q = (paid.p, paid.q) if paid.name == "gamma_gamma" else (FIXED_P, FIXED_Q)
    amounts = _amounts(k, share, p, n, q)
    held = share @ betainc(p * k[:, None], p * n + q, amounts / (1 + amounts))
    mean = share @ k * p / (p * n + q - 1)
    return np.stack(
        [np.interp(LEVELS, row, amounts, left=0.0) / one
         for row, one in zip(held, mean, strict=True)]
    )  # fmt: skip


def _amounts(k: Floats, share: Floats, p: float, n: float, q: float) -> Floats:
    """Return amounts, evenly spaced in their logarithm, that hold nearly all outcomes."""
    seen = np.flatnonzero(share.max(axis=0) > UNSEEN)
    first, last = p * k[seen[0]], p * k[seen[-1]]
    low = first / (p * n + q) * np.exp(-FAR * np.sqrt(1 / first + 1 / (p * n + q)))
    high = last / (p * n + q) * np.exp(FAR * np.sqrt(1 / last + 1 / (p * n + q)))
    return np.geomspace(low, high, N_AMOUNTS)


def _between(at_nodes: Floats, x: Floats, T: Floats, own_x: Floats, own_T: Floats) -> Floats:
    """Interpolate the tables of the nodes (x, T, 2, levels) to kinds, linearly in both."""
    row, row_part = place(x, own_x)
    column, column_part = place(T, own_T)
    found = np.zeros((len(own_x), *at_nodes.shape[2:]))
    for right, x_share in ((0, 1 - row_part), (1, row_part)):
        for up, T_share in ((0, 1 - column_part), (1, column_part)):
            corner = at_nodes[
                np.minimum(row + right, len(x) - 1), np.minimum(column + up, len(T) - 1)
            ]
            found += corner * (x_share * T_share)[:, None, None]
    return found


def place(grid: Floats, values: Floats) -> tuple[Index, Floats]:
    """Return the node at or below each value, and the part of the way to the next."""
    at = np.clip(np.searchsorted(grid, values, side="right") - 1, 0, max(len(grid) - 2, 0))
    step = np.diff(grid, append=grid[-1] + 1)[at]
    return at, np.clip((values - grid[at]) / step, 0.0, 1.0)
