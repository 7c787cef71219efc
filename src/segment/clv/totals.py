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
from segment.schema import require
from segment.threads import one_thread

MOST_CUSTOMERS = 1_000  # from which the parameters' share in the total is read


@one_thread
def total(
    customers: pl.DataFrame, model: ClvModel, rules: ClvRules, by: str | None = None,
    past_miss: float = 0.0,
) -> pl.DataFrame:  # fmt: skip
    """Return customers, expected_revenue, revenue_low and revenue_high, a row for each group.

    `customers` come from `predict`; `by` is the column of groups, in whose order the rows are.
    `past_miss` is how far the total was off before, as a share of it (from `backtest`).

    Raises:
        DataError: `customers` is not a forecast, or lacks the column of groups.
    """
    require(customers, ["expected_revenue", "revenue_sd", *([by] if by else [])], by="clv.total")
    known = customers.filter(pl.col("expected_revenue").is_not_null())
    added = [
        pl.len().alias("customers"),
        pl.col("expected_revenue").sum(),
        (pl.col("revenue_sd") ** 2).sum().alias("own"),
    ]
    groups = known.group_by(by).agg(*added).sort(by) if by else known.select(*added)
    shared = np.hypot(_parameter_sd(known, model, rules), past_miss)
    mean = groups["expected_revenue"].to_numpy()
    variance = groups["own"].to_numpy() + (shared * mean) ** 2
    low, high = np.zeros_like(mean), np.zeros_like(mean)
    some = (mean > 0) & (variance > 0)
    shape, scale = mean[some] ** 2 / variance[some], variance[some] / mean[some]
    tail = (1 - rules.interval) / 2
    low[some], high[some] = (
        gamma.ppf(tail, shape, scale=scale),
        gamma.ppf(1 - tail, shape, scale=scale),
    )
    return groups.drop("own").with_columns(
        revenue_low=pl.Series(low, dtype=pl.Float64), revenue_high=pl.Series(high, dtype=pl.Float64)
    )


def _parameter_sd(customers: pl.DataFrame, model: ClvModel, rules: ClvRules) -> float:
    """Return how far the total moves, as a share of it, with what the data leave open."""
    if not customers.height:
        return 0.0
    step = -(-customers.height // MOST_CUSTOMERS)
    some = customers.gather_every(step)
    x, t_x, T, pace = on_the_clock(some, model.clock)
    ahead = float(model.clock.ahead(rules.horizon_days)) * pace
    known = spend.evidence(some, model.spend, rules.spend_basis)
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
