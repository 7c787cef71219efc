"""What a customer is worth: expected margin less what it costs to serve.

`actual_value` is the net present value of the customer as things are (Peppers and Rogers,
*Managing Customer Relationships*): the discounted margin of the forecast less the cost to serve
over the same time. Without a cost table the cost is unknown, not zero: `actual_value` is then
the margin alone and `cost_to_serve` is null.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from segment.errors import ConfigError
from segment.schema import require
from segment.summary import YEAR_DAYS


@dataclass(frozen=True, kw_only=True)
class ValueRules:
    """How the cost to serve is carried forward."""

    cost_window_days: int = YEAR_DAYS
    shortest_history_days: int = 90

    def __post_init__(self) -> None:
        if self.shortest_history_days < 1:
            raise ConfigError("value.shortest_history_days is 1 day or more.")
        if self.cost_window_days < self.shortest_history_days:
            raise ConfigError(
                f"value.cost_window_days is {self.cost_window_days}; it is at least "
                f"value.shortest_history_days, {self.shortest_history_days}."
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
    bought nothing known gets the usual rate.

    Raises:
        DataError: `customers` or `transactions` lacks a column.
    """
    require(customers, ["customer_id"], by="value.add_margin")
    require(transactions, ["customer_id", "product_id", "amount"], by="value.add_margin")
    flat = pl.lit(usual_rate)
    if products is None:
        return customers.with_columns(margin_rate=flat)
    by_product = products.select(
        "product_id",
        rate=pl.col("margin_rate").fill_null(pl.col("margin_rate").mean().over("family")),
    )
    mix = (
        transactions.lazy()
        .filter(pl.col("amount") > 0)
        .join(by_product.lazy(), on="product_id", how="left")
        .with_columns(rate=pl.col("rate").fill_null(flat))
        .group_by("customer_id")
        .agg(margin_rate=(pl.col("rate") * pl.col("amount")).sum() / pl.col("amount").sum())
        .collect()
    )
    return customers.join(mix, on="customer_id", how="left", maintain_order="left").with_columns(
        pl.col("margin_rate").fill_null(flat)
    )


def add_costs(
    customers: pl.DataFrame,
    costs: pl.DataFrame | None,
    rules: ValueRules,
    as_of: dt.date,
    horizon_days: int,
) -> pl.DataFrame:
    """Add cost_to_serve (money over the horizon), actual_value, value_low and value_high.

    The postings of the last `cost_window_days` are carried forward at their daily rate and
    expected only while the customer is one (times p_alive). A customer without a posting in a
    company that posts costs costs nothing. The bounds are those of the forecast's interval.

    Raises:
        DataError: `customers` lacks a column of `clv.predict`.
    """
    require(
        customers,
        ["T", "p_alive", "clv", "margin_rate", "expected_revenue", "revenue_low", "revenue_high"],
        by="value.add_costs",
    )
    if costs is None:
        with_cost = customers.with_columns(cost_to_serve=pl.lit(None, dtype=pl.Float64))
    else:
        window_days = pl.col("T").clip(rules.shortest_history_days, rules.cost_window_days)
        posted = (
            costs.filter(
                pl.col("date").is_between(
                    as_of - dt.timedelta(days=rules.cost_window_days - 1), as_of
                )
            )
            .group_by("customer_id")
            .agg(posted=pl.col("amount").sum())
        )
        with_cost = (
            customers.join(posted, on="customer_id", how="left", maintain_order="left")
            .with_columns(
                cost_to_serve=pl.col("posted").fill_null(0.0)
                / window_days
                * horizon_days
                * pl.col("p_alive")
            )
            .drop("posted")
        )
    cost = pl.col("cost_to_serve").fill_null(0.0)
    # the bounds are discounted as the expectation is
    discount = (
        pl.when(pl.col("expected_revenue") > 0)
        .then(pl.col("clv") / pl.col("expected_revenue"))
        .otherwise(pl.col("margin_rate"))
    )
    return with_cost.with_columns(
        actual_value=pl.col("clv") - cost,
        value_low=pl.col("revenue_low") * discount - cost,
        value_high=pl.col("revenue_high") * discount - cost,
    )
