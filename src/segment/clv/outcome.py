"""The range in which a customer's outcome falls, from the predictive distribution in closed form.

Given that a customer is there, his number of purchases hangs on x and T; given that number k, what
they bring is a scale, known for each customer, times beta-prime(p k, p n + q). So the outcome over
its own mean follows one of few distributions, which are tabulated once and read off for all.

A range holds the stated share of outcomes. Where nothing at all is likelier than the lower tail,
the range starts at 0 and leaves the whole rest above it. Where nothing is likelier than the share
itself, the smallest range is 0, and holds more than the share; so that the ranges together hold it,
those of the other customers hold a little less, by LARGEST_TRADE at the most. And on real purchases
ranges hold more than their models say, by OVERSTATED of what they leave out: measured over five
windows of two shops (docs/methods.md), and taken off.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import betainc

from segment import purchases
from segment.clv.fitting import ClvModel
from segment.clv.rules import ClvRules
from segment.purchases import Floats, PurchaseModel
from segment.spend import SpendModel
from segment.summary import Index

LARGEST_TRADE = 0.075
OVERSTATED = 0.1
CERTAIN_ABOVE = 20_000  # customers; the parameters are then known to a percent, and taken as known
N_MODELS = 8  # drawn where they are not
EXACT_COUNTS = 12  # numbers of purchases up to this are told apart, larger ones by tenths
COUNT_STEP = 1.1
EXACT_X = 8
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
class Kinds:
    """Customers alike in purchases and first day: x, T and pace of each kind; whose is which."""

    x: Floats
    T: Floats
    pace: Floats
    of_customer: Index

    @classmethod
    def of(cls, x: Floats, first_on: pl.Series, T: Floats, pace: Floats) -> "Kinds":
        """Sort customers into kinds, by marking places in a table: quicker than sorting."""
        if not len(x):
            return cls(x=x, T=T, pace=pace, of_customer=np.zeros(0, np.intp))
        _, count = np.unique(x, return_inverse=True)
        day = first_on.cast(pl.Int32).to_numpy().astype(np.intp)
        day -= day.min()
        key = count * (day.max() + 1) + day
        is_kind = np.zeros(key.max() + 1, bool)
        is_kind[key] = True
        of_customer = (np.cumsum(is_kind, dtype=np.int32) - 1)[key].astype(np.intp)
        example = np.empty(int(is_kind.sum()), np.intp)
        example[of_customer] = np.arange(len(x))
        return cls(x=x[example], T=T[example], pace=pace[example], of_customer=of_customer)


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """Of each customer: the range, and the standard deviation, of the money to come."""

    low: Floats
    high: Floats
    sd: Floats


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Quantiles, at LEVELS, of money over its mean, given any; with little and much evidence."""

    quantiles: Floats  # (kinds, 2, levels)
    least: Floats  # (kinds,) purchases that count at the least …
    most: Floats  # … and at the most


def ranges(
    kinds: Kinds, history: tuple[Floats, Floats, Floats], weight: Floats, revenue: Floats,
    horizon: float, model: ClvModel, rules: ClvRules,
) -> Ranges:  # fmt: skip
    """Return the ranges of customers whose purchases count as `weight`, with the mean `revenue`."""
    if not len(revenue):
        return Ranges(low=revenue, high=revenue, sd=revenue)
    models = _models(model, rules)
    ahead = horizon * kinds.pace
    nothing = np.zeros(len(revenue))
    for each in models:
        there = purchases.p_alive(each, *history)
        any_ = purchases.at_least(each, kinds.x, kinds.T, ahead, 1.0)
        nothing += (1 - there * any_[kinds.of_customer]) / len(models)
    table = _table(kinds, horizon, models, model.spend)
    something = np.maximum(1 - nothing, UNSEEN)
    mean = revenue / something
    level = _level(nothing, rules.interval)
    tail = (1 - rules.interval) / 2
    from_zero = nothing >= tail
    upper = np.where(from_zero, level, 1 - tail - (rules.interval - level) / 2)
    lower = np.where(from_zero, 0.0, tail + (rules.interval - level) / 2)
    high = mean * _read(table, kinds, weight, (upper - nothing) / something)
    low = np.zeros_like(high)
    both = np.flatnonzero(~from_zero)
    if len(both):
        low[both] = mean[both] * _read(
            table, kinds, weight[both], ((lower - nothing) / something)[both], both
        )
    return Ranges(low=low, high=high, sd=_sd(table, kinds, weight, mean, something))


def _level(nothing: Floats, share: float) -> float:
    """Return the share that ranges other than 0 hold, so that all of them together hold `share`."""
    most = share - OVERSTATED * (1 - share)
    least = max(most - LARGEST_TRADE, 0.0)
    is_zero = nothing >= share
    n_others = int((~is_zero).sum())
    if n_others == 0:
        return least
    others = share * len(nothing) - float(nothing[is_zero].sum())
    return float(np.clip(others / n_others, least, most))


def _models(model: ClvModel, rules: ClvRules) -> list[PurchaseModel]:
    """Return the purchase models to mix; what is open about spend is small beside one purchase."""
    if model.purchases.n_customers > CERTAIN_ABOVE:
        return [model.purchases]
    return purchases.sampled(model.purchases, N_MODELS, rules.seed)


def _table(kinds: Kinds, horizon: float, models: list[PurchaseModel], paid: SpendModel) -> _Table:
    """Tabulate at few values of x and T and fill in the kinds between them."""
    x = _grid(float(kinds.x.max()))
    T = np.unique(kinds.T.max() * np.linspace(0, 1, N_AGES) ** 2)
    pace = float(np.median(kinds.pace))
    least, most = np.where(x == 0, 0.0, (x + 1) / 2), x + 1
    at_nodes = np.empty((len(x), len(T), 2, len(LEVELS)))
    counts = _counts(models, x, T, horizon * kinds.pace.max())
    for side, evidence in enumerate((least, most)):
        for row, (own_x, n) in enumerate(zip(x, evidence, strict=True)):
            at_nodes[row, :, side] = _quantiles(own_x, T, n, horizon * pace, counts, models, paid)
    quantiles = _between(at_nodes, x, T, kinds)
    return _Table(
        quantiles=quantiles,
        least=np.where(kinds.x == 0, 0.0, (kinds.x + 1) / 2),
        most=kinds.x + 1,
    )


def _grid(largest: float) -> Floats:
    """Return whole numbers up to EXACT_X, then in steps of X_STEP, up to the largest."""
    n_steps = max(0, int(np.ceil(np.log(max(largest, 1) / EXACT_X) / np.log(X_STEP))))
    beyond = EXACT_X * X_STEP ** np.arange(1, n_steps + 1)
    grid = np.append(np.arange(EXACT_X + 1.0), beyond)
    inside = grid[grid < largest]
    return np.append(inside, largest) if largest > 0 else np.zeros(1)


def _counts(models: list[PurchaseModel], x: Floats, T: Floats, horizon: float) -> Floats:
    """Return the numbers of purchases that tell apart: 1, 2, ... and the starts of wider steps."""
    largest = EXACT_COUNTS
    for each in models:
        while float(purchases.at_least(each, x[-1], T, horizon, largest).max()) > UNSEEN:
            largest *= 2
    n_steps = int(np.ceil(np.log(largest / EXACT_COUNTS) / np.log(COUNT_STEP)))
    wide = np.floor(EXACT_COUNTS * COUNT_STEP ** np.arange(1, n_steps + 1))
    return np.unique(np.append(np.arange(1.0, EXACT_COUNTS + 1), wide))


def _quantiles(
    x: float, T: Floats, n: float, horizon: float, starts: Floats,
    models: list[PurchaseModel], paid: SpendModel,
) -> Floats:  # fmt: skip
    """Return the quantiles of money over its mean, given any purchase: shape (T, levels)."""
    k = (starts + np.append(starts[1:] - 1, starts[-1])) / 2  # the middle of each step
    p, q = (paid.p, paid.q) if paid.name == "gamma_gamma" else (FIXED_P, FIXED_Q)
    tail = np.mean(
        [purchases.at_least(each, x, T[:, None], horizon, starts) for each in models], axis=0
    )
    share = tail - np.append(tail[:, 1:], np.zeros((len(T), 1)), axis=1)
    share = share / np.maximum(share.sum(axis=1, keepdims=True), np.finfo(float).tiny)
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


def _between(at_nodes: Floats, x: Floats, T: Floats, kinds: Kinds) -> Floats:
    """Interpolate the tables of the nodes (x, T, 2, levels) to the kinds, linearly in both."""
    row, row_part = _place(x, kinds.x)
    column, column_part = _place(T, kinds.T)
    found = np.zeros((len(kinds.x), *at_nodes.shape[2:]))
    for right, x_share in ((0, 1 - row_part), (1, row_part)):
        for up, T_share in ((0, 1 - column_part), (1, column_part)):
            corner = at_nodes[
                np.minimum(row + right, len(x) - 1), np.minimum(column + up, len(T) - 1)
            ]
            found += corner * (x_share * T_share)[:, None, None]
    return found


def _place(grid: Floats, values: Floats) -> tuple[Index, Floats]:
    """Return the node at or below each value, and the part of the way to the next."""
    at = np.clip(np.searchsorted(grid, values, side="right") - 1, 0, max(len(grid) - 2, 0))
    step = np.diff(grid, append=grid[-1] + 1)[at]
    return at, np.clip((values - grid[at]) / step, 0.0, 1.0)


def _read(
    table: _Table, kinds: Kinds, weight: Floats, level: Floats, those: Index | slice = slice(None)
) -> Floats:
    """Return each customer's quantile at his own level; 0 for a level of 0 or below."""
    kind = kinds.of_customer[those]
    at, part = _place(LEVELS, np.clip(level, 0.0, LEVELS[-1]))
    much = _much(table, kind, weight)
    width = len(LEVELS)
    flat = table.quantiles.reshape(-1)
    base = kind * (2 * width) + at
    little = flat[base] * (1 - part) + flat[base + 1] * part
    lot = flat[base + width] * (1 - part) + flat[base + width + 1] * part
    return np.where(level > 0, little * (1 - much) + lot * much, 0.0)


def _much(table: _Table, kind: Index, weight: Floats) -> Floats:
    least, most = table.least[kind], table.most[kind]
    return np.asarray(np.clip((weight - least) / (most - least), 0.0, 1.0))


def _sd(table: _Table, kinds: Kinds, weight: Floats, mean: Floats, something: Floats) -> Floats:
    """Return the standard deviation of what lies below the last of LEVELS."""
    squares = np.trapezoid(table.quantiles**2, LEVELS, axis=2) / LEVELS[-1]
    kind = kinds.of_customer
    much = _much(table, kind, weight)
    square = squares[kind, 0] * (1 - much) + squares[kind, 1] * much
    variance = mean**2 * something * (square - something)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))
