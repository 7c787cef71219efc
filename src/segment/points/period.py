"""What members did in a period: points earned, money spent, or purchase days."""

import datetime as dt
from typing import Literal

import polars as pl

from segment.points.sweep import THOUSANDTHS, postings
from segment.schema import require

IN_PERIOD = "in_period"
TAKEN = "redeemed"  # using points does not lower a level; points taken back do


def gained(ledger: pl.DataFrame, as_of: dt.date, months: int) -> pl.DataFrame:
    """Return customer_id and the points of the period; what was used does not lower them."""
    return (
        postings(ledger, as_of)
        .filter(_is_in(as_of, months), pl.col("kind") != TAKEN)
        .group_by("customer_id")
        .agg((pl.col("points").sum() / THOUSANDTHS).alias(IN_PERIOD))
    )


def bought(
    transactions: pl.DataFrame, as_of: dt.date, months: int, *, by: Literal["amount", "count"]
) -> pl.DataFrame:
    """Return customer_id and the money, or the purchase days, of the period.

    Raises:
        DataError: `transactions` lacks a column.
    """
    require(transactions, ["customer_id", "date", "amount"], by="membership")
    rows = transactions.filter(_is_in(as_of, months))
    if by == "amount":
        return rows.group_by("customer_id").agg(pl.col("amount").sum().alias(IN_PERIOD))
    days = rows.filter(pl.col("amount") >= 0).select("customer_id", "date").unique()
    return days.group_by("customer_id").agg(pl.len().alias(IN_PERIOD))


def is_whole(rows: pl.DataFrame, as_of: dt.date, months: int) -> bool:
    """Tell whether the rows go back to the first day of the period that ends with `as_of`."""
    after = pl.col("date").cast(pl.Date).min().dt.offset_by(f"{months}mo")
    over = rows.select(after).item()
    return over is not None and over <= as_of + dt.timedelta(days=1)


def _is_in(as_of: dt.date, months: int) -> pl.Expr:
    """Tell the rows of the period that ends with `as_of`: a year holds no day of the year twice."""
    day = pl.col("date").cast(pl.Date)
    return (day <= as_of) & (day.dt.offset_by(f"{months}mo") > as_of)
