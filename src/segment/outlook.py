"""The forecast of all customers together: published with its range, and judged when its time is up.

Each month publishes what is expected of the month to come and of the whole horizon; a later month
lays what came beside it. Only a forecast that was published can be judged so: one made again with
later knowledge would look better than it was.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from segment import clv
from segment.clv import ClvModel, ClvRules
from segment.keyfigures import months_before
from segment.schema import require
from segment.text import day, money, number, percent, phrase, span

SCHEMA = {
    "until": pl.Date, "horizon_days": pl.Int64, "interval": pl.Float64, "customers": pl.Int64,
    "expected_revenue": pl.Float64, "revenue_low": pl.Float64, "revenue_high": pl.Float64,
}  # fmt: skip
FEWEST_JUDGED = 3  # forecasts; of fewer a share says nothing


def expected(
    customers: pl.DataFrame, model: ClvModel, rules: ClvRules, as_of: dt.date,
    past_miss: float = 0.0,
) -> pl.DataFrame:  # fmt: skip
    """Return what all customers are to bring up to `until`: of the month to come, of the horizon.

    `customers` come from `clv.predict`, `past_miss` from `backtest.past_miss`. The range holds
    the share `interval` of the cases; customers who are yet to come are none of it.

    Raises:
        DataError: `customers` is not a forecast of that day.
    """
    month = replace(rules, horizon_days=(months_before(as_of, -1) - as_of).days)
    forecasts = {its.horizon_days: (its, frame) for its, frame in (
        (month, clv.predict(customers, model, month)), (rules, customers),
    )}  # fmt: skip
    rows = [
        clv.total(frame, model, its, past_miss=past_miss).select(
            until=pl.lit(as_of + dt.timedelta(days=its.horizon_days)),
            horizon_days=pl.lit(its.horizon_days),
            interval=pl.lit(its.interval),
            customers="customers",
            expected_revenue="expected_revenue",
            revenue_low="revenue_low",
            revenue_high="revenue_high",
        )
        for _, (its, frame) in sorted(forecasts.items())
    ]
    return pl.concat(rows).cast(SCHEMA)  # type: ignore[arg-type]


def judged(
    forecasts: Mapping[dt.date, pl.DataFrame], transactions: pl.DataFrame, as_of: dt.date
) -> pl.DataFrame:
    """Lay what came beside each forecast whose time is up: made_on, its columns, came, is_inside.

    `forecasts` are what earlier months published, by their last days. What came is the revenue,
    after `made_on` and up to `until`, of the customers who were known then. The last made comes
    first, and of one day the shorter. The bounds belong to the range.

    Raises:
        DataError: A frame lacks a column.
    """
    require(transactions, ["customer_id", "date", "amount"], by="outlook.judged")
    rows = []
    for made_on, forecast in forecasts.items():
        require(forecast, SCHEMA, by="outlook.judged")
        first_on = transactions.group_by("customer_id").agg(pl.col("date").min())
        known = first_on.filter(pl.col("date") <= made_on)
        theirs = transactions.join(known, on="customer_id", how="semi")
        for row in forecast.filter(pl.col("until") <= as_of).to_dicts():
            after = pl.col("date") > made_on
            came = theirs.filter(after, pl.col("date") <= row["until"])["amount"].sum()
            rows.append({"made_on": made_on, **row, "came": float(came)})
    found = pl.DataFrame(rows, schema={"made_on": pl.Date, **SCHEMA, "came": pl.Float64})
    return found.sort("made_on", "until", descending=[True, False]).with_columns(
        is_inside=pl.col("came").is_between("revenue_low", "revenue_high")
    )


def said(forecast: pl.DataFrame | None, language: str, currency: str) -> tuple[str, ...]:
    """Return a sentence for each time ahead; none without a forecast."""
    rows = [] if forecast is None else forecast.to_dicts()
    return tuple(
        phrase("outlook.ahead", language, span=span(row["horizon_days"], language),
               until=day(row["until"], language), share=percent(row["interval"], language),
               **_amounts(row, language, currency))
        for row in rows
    )  # fmt: skip


def verdict(judgement: pl.DataFrame, language: str, currency: str) -> tuple[str, ...]:
    """Return how the last forecast did, and how many did as they said; or why it is not known.

    Raises:
        DataError: `judgement` is not what `judged` returns.
    """
    require(judgement, ["made_on", "until", "came", "is_inside"], by="outlook.verdict")
    if judgement.is_empty():
        return (phrase("outlook.none_judged", language),)
    last = judgement.row(0, named=True)
    way = "inside" if last["is_inside"] else (
        "above" if last["came"] > last["revenue_high"] else "below"
    )  # fmt: skip
    sentence = phrase(
        f"outlook.came_{way}", language, made_on=day(last["made_on"], language),
        until=day(last["until"], language), came=money(last["came"], currency, language),
        share=percent(last["interval"], language), **_amounts(last, language, currency),
    )  # fmt: skip
    if judgement.height < FEWEST_JUDGED:
        return (sentence,)
    record = phrase(
        "outlook.record", language, n=number(judgement.height, language),
        inside=number(int(judgement["is_inside"].sum()), language),
        share=percent(last["interval"], language),
    )  # fmt: skip
    return sentence, record


def _amounts(row: Mapping[str, float], language: str, currency: str) -> dict[str, str]:
    names = {"expected": "expected_revenue", "low": "revenue_low", "high": "revenue_high"}
    return {name: money(row[column], currency, language) for name, column in names.items()}
