"""Where the change of revenue came from: new, up, kept, down and lost customers.

`bridge` explains the difference between two periods' revenue, exactly. Where there is no period
before, it is empty with its usual columns and the growth rate is unknown.
"""

import polars as pl

from segment.cuts import MILLION, amounts, require_numbers
from segment.schema import require

BRIDGE_STEPS = ("new", "up", "kept", "down", "lost")


def bridge(before_rows: pl.DataFrame | None, now_rows: pl.DataFrame) -> pl.DataFrame:
    """Explain the change of revenue between two periods' transactions, customer by customer.

    Columns: step, n_customers, amount_before, amount_now, change. The steps are new (no row in
    the first period), up, kept (the same amount in both), down, and lost (no row in the second);
    each has its row. The changes add up to the second total less the first; refunds count.

    Raises:
        DataError: A frame lacks customer_id or amount.
    """
    past = now_rows.clear() if before_rows is None else before_rows
    before, now = pl.col("amount_before"), pl.col("amount_now")
    step = (
        pl.when(before.is_null())
        .then(pl.lit("new"))
        .when(now.is_null())
        .then(pl.lit("lost"))
        .when(now > before)
        .then(pl.lit("up"))
        .when(now < before)
        .then(pl.lit("down"))
        .otherwise(pl.lit("kept"))
    )
    sums = (
        _by_customer(past, "amount_before")
        .join(_by_customer(now_rows, "amount_now"), on="customer_id", how="full", coalesce=True)
        .group_by(step=step.cast(pl.Enum(BRIDGE_STEPS)))
        .agg(pl.len().cast(pl.Int64).alias("n_customers"), before.sum(), now.sum())
    )
    steps = pl.DataFrame({"step": pl.Series(BRIDGE_STEPS, dtype=pl.Enum(BRIDGE_STEPS))})
    rows = steps.join(sums, on="step", how="left", maintain_order="left").select(
        "step",
        pl.col("n_customers").fill_null(0),
        before.fill_null(0) / MILLION,
        now.fill_null(0) / MILLION,
        change=(now.fill_null(0) - before.fill_null(0)) / MILLION,
    )
    return rows.clear() if before_rows is None else rows


def _by_customer(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    require(rows, ["customer_id"], by="bridge")
    require_numbers(rows, ["amount"], by="bridge")
    exact = rows.select("customer_id", amounts(rows, "amount").alias(name))
    return exact.group_by("customer_id").agg(pl.col(name).sum())


def growth_rate(before_rows: pl.DataFrame | None, now_rows: pl.DataFrame) -> float | None:
    """Return the second period's revenue over the first's, less 1; None if that was not above 0.

    Raises:
        DataError: A frame lacks the column amount.
    """
    if before_rows is None:
        return None
    for rows in (before_rows, now_rows):
        require_numbers(rows, ["amount"], by="growth_rate")
    before, now = (int(amounts(rows, "amount").sum()) for rows in (before_rows, now_rows))
    return now / before - 1 if before > 0 else None
