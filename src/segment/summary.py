"""From transactions to one row a customer: what the purchase and spend models read.

A purchase day is a day on which a customer bought something, so a day that holds refunds only
is none, while a gift (amount 0) is one; `frequency` counts the purchase days after the first.
Money is net: refunds lower the spend of the customer they belong to. Everything here is a count,
sum, minimum or maximum per customer-day and then per customer, so that a database could do it.
Source: Fader & Hardie, "Creating an RFM summary" (the day, not the order, is the purchase).
"""

import datetime as dt

import polars as pl

from segment.schema import require

YEAR_DAYS = 365
MONEY_DECIMALS = 6  # so that a sum does not depend on the order of its parts


def customer_days(transactions: pl.LazyFrame, as_of: dt.date) -> pl.LazyFrame:
    """Return customer_id, date, spend (net), is_purchase: one row a customer and day."""
    return (
        transactions.select("customer_id", "date", "amount")
        .filter(pl.col("date") <= as_of)
        .group_by("customer_id", "date")
        .agg(
            spend=pl.col("amount").sum().round(MONEY_DECIMALS),
            is_purchase=(pl.col("amount") >= 0).any(),
        )
    )


def summarise(transactions: pl.DataFrame | pl.LazyFrame, as_of: dt.date) -> pl.DataFrame:
    """Return one row a customer, by customer_id, as known at the end of `as_of`.

    Columns: first_on and last_on (purchase days), frequency (repeat purchase days), recency and
    T (days), monetary_value (net spend per purchase day), repeat_value (the same over the repeat
    days, null without one), last_gap_days (between the last two purchase days, null without
    two), revenue (net, all time), revenue_last_year and revenue_year_before (net, 365 days
    each). A customer seen with refunds only has no purchase: what hangs on one is null.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    require(transactions, ["customer_id", "date", "amount"], by="summarise")
    bought = pl.col("is_purchase")
    bought_on = pl.col("date").filter(bought)
    spend = pl.col("spend")
    days_ago = (pl.lit(as_of) - pl.col("date")).dt.total_days()
    first_on = bought_on.min()
    n_days = bought.sum()
    return (
        customer_days(transactions.lazy(), as_of)
        .group_by("customer_id")
        .agg(
            first_on=first_on,
            last_on=bought_on.max(),
            previous_on=bought_on.top_k(2).min(),
            n_days=n_days,
            revenue=spend.sum(),
            later_spend=spend.filter(pl.col("date") > first_on).sum(),
            revenue_last_year=spend.filter(days_ago < YEAR_DAYS).sum(),
            revenue_year_before=spend.filter(
                days_ago.is_between(YEAR_DAYS, 2 * YEAR_DAYS - 1)
            ).sum(),
        )
        .with_columns(pl.col(pl.Float64).round(MONEY_DECIMALS))
        .with_columns(
            pl.when(pl.col("n_days") > 0)
            .then(pl.col("n_days") - 1)
            .cast(pl.Int64)
            .alias("frequency"),
            (pl.col("last_on") - pl.col("first_on")).dt.total_days().alias("recency"),
            (pl.lit(as_of) - pl.col("first_on")).dt.total_days().alias("T"),
        )
        .select(
            "customer_id",
            "first_on",
            "last_on",
            "frequency",
            "recency",
            "T",
            monetary_value=pl.when(pl.col("n_days") > 0).then(pl.col("revenue") / pl.col("n_days")),
            repeat_value=pl.when(pl.col("frequency") > 0).then(
                pl.col("later_spend") / pl.col("frequency")
            ),
            last_gap_days=pl.when(pl.col("frequency") > 0).then(
                (pl.col("last_on") - pl.col("previous_on")).dt.total_days()
            ),
            revenue="revenue",
            revenue_last_year="revenue_last_year",
            revenue_year_before="revenue_year_before",
        )
        .sort("customer_id")
        .collect()
    )
