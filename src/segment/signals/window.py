"""The last days, and the year before them that says what is usual."""

import datetime as dt

import polars as pl

from segment.summary import YEAR_DAYS


def lately(rows: pl.DataFrame, day: str, as_of: dt.date, window_days: int) -> pl.DataFrame:
    """Return the rows of the window and of the year before it, with `is_lately`."""
    ago = pl.lit(as_of) - pl.col(day).cast(pl.Date)
    days = ago.dt.total_days()
    return rows.filter(days >= 0, days < window_days + YEAR_DAYS).with_columns(
        is_lately=days < window_days
    )


def usual_days(customers: pl.DataFrame, window_days: int) -> pl.Series:
    """Return how many days of the year before the window each customer was one; 0 or more."""
    days = (pl.col("T") + 1 - window_days).clip(0, YEAR_DAYS).fill_null(0)
    return customers.select(days.cast(pl.Float64)).to_series()


def counted(rows: pl.DataFrame, weight: pl.Expr) -> pl.DataFrame:
    """Return per customer n_lately and n_before, the weights in the window and before it."""
    is_lately = pl.col("is_lately")
    return (
        rows.with_columns(weight=weight.cast(pl.Float64))
        .group_by("customer_id", maintain_order=True)
        .agg(
            n_lately=pl.col("weight").filter(is_lately).sum(),
            n_before=pl.col("weight").filter(~is_lately).sum(),
        )
    )


def joined(customers: pl.DataFrame, per_customer: pl.DataFrame) -> pl.DataFrame:
    """Add what was counted to the customers, 0 where there was nothing."""
    added = per_customer.columns[1:]
    return (
        customers.select("customer_id")
        .join(per_customer, on="customer_id", how="left", maintain_order="left")
        .with_columns(pl.col(added).fill_null(0))
    )
