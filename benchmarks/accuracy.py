"""How far off the forecast was on real shops, beside the past rate and the recipe of lifetimes.

For each window everything up to a day is known and the days after it are forecast. Printed are the
bias of the total, the normalised Gini of the order, and the share of customers within their range.
CDNOW comes inside the lifetimes package; Online Retail II is read from a Parquet file as UCI has
it (quantity, price, invoice_at, customer_id), purchases only.

    python benchmarks/accuracy.py [online_retail_ii.parquet]
"""

import datetime as dt
import sys
import warnings
from importlib.resources import files

import pandas as pd
import polars as pl
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data

import segment
from segment import backtest

WINDOWS = {
    "CDNOW": ((dt.date(1997, 9, 30), 273), (dt.date(1997, 12, 31), 181)),
    "Online Retail II": (
        (dt.date(2010, 12, 8), 365), (dt.date(2011, 6, 9), 183), (dt.date(2011, 9, 9), 91),
    ),
}  # fmt: skip


def cdnow() -> pl.DataFrame:
    """Return the purchases of all 23,570 customers."""
    text = (files("lifetimes") / "datasets" / "CDNOW_master.txt").read_text()
    rows = [line.split() for line in text.splitlines()]
    known = [(row[0], row[1], float(row[3])) for row in rows if row and row[0].isdigit()]
    frame = pl.DataFrame(known, schema=["customer_id", "date", "amount"], orient="row")
    return frame.with_columns(pl.col("date").str.to_date("%Y%m%d"))


def online_retail(path: str) -> pl.DataFrame:
    """Return the purchases of known customers."""
    return (
        pl.read_parquet(path)
        .filter(pl.col("customer_id").is_not_null(), pl.col("quantity") > 0, pl.col("price") > 0)
        .select(
            pl.col("customer_id").cast(pl.String),
            date=pl.col("invoice_at").dt.date(),
            amount=pl.col("quantity") * pl.col("price"),
        )
    )


def by_past_rate(known: pl.DataFrame, as_of: dt.date, days: int) -> pl.DataFrame:
    """Return what each customer brings who goes on as so far."""
    age = (pl.lit(as_of) - pl.col("date").min()).dt.total_days() + 1
    return known.group_by("customer_id").agg(predicted=pl.col("amount").sum() / age * days)


def by_lifetimes(known: pl.DataFrame, as_of: dt.date, days: int) -> pl.DataFrame:
    """Return the documented recipe: BG/NBD and gamma-gamma on repeat purchases."""
    frame = pd.DataFrame({name: known[name].to_list() for name in known.columns})
    table = summary_data_from_transaction_data(
        frame, "customer_id", "date", monetary_value_col="amount", observation_period_end=as_of
    )
    past = table["frequency"], table["recency"], table["T"]
    again = table[(table["frequency"] > 0) & (table["monetary_value"] > 0)]
    spends = GammaGammaFitter().fit(again["frequency"], again["monetary_value"])
    worth = spends.conditional_expected_average_profit(table["frequency"], table["monetary_value"])
    buys = BetaGeoFitter().fit(*past)
    expected = buys.conditional_expected_number_of_purchases_up_to_time(days, *past)
    return pl.DataFrame(
        {"customer_id": table.index.to_list(), "predicted": (expected * worth).to_numpy()}
    )


def by_segment(known: pl.DataFrame, as_of: dt.date, days: int) -> pl.DataFrame:
    """Return what `segment.forecast` says, with its range."""
    return segment.forecast(known, as_of, days).select(
        "customer_id", predicted="expected_revenue", low="revenue_low", high="revenue_high"
    )


def main() -> None:
    """Print a line for each window and method."""
    warnings.simplefilter("ignore")
    shops = {"CDNOW": cdnow()}
    if len(sys.argv) > 1:
        shops["Online Retail II"] = online_retail(sys.argv[1])
    for shop, rows in shops.items():
        for as_of, days in WINDOWS[shop]:
            known = rows.filter(pl.col("date") <= as_of)
            came = (
                rows.filter(pl.col("date").is_between(as_of, as_of + dt.timedelta(days), "right"))
                .group_by("customer_id")
                .agg(actual=pl.col("amount").sum())
            )
            print(f"{shop}, known up to {as_of}, {days} days ahead")
            for method in (by_past_rate, by_lifetimes, by_segment):
                said = method(known, as_of, days).join(came, on="customer_id", how="left")
                judged = said.with_columns(pl.col("actual").fill_null(0.0)).drop_nulls()
                predicted, actual = judged["predicted"], judged["actual"]
                line = f"  {method.__name__[3:]:10} bias {predicted.sum() / actual.sum() - 1:+7.1%}"
                line += f"   Gini {backtest.gini(predicted.to_numpy(), actual.to_numpy()):.4f}"
                if "low" in judged.columns:
                    held = judged["actual"].is_between(judged["low"], judged["high"]).mean()
                    line += f"   ranges hold {held:.1%}"
                print(line)


if __name__ == "__main__":
    main()
