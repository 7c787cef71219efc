"""What a customer is worth: expected margin less what it costs to serve.

`actual_value` is the net present value of the customer as things are (Peppers and Rogers,
*Managing Customer Relationships*): the discounted margin of the forecast less the cost to serve
over the same time. Without a cost table the cost is unknown, not zero: `actual_value` is then
the margin alone and `cost_to_serve` is null.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from segment import checks
from segment.errors import ConfigError
from segment.schema import require
from segment.summary import YEAR_DAYS

RATE_DECIMALS = 9  # so that a rate does not depend on the order of the sum behind it


@dataclass(frozen=True, kw_only=True)
class ValueRules:
    """How the cost to serve is carried forward."""

    cost_window_days: int = YEAR_DAYS
    shortest_history_days: int = 90

    def __post_init__(self) -> None:
        checks.whole(self, "shortest_history_days", least=1)
        checks.whole(self, "cost_window_days", least=1)
        if self.cost_window_days < self.shortest_history_days:
            raise ConfigError(
                f"cost_window_days is {self.cost_window_days}; it is at least "
                f"shortest_history_days, {self.shortest_history_days}."
            )


def add_margin(
    customers: pl.DataFrame,
    transactions: pl.DataFrame,
    products: pl.DataFrame | None,
    usual_rate: float,
) -> pl.DataFrame:
    """Add `margin_rate`, -1 to 1: what the customer's own mix of products earns.

    A product's margin counts by the money that went into it; a product without a margin counts
    with its family's mean, and with `usual_rate` where that is unknown too. A customer who
    bought nothing known gets the usual rate, and without products everyone does.

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, ["customer_id"], by="value.add_margin")
    flat = pl.lit(usual_rate, dtype=pl.Float64)
    if products is None:
        return customers.with_columns(margin_rate=flat)
    require(transactions, ["customer_id", "product_id", "amount"], by="value.add_margin")
    require(products, ["product_id", "family", "margin_rate"], by="value.add_margin")
    rate = pl.col("margin_rate")
    of_family = pl.when(pl.col("family").is_not_null()).then(rate.mean().over("family"))
    by_product = products.select("product_id", rate=rate.fill_null(of_family))
    mix = (
        transactions.lazy()
        .filter(pl.col("amount") > 0)
        .join(by_product.lazy(), on="product_id", how="left")
        .with_columns(rate=pl.col("rate").fill_null(flat))
        .group_by("customer_id")
        .agg(margin_rate=(pl.col("rate") * pl.col("amount")).sum() / pl.col("amount").sum())
        .with_columns(pl.col("margin_rate").round(RATE_DECIMALS))
        .collect()
    )
    return (
        customers.drop("margin_rate", strict=False)
        .join(mix, on="customer_id", how="left", maintain_order="left")
        .with_columns(pl.col("margin_rate").fill_null(flat))
    )


def add_costs(
    customers: pl.DataFrame,
    costs: pl.DataFrame | None,
    rules: ValueRules,
    as_of: dt.date,
    horizon_days: int,
) -> pl.DataFrame:
    """Add cost_to_serve (money over the horizon), actual_value, value_low and value_high.

    The postings of the last `cost_window_days`, or of the days since the first purchase where
    those are fewer, are carried forward at their daily rate and expected only while the customer
    is one (times p_alive). A customer without a posting in a company that posts costs costs
    nothing; no posting at all, such as before costs were recorded, leaves the cost unknown. The
    bounds are those of the forecast's interval.

    Raises:
        DataError: `customers` lacks a column of `clv.predict`.
    """
    require(
        customers,
        [
            "customer_id", "T", "p_alive", "clv", "margin_rate", "expected_revenue",
            "revenue_low", "revenue_high",
        ],
        by="value.add_costs",
    )  # fmt: skip
    with_cost = customers.with_columns(
        cost_to_serve=_cost(customers, costs, rules, as_of, horizon_days)
    )
    cost = pl.col("cost_to_serve").fill_null(0.0)
    # the bounds are discounted as the expectation is
    discount = (
        pl.when(pl.col("expected_revenue") > 0)
        .then(pl.col("clv") / pl.col("expected_revenue"))
        .otherwise(pl.col("margin_rate"))
    )
    # where the margin is negative, the most revenue is the least value
    bounds = [pl.col("revenue_low") * discount, pl.col("revenue_high") * discount]
    return with_cost.with_columns(
        actual_value=pl.col("clv") - cost,
        value_low=pl.min_horizontal(bounds) - cost,
        value_high=pl.max_horizontal(bounds) - cost,
    )


def _cost(
    customers: pl.DataFrame,
    costs: pl.DataFrame | None,
    rules: ValueRules,
    as_of: dt.date,
    horizon_days: int,
) -> pl.Series:
    """Return what serving each customer is expected to cost; the postings after as_of wait."""
    none = pl.Series([None] * customers.height, dtype=pl.Float64)
    if costs is None:
        return none
    require(costs, ["customer_id", "date", "amount"], by="value.add_costs")
    known = costs.filter(pl.col("date") <= as_of)
    if known.is_empty():
        return none
    days_ago = (pl.lit(as_of) - pl.col("date")).dt.total_days()
    # a ledger that begins late says nothing about the days before it
    held_days = known.select(days_ago.max() + 1).item()
    longest = max(min(held_days, rules.cost_window_days), rules.shortest_history_days)
    windows = customers.select(
        "customer_id",
        window_days=(pl.col("T") + 1).clip(rules.shortest_history_days, longest),
    )
    posted = (
        known.join(windows, on="customer_id")
        .filter(days_ago < pl.col("window_days"))
        .group_by("customer_id")
        .agg(posted=pl.col("amount").sum())
    )
    daily = pl.col("posted").fill_null(0.0) / pl.col("window_days")
    return (
        windows.join(posted, on="customer_id", how="left", maintain_order="left")
        .select(daily * horizon_days * customers["p_alive"])
        .to_series()
    )
