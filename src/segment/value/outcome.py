"""The range in which a customer's value falls: revenue and cost as they may come, not their means.

A customer who has left brings and costs nothing. For one who is there, revenue (nothing, or gamma)
and the cost that goes on with the calendar (gamma) are laid out at even steps of probability, and
the value is read off their combinations. What follows orders lowers what each of them earns.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

Floats = NDArray[np.float64]

REVENUE_STEPS, COST_STEPS = 25, 7
SHAPES = np.geomspace(1e-3, 1e6, 200)  # of gamma, at which quantiles are tabled
ROWS_A_CHUNK = 20_000
LEAST = 1e-12


def value_range(
    revenue: tuple[Floats, Floats, Floats], cost: tuple[Floats, Floats], earned: Floats,
    there: Floats, interval: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the bounds of margin less cost, money over the horizon.

    `revenue` is its mean, standard deviation and probability of nothing; `cost` the mean and the
    standard deviation of what a customer who is there costs; `earned` the margin of a unit of
    revenue less what follows orders; `there` the probability of being there, all arrays of one a
    customer. `interval` is the share of outcomes within the bounds.
    """
    low, high = np.zeros_like(there), np.zeros_like(there)
    tables = _quantiles(_levels(REVENUE_STEPS)), _quantiles(_levels(COST_STEPS))
    for start in range(0, len(there), ROWS_A_CHUNK):
        rows = slice(start, start + ROWS_A_CHUNK)
        bounds = _bounds(
            tuple(each[rows] for each in revenue), tuple(each[rows] for each in cost),
            earned[rows], there[rows], interval, tables,
        )  # fmt: skip
        low[rows], high[rows] = bounds
    return low, high


def _bounds(
    revenue: tuple[Floats, ...], cost: tuple[Floats, ...], earned: Floats, there: Floats,
    interval: float, tables: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:  # fmt: skip
    mean, sd, nothing = revenue
    buys = np.minimum(1 - nothing, there)
    some = np.maximum(buys, LEAST)
    given = mean / some
    variance = np.maximum((sd**2 + mean**2) / some - given**2, 0.0)
    bought = _gamma(given, variance, tables[0])
    served = _gamma(cost[0], cost[1] ** 2, tables[1])
    combined = earned[:, None, None] * bought[:, :, None] - served[:, None, :]
    unsold = -served
    gone = np.zeros((len(there), 1))
    n = len(there)
    values = np.concatenate([combined.reshape(n, -1), unsold, gone], axis=1)
    weights = np.concatenate(
        [
            np.repeat(buys[:, None], REVENUE_STEPS * COST_STEPS, 1) / (REVENUE_STEPS * COST_STEPS),
            np.repeat((there - buys)[:, None], COST_STEPS, 1) / COST_STEPS,
            (1 - there)[:, None],
        ],
        axis=1,
    )
    order = np.argsort(values, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    reached = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    tail = (1 - interval) / 2
    return _at(values, reached, tail), _at(values, reached, 1 - tail)


def _at(values: Floats, reached: Floats, level: float) -> Floats:
    """Return the first value at which the probability of no more reaches the level."""
    place = np.minimum((reached < level).sum(axis=1), values.shape[1] - 1)
    return np.asarray(np.take_along_axis(values, place[:, None], axis=1)[:, 0])


def _levels(steps: int) -> Floats:
    return (np.arange(steps) + 0.5) / steps


def _quantiles(levels: Floats) -> Floats:
    """Return gamma quantiles over their mean: a row for each of SHAPES."""
    return np.asarray(gammaincinv(SHAPES[:, None], levels) / SHAPES[:, None])


def _gamma(mean: Floats, variance: Floats, table: Floats) -> Floats:
    """Return the quantiles of gamma variables by their means and variances."""
    shape = np.clip(mean**2 / np.maximum(variance, LEAST), SHAPES[0], SHAPES[-1])
    place = np.interp(np.log(shape), np.log(SHAPES), np.arange(len(SHAPES)))
    at = np.minimum(place.astype(np.int64), len(SHAPES) - 2)
    part = (place - at)[:, None]
    return np.asarray(mean[:, None] * (table[at] * (1 - part) + table[at + 1] * part))
