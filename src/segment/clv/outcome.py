"""The range in which a customer's outcome falls, from the predictive distribution in closed form.

Where a purchase is sure enough, the range leaves as much below it as above, and holds the stated
share of outcomes. Where nothing at all is likelier than the lower tail, it starts at 0 and leaves
the whole rest above. Where nothing is likelier than the share itself, the smallest range is 0, and
holds more than the share. So that all ranges together hold it, those that start at 0 and end above
hold less, by LARGEST_TRADE at the most; the share that they hold is found once, for the customers
that the model was fitted to. And on real purchases such ranges hold more than the models say, by
OVERSTATED of what they leave out (measured over windows of two shops, docs/methods.md).
"""

from dataclasses import dataclass

import numpy as np

from segment import purchases
from segment.clv.fitting import ClvModel, on_the_clock
from segment.clv.kinds import Kinds
from segment.clv.rules import ClvRules
from segment.clv.shapes import LEVELS, UNSEEN, Shapes, place, shapes
from segment.purchases import Floats, PurchaseModel
from segment.summary import Index

LARGEST_TRADE = 0.075
OVERSTATED = 0.15
OPEN = 0.01  # standard error of a log parameter from which on it is not taken as known
N_MODELS = 8  # drawn where it is not

History = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """Of each customer: the range of the money to come, its spread, and how likely is nothing."""

    low: Floats
    high: Floats
    sd: Floats
    nothing: Floats


def ranges(
    kinds: Kinds, history: History, weight: Floats, revenue: Floats,
    model: ClvModel, rules: ClvRules,
) -> Ranges:  # fmt: skip
    """Return the ranges of customers whose purchases count as `weight`, with the mean `revenue`."""
    if not len(revenue):
        return Ranges(low=revenue, high=revenue, sd=revenue, nothing=revenue)
    models = _models(model, rules)
    horizon = float(model.clock.ahead(rules.horizon_days))
    nothing = _nothing(kinds, history, horizon, models)
    known = shapes(kinds, model.clock.now, horizon, models, model.spend)
    something = np.maximum(1 - nothing, UNSEEN)
    mean = revenue / something
    tail = (1 - rules.interval) / 2
    from_zero = nothing >= tail
    upper = np.where(from_zero, _level(model, rules, horizon, models), 1 - tail)
    high = mean * _read(known, kinds, weight, (upper - nothing) / something)
    low = np.zeros_like(high)
    both = np.flatnonzero(~from_zero)
    if len(both):
        low[both] = mean[both] * _read(
            known, kinds, weight[both], ((tail - nothing) / something)[both], both
        )
    return Ranges(
        low=low, high=high, sd=_sd(known, kinds, weight, mean, something), nothing=nothing
    )


def _nothing(kinds: Kinds, history: History, horizon: float, models: list[PurchaseModel]) -> Floats:
    """Return the probability that each customer buys nothing in the horizon."""
    nothing = np.zeros(len(kinds.of_customer))
    for each in models:
        any_ = purchases.at_least(each, kinds.x, kinds.T, horizon * kinds.pace, 1.0)
        nothing += 1 - purchases.p_alive(each, *history) * any_[kinds.of_customer]
    return np.asarray(nothing / len(models))


def _level(model: ClvModel, rules: ClvRules, horizon: float, models: list[PurchaseModel]) -> float:
    """Return the share that ranges from 0 hold, so that all together hold the stated one."""
    share = rules.interval
    most = share - OVERSTATED * (1 - share)
    x, t_x, T, pace = on_the_clock(model.population, model.clock)
    kinds = Kinds.of(x, model.population["first_on"], T, pace)
    nothing = _nothing(kinds, (x, t_x, T), horizon, models)
    is_zero, is_both = nothing >= share, nothing < (1 - share) / 2
    n_from_zero = len(nothing) - int(is_zero.sum()) - int(is_both.sum())
    if n_from_zero == 0:
        return most
    left = share * (len(nothing) - int(is_both.sum())) - float(nothing[is_zero].sum())
    return float(np.clip(left / n_from_zero, most - LARGEST_TRADE, most))


def _models(model: ClvModel, rules: ClvRules) -> list[PurchaseModel]:
    """Return the purchase models to mix; what is open about spend is small beside one purchase."""
    if max(model.purchases.log_standard_errors.values(), default=0.0) < OPEN:
        return [model.purchases]
    return purchases.sampled(model.purchases, N_MODELS, rules.seed)


def _read(
    known: Shapes, kinds: Kinds, weight: Floats, level: Floats, those: Index | slice = slice(None)
) -> Floats:
    """Return each customer's quantile at his own level; 0 for a level of 0 or below."""
    kind = kinds.of_customer[those]
    at, part = place(LEVELS, np.clip(level, 0.0, LEVELS[-1]))
    much = known.much(kind, weight)
    width = len(LEVELS)
    flat = known.quantiles.reshape(-1)
    base = kind * (2 * width) + at
    little = flat[base] * (1 - part) + flat[base + 1] * part
    lot = flat[base + width] * (1 - part) + flat[base + width + 1] * part
    return np.where(level > 0, little * (1 - much) + lot * much, 0.0)


def _sd(known: Shapes, kinds: Kinds, weight: Floats, mean: Floats, something: Floats) -> Floats:
    """Return the standard deviation of what lies below the last of LEVELS."""
    squares = np.trapezoid(known.quantiles**2, LEVELS, axis=2) / LEVELS[-1]
    kind = kinds.of_customer
    much = known.much(kind, weight)
    square = squares[kind, 0] * (1 - much) + squares[kind, 1] * much
    variance = mean**2 * something * (square - something)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))
