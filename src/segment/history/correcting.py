"""Whose past was corrected: rows of earlier months that are no longer as they were published.

A ledger is not closed: a posting comes late, a return is booked back, an account is merged. What
such rows change is no movement of the customer.
"""

import datetime as dt

import polars as pl

from segment.cuts import amounts, require_numbers
from segment.schema import require

# What tells one row from another; where only one of the two ledgers has a column, it tells nothing.
MEANING = ("product_id", "family", "order_id")


def corrected(kept: pl.DataFrame, today: pl.DataFrame, last_day: dt.date) -> pl.DataFrame:
    """Return customer_id, sorted, of whose rows up to the end of `last_day` are not the same.

    `kept` are the transactions of the month that ended on `last_day`, as published then; `today`
    those of now. Rows are compared as a multiset by customer, day, amount, product, family and
    order: their order in the file does not matter, how often one is there does.

    Raises:
        DataError: A frame lacks customer_id, date or amount.
    """
    told_by = [name for name in MEANING if name in kept.columns and name in today.columns]
    return (
        pl.concat([_rows(kept, last_day, told_by, 1), _rows(today, last_day, told_by, -1)])
        .group_by(pl.exclude("n_more"))
        .agg(pl.col("n_more").sum())
        .filter(pl.col("n_more") != 0)
        .select("customer_id")
        .unique()
        .sort("customer_id")
    )


def uncorrected(
    kept: pl.DataFrame, today: pl.DataFrame, last_day: dt.date, customers: pl.DataFrame
) -> pl.DataFrame:
    """Return the rows of `customers` as they would be without corrections, by customer and day.

    Up to the end of `last_day` they are those of `kept`, after it those of `today`. A column that
    was not kept is null before.

    Raises:
        DataError: A frame lacks customer_id, date or amount.
    """
    for rows in (kept, today):
        require(rows, ["customer_id", "date", "amount"], by="uncorrected")
    ids = customers["customer_id"].implode()
    earlier = kept.select(name for name in today.columns if name in kept.columns)
    return pl.concat(
        [
            today.filter(pl.col("date") > last_day).filter(pl.col("customer_id").is_in(ids)),
            earlier.filter(pl.col("date") <= last_day).filter(pl.col("customer_id").is_in(ids)),
        ],
        how="diagonal_relaxed",
    ).sort("customer_id", "date", maintain_order=True)


def undone(
    now: pl.DataFrame, without: pl.DataFrame
) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """Return what `causes` asks of corrections: the labels without them, and whose rows they were.

    `without` holds all customers as they would be without corrections, none where there were
    none; corrected is whose purchases are others then. None twice where there is nothing.

    Raises:
        DataError: A frame lacks a column of the summary.
    """
    told_by = ("customer_id", "first_on", "last_on", "frequency", "revenue", "revenue_last_year")
    for frame in (now, without):
        require(frame, told_by, by="history.undone")
    if without.is_empty():
        return None, None
    same = now.select(told_by).join(
        without.select(told_by), on=list(told_by), how="semi", nulls_equal=True
    )
    ids = pl.concat(frame.select("customer_id") for frame in (now, without)).unique()
    return without, ids.join(same, on="customer_id", how="anti").sort("customer_id")


def _rows(rows: pl.DataFrame, last_day: dt.date, told_by: list[str], n_more: int) -> pl.DataFrame:
    require(rows, ["customer_id", "date"], by="corrected")
    require_numbers(rows, ["amount"], by="corrected")
    return (
        rows.with_columns(amounts(rows, "amount"))
        .filter(pl.col("date") <= last_day)
        .select(
            pl.col("customer_id").cast(pl.String),
            pl.col("date").cast(pl.Date),
            "amount",
            *(pl.col(name).cast(pl.String) for name in told_by),
            n_more=pl.lit(n_more, dtype=pl.Int64),
        )
    )
