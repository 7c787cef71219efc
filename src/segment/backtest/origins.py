"""The days from which the forecast is made again: how many the history allows, and why not more.

An origin must leave as many days of data before it as the forecast looks ahead: a forecast that
reaches further than the history behind it would be judged on something that nobody asks of it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import polars as pl

from segment.backtest.rules import BacktestRules
from segment.schema import require


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The origins, oldest first; without any, `missing` says what there is too little of.

    What there is: `n_days` of history, `n_customers` in it, and `n_known`, who had bought by the
    last day that could be an origin.
    """

    as_of: dt.date
    horizon_days: int
    origins: tuple[dt.date, ...]
    n_days: int
    n_customers: int
    n_known: int
    missing: Literal["days", "customers"] | None


def plan(
    transactions: pl.DataFrame, as_of: dt.date, horizon_days: int, rules: BacktestRules
) -> Plan:
    """Find the origins: the last one leaves the horizon before `as_of`, the others step back.

    A history that is exactly twice the horizon holds one origin. An origin by which fewer
    customers had bought than the rules ask for is none.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    require(transactions, ["customer_id", "date", "amount"], by="backtest.plan")
    begins = (
        transactions.filter(pl.col("date") <= as_of, pl.col("amount") >= 0)
        .group_by("customer_id")
        .agg(pl.col("date").min())["date"]
        .sort()
    )
    last = as_of - dt.timedelta(days=horizon_days)
    n_days = (as_of - begins[0]).days + 1 if len(begins) else 0
    steps = [last - dt.timedelta(days=rules.step_days * k) for k in range(rules.n_origins)]
    old = [day for day in steps if n_days - (as_of - day).days >= horizon_days]
    good = [day for day in old if _known_by(begins, day) >= rules.fewest_customers]
    return Plan(
        as_of=as_of,
        horizon_days=horizon_days,
        origins=tuple(reversed(good)),
        n_days=n_days,
        n_customers=len(begins),
        n_known=_known_by(begins, last),
        missing=None if good else "customers" if old else "days",
    )


def _known_by(begins: pl.Series, day: dt.date) -> int:
    return int((begins <= day).sum())
