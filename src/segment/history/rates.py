"""How customers buy in a period: how many come back, and how much an order brings."""

import polars as pl

from segment.cuts import MILLION, amounts, require_numbers
from segment.schema import require

FEWEST_TO_REPEAT = 2  # purchase days in the period


def repeat_rate(rows: pl.DataFrame) -> float | None:
    """Return the share of a period's buyers who bought on two days or more; None without buyers.

    A day of refunds only is no purchase day.

    Raises:
        DataError: `rows` lacks customer_id, date or amount.
    """
    require(rows, ["customer_id", "date", "amount"], by="repeat_rate")
    n_days = (
        rows.filter(pl.col("amount") >= 0)
        .group_by("customer_id")
        .agg(pl.col("date").n_unique())["date"]
    )
    return float((n_days >= FEWEST_TO_REPEAT).sum() / len(n_days)) if len(n_days) else None


def average_order_value(rows: pl.DataFrame) -> float | None:
    """Return the mean net money of a period's orders; None without orders.

    An order is an order_id, or, where that is unknown, a customer's day. What nets to zero or
    less is a refund and no order.

    Raises:
        DataError: `rows` lacks customer_id, date or amount.
    """
    require(rows, ["customer_id", "date"], by="average_order_value")
    require_numbers(rows, ["amount"], by="average_order_value")
    order_id = pl.col("order_id") if "order_id" in rows.columns else pl.lit(None, dtype=pl.String)
    orders = (
        rows.select("customer_id", "date", amounts(rows, "amount"), order_id=order_id)
        .group_by("customer_id", "order_id", pl.when(pl.col("order_id").is_null()).then("date"))
        .agg(pl.col("amount").sum())
        .filter(pl.col("amount") > 0)["amount"]
    )
    return int(orders.sum()) / MILLION / len(orders) if len(orders) else None
