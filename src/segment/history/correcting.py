"""Whose past was corrected: rows of earlier months that are no longer as they were published.

A ledger is not closed: a posting comes late, a return is booked back, an account is merged. What
such rows change is no movement of the customer.
"""

import datetime as dt

import polars as pl

from segment.cuts import MILLION, amounts, require_numbers
from segment.schema import require

# What tells one row from another; where only one of the two ledgers has a column, it tells nothing.
MEANING = ("product_id", "family", "order_id", "margin")


def corrected(kept: pl.DataFrame, today: pl.DataFrame, last_day: dt.date) -> pl.DataFrame:
    """Return customer_id, sorted, of whose rows up to the end of `last_day` are not the same.

    `change` is the money by which the corrections moved what the customer had brought by then.

    `kept` are the transactions of the month that ended on `last_day`, as published then; `today`
    those of now. Rows are compared as a multiset by customer, day, amount, product, family,
    order and margin: their order in the file does not matter, how often one is there does.

    Raises:
        DataError: A frame lacks customer_id, date or amount.
    """
    told_by = [name for name in MEANING if name in kept.columns and name in today.columns]
    return (
        pl.concat([_rows(kept, last_day, told_by, 1), _rows(today, last_day, told_by, -1)])
        .group_by(pl.exclude("n_more"))
        .agg(pl.col("n_more").sum())
        .filter(pl.col("n_more") != 0)
        .group_by("customer_id")
        .agg(change=(pl.col("n_more") * pl.col("amount")).sum() / -MILLION)
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
