"""What groups of customers will bring together, with the range of the total.

Customers differ independently of one another, so that most of it cancels in a large group; what
does not cancel is what is wrong for all at once: the parameters, and what a forecast missed before.
"""

import numpy as np
import polars as pl
from scipy.stats import gamma

from segment import purchases, spend
from segment.clv.fitting import ClvModel, on_the_clock
from segment.clv.rules import ClvRules
from segment.purchases import Floats
from segment.schema import require
from segment.threads import one_thread

NEEDED = ("expected_revenue", "revenue_sd", "p_nothing")
LEAST = 1e-12  # probability of any purchase
MOST_CUSTOMERS = 1_000  # from which the parameters' share in the total is read


@one_thread
def total(
    customers: pl.DataFrame, model: ClvModel, rules: ClvRules, by: str | None = None,
    past_miss: float = 0.0,
) -> pl.DataFrame:  # fmt: skip
    """Return customers, expected_revenue, revenue_low and revenue_high, a row for each group.

    A group of whom nothing is known brings 0 and stands there all the same.
    `customers` come from `predict`; `by` is the column of groups, in whose order the rows are.
    `past_miss` is how far the total was off before, as a share of it (from `backtest`).

    Raises:
        DataError: `customers` is not a forecast, or lacks the column of groups.
    """
    require(customers, [*NEEDED, *([by] if by else [])], by="clv.total")
    added = [
        pl.len().alias("customers"),
        pl.col("expected_revenue").sum(),
        (pl.col("revenue_sd") ** 2).sum().alias("own"),
        pl.col("p_nothing").log().sum().exp().alias("nothing"),
    ]
    groups = customers.group_by(by).agg(*added).sort(by) if by else customers.select(*added)
    known = customers.filter(pl.col("expected_revenue").is_not_null())
    shared = float(np.hypot(_parameter_sd(known, model, rules), past_miss))
    low, high = _range(groups, shared, rules.interval)
    return groups.drop("own", "nothing").with_columns(
        revenue_low=pl.Series(low, dtype=pl.Float64), revenue_high=pl.Series(high, dtype=pl.Float64)
    )


def _range(groups: pl.DataFrame, shared: float, share: float) -> tuple[Floats, Floats]:
    """Return the range of each group: nothing at all, or else gamma with its mean and variance."""
    mean, nothing = (groups[name].to_numpy() for name in ("expected_revenue", "nothing"))
    something = np.maximum(1 - nothing, LEAST)
    square = groups["own"].to_numpy() + mean**2 * (1 + shared**2)
    given, variance = mean / something, square / something - (mean / something) ** 2
    tail = (1 - share) / 2
    lower = np.where(nothing >= tail, 0.0, tail)
    upper = np.where(nothing >= tail, share, 1 - tail)
    low, high = np.zeros_like(mean), np.zeros_like(mean)
    some = (given > 0) & (variance > 0)
    shape, scale = given[some] ** 2 / variance[some], variance[some] / given[some]
    for bound, level in ((low, lower), (high, upper)):
        above = np.clip((level[some] - nothing[some]) / something[some], 0.0, 1.0)
        bound[some] = gamma.ppf(above, shape, scale=scale)
    return low, high


def _parameter_sd(customers: pl.DataFrame, model: ClvModel, rules: ClvRules) -> float:
    """Return how far the total moves, as a share of it, with what the data leave open."""
    if not customers.height:
        return 0.0
    step = -(-customers.height // MOST_CUSTOMERS)
    some = customers.gather_every(step)
    x, t_x, T, pace = on_the_clock(some, model.clock)
    ahead = float(model.clock.ahead(rules.horizon_days)) * pace
    known = spend.evidence(some, model.spend, rules.spend_basis, model.clock.prices.trend)
    drawn = zip(
        purchases.sampled(model.purchases, rules.n_draws, rules.seed),
        spend.sampled(model.spend, rules.n_draws, rules.seed + 1),
        strict=True,
    )
    totals = [
        float(
            purchases.expected(bought, x, t_x, T, ahead)
            @ spend.expected(paid, known.weight, known.mean, known.usual)
        )
        for bought, paid in drawn
    ]
    return float(np.std(totals) / np.mean(totals)) if np.mean(totals) > 0 else 0.0
