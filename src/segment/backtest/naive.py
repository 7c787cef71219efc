"""Naive rules: what somebody without a model would say, each in one line.

- `past_rate`: a customer goes on spending as fast as so far.
- `last_year`: a customer spends what the same days of the year before brought.
- `recency_rule`: who bought within the usual time goes on as so far, the others bring nothing.

Such rules rank customers well and often better than models; none that is beaten by them should
be believed. Source: Wübben & Wangenheim 2008 (the hiatus heuristic), with the time to wait told by
the data and not by a manager.
"""

import datetime as dt

import polars as pl

from segment import summary

NAMES = ("past_rate", "last_year", "recency_rule")
# A rate is not told from fewer days: a first purchase of yesterday would be one a day for ever.
SHORTEST_DAYS = 90
# The usual time: nine in ten of the customers who came back had come back within it.
USUAL_SHARE = 0.90


def predict(
    known: pl.DataFrame, transactions: pl.DataFrame, origin: dt.date, horizon_days: int
) -> pl.DataFrame:
    """Return customer_id, method, predicted: a row a customer and rule, for `known` customers.

    `known` is a summary at `origin`. Silence of exactly the usual time still counts as usual. A
    rule that the history does not reach is left out: last year's window must lie within it.
    """
    days = pl.max_horizontal(pl.col("T") + 1, pl.lit(SHORTEST_DAYS))
    rate = pl.col("revenue") / days * horizon_days
    silence = (pl.lit(origin) - pl.col("last_on")).dt.total_days()
    usual = known["last_gap_days"].quantile(USUAL_SHARE, "linear")
    found = {"past_rate": known.select("customer_id", predicted=rate)}
    first, last = (_year_before(origin + dt.timedelta(days=n)) for n in (1, horizon_days))
    if known["first_on"].min() <= first and last <= origin:  # type: ignore[operator]
        found["last_year"] = spent(known, transactions, first, last).rename({"spent": "predicted"})
    if usual is not None:
        awake = pl.when(silence <= usual).then(rate).otherwise(0.0)
        found["recency_rule"] = known.select("customer_id", predicted=awake)
    return pl.concat(
        frame.select("customer_id", pl.lit(name).alias("method"), "predicted")
        for name, frame in found.items()
    )


def spent(
    known: pl.DataFrame, transactions: pl.DataFrame, first: dt.date, last: dt.date
) -> pl.DataFrame:
    """Return customer_id and spent: net money from `first` to `last`, 0 without a line in it."""
    money = (
        transactions.filter(pl.col("date").is_between(first, last))
        .group_by("customer_id")
        .agg(spent=pl.col("amount").sum().round(summary.MONEY_DECIMALS))
    )
    return (
        known.select("customer_id")
        .join(money, on="customer_id", how="left", maintain_order="left")
        .with_columns(pl.col("spent").fill_null(0.0))
    )


def _year_before(day: dt.date) -> dt.date:
    """Return the same day of the year before; the 28th for the 29th of February."""
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
