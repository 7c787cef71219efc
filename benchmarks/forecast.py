"""The forecast of 12 months: the recipe of lifetimes' own documentation, and ours, side by side.

Both start from the same made transactions in one process: about six a customer over three years,
in the order of their days as a shop's books are. Ours starts from a Parquet file; lifetimes from a
pandas frame that is already there, so that reading is not counted against it. Beside them stands
the least that any summary must do: polars' bare group-by of the same file, by customer and day and
then by customer. Seconds are the best of several runs; lifetimes runs once, its seconds being many.
Peak memory is that of the process while the recipe runs, imports and what it starts from included.

    python benchmarks/forecast.py [customers ...] [--repeats 3] [--by-customer]
"""

import argparse
import contextlib
import datetime as dt
import gc
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import ConvergenceError, summary_data_from_transaction_data

import segment

FIRST_ON = dt.date(2023, 11, 1)
N_DAYS = 1096
AS_OF = FIRST_ON + dt.timedelta(days=N_DAYS - 1)
MOST_PURCHASES = 60
RATE_SHAPE, RATE_DAYS = 0.9, 32  # gives six purchases a customer
RULES = segment.ClvRules(margin_rate=1)  # lifetimes values turnover, not margin
SIZES = [10_000, 100_000, 1_000_000]
PENALTY = 1e-4  # the smallest of the usual ones
PROCESS = Path("/proc/self")
FORGET_PEAK = "5"  # Linux: what to write to clear_refs so that VmHWM starts anew


def made(n_customers: int) -> pl.DataFrame:
    """Return transactions of customers who buy at own rates and may leave after any purchase."""
    rng = np.random.default_rng(1)
    start = rng.integers(0, N_DAYS - 30, n_customers)
    rate = rng.gamma(RATE_SHAPE, 1 / RATE_DAYS, n_customers)
    gaps = rng.exponential(1 / rate[:, None], (n_customers, MOST_PURCHASES))
    gaps[:, 0] = 0
    stays = rng.random(gaps.shape) >= rng.beta(1.0, 5.0, n_customers)[:, None]
    still_there = np.cumprod(np.hstack([np.ones((n_customers, 1)), stays[:, :-1]]), axis=1) > 0
    day = start[:, None] + np.cumsum(gaps, axis=1)
    customer, purchase = np.nonzero(still_there & (day < N_DAYS))
    mean = rng.gamma(6, 10, n_customers)[customer]
    return pl.DataFrame(
        {
            "customer_id": customer.astype(str),
            "date": np.datetime64(FIRST_ON) + day[customer, purchase].astype(int),
            "amount": np.round(rng.gamma(5, mean / 5) + 0.01, 2),
        }
    ).with_columns(pl.col("date").cast(pl.Date))


def in_pandas(path: Path) -> pd.DataFrame:
    """Return the transactions as lifetimes wants them."""
    transactions = pl.read_parquet(path)
    return pd.DataFrame(
        {
            "customer_id": transactions["customer_id"].to_list(),
            "date": pd.to_datetime(transactions["date"].to_numpy()),
            "amount": transactions["amount"].to_numpy(),
        }
    )


def by_group(path: Path) -> float:
    """Return the money of all customers by the bare group-by."""
    day = pl.col("date")
    return (
        pl.scan_parquet(path)
        .group_by("customer_id", "date")
        .agg(pl.col("amount").sum())
        .group_by("customer_id")
        .agg(pl.len(), pl.col("amount").sum(), first_on=day.min(), last_on=day.max())
        .collect()["amount"]
        .sum()
    )


def by_segment(path: Path) -> float:
    """Return the total value of 12 months by `segment.forecast`, intervals included."""
    return segment.forecast(pl.scan_parquet(path), AS_OF, rules=RULES)["clv"].sum()


def by_lifetimes(frame: pd.DataFrame) -> float:
    """Return the total value of 12 months by the documented recipe."""
    table = summary_data_from_transaction_data(
        frame, "customer_id", "date", monetary_value_col="amount", observation_period_end=AS_OF
    )
    buys = BetaGeoFitter().fit(table["frequency"], table["recency"], table["T"])
    repeat = table[(table["frequency"] > 0) & (table["monetary_value"] > 0)]
    spends = spend_by_lifetimes(repeat)
    value = spends.customer_lifetime_value(
        buys, table["frequency"], table["recency"], table["T"], table["monetary_value"],
        time=12, discount_rate=0.008, freq="D",
    )  # fmt: skip
    return float(value.sum())


def spend_by_lifetimes(repeat: pd.DataFrame) -> GammaGammaFitter:
    """Fit spend, and where that fails do what its message advises: try again with a penalty."""
    data = repeat["frequency"], repeat["monetary_value"]
    try:
        with contextlib.redirect_stdout(None):
            return GammaGammaFitter().fit(*data)
    except ConvergenceError:
        return GammaGammaFitter(penalizer_coef=PENALTY).fit(*data)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a recipe took: seconds, the best of its runs, and megabytes, the most of them."""

    seconds: float
    peak: float


def taken(name: str, recipe: Callable[..., float], start_from: object, repeats: int) -> Taken:
    """Run a recipe several times, print what it took, and return that."""
    gc.collect()
    (PROCESS / "clear_refs").write_text(FORGET_PEAK)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        total = recipe(start_from)
        seconds.append(time.perf_counter() - start)
    lines = (PROCESS / "status").read_text().splitlines()
    peak = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    print(f"  {name:10} {min(seconds):8.2f} s {peak:8,.0f} MB   total {total:16,.0f}", flush=True)
    return Taken(seconds=min(seconds), peak=peak)


def compare(n_customers: int, *, repeats: int, by_customer: bool) -> None:
    """Compare the recipes for a number of customers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "transactions.parquet"
        transactions = made(n_customers)
        n_rows = transactions.height
        (transactions if by_customer else transactions.sort("date")).write_parquet(path)
        del transactions
        print(f"{n_customers:,} customers, {n_rows / n_customers:.2f} transactions each")
        bare = taken("group-by", by_group, path, repeats)
        ours = taken("segment", by_segment, path, repeats)
        theirs = taken("lifetimes", by_lifetimes, in_pandas(path), 1)
    print(
        f"  lifetimes / segment {theirs.seconds / ours.seconds:.1f}, "
        f"segment / group-by {ours.seconds / bare.seconds:.1f}\n"
    )


def main() -> None:
    """Compare the recipes for each number of customers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("customers", nargs="*", type=int, default=SIZES)
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the best counts")
    parser.add_argument("--by-customer", action="store_true", help="rows in order of customers")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    segment.forecast(made(100), AS_OF)  # imports are not the subject
    for n_customers in chosen.customers:
        compare(n_customers, repeats=chosen.repeats, by_customer=chosen.by_customer)


if __name__ == "__main__":
    main()
