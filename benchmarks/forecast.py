"""The forecast of 12 months: the recipe of lifetimes' own documentation, and ours, side by side.

Both start from the same made transactions in one process: about six a customer over three years.
Printed are seconds, their ratio, and the peak memory of the process so far.

    python benchmarks/forecast.py [customers ...]
"""

import datetime as dt
import resource
import sys
import time
import warnings

import numpy as np
import pandas as pd
import polars as pl
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data

import segment

FIRST_ON = dt.date(2023, 11, 1)
N_DAYS = 1096
MOST_PURCHASES = 60


def made(n_customers: int) -> pl.DataFrame:
    """Return transactions of customers who buy at own rates and may leave after any purchase."""
    rng = np.random.default_rng(1)
    start = rng.integers(0, N_DAYS - 30, n_customers)
    rate = rng.gamma(0.9, 1 / 55, n_customers)
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


def in_pandas(transactions: pl.DataFrame) -> pd.DataFrame:
    """Return the transactions as lifetimes wants them."""
    return pd.DataFrame(
        {
            "customer_id": transactions["customer_id"].to_list(),
            "date": pd.to_datetime(transactions["date"].to_numpy()),
            "amount": transactions["amount"].to_numpy(),
        }
    )


def by_lifetimes(frame: pd.DataFrame, as_of: dt.date) -> float:
    """Return the total value of 12 months by the documented recipe."""
    table = summary_data_from_transaction_data(
        frame, "customer_id", "date", monetary_value_col="amount", observation_period_end=as_of
    )
    buys = BetaGeoFitter().fit(table["frequency"], table["recency"], table["T"])
    repeat = table[(table["frequency"] > 0) & (table["monetary_value"] > 0)]
    spends = GammaGammaFitter().fit(repeat["frequency"], repeat["monetary_value"])
    value = spends.customer_lifetime_value(
        buys, table["frequency"], table["recency"], table["T"], table["monetary_value"],
        time=12, discount_rate=0.008, freq="D",
    )  # fmt: skip
    return float(value.sum())


def by_segment(transactions: pl.DataFrame, as_of: dt.date) -> float:
    """Return the total value of 12 months by `segment.forecast`, intervals included."""
    return float(segment.forecast(transactions, as_of)["clv"].sum())


def timed(name: str, recipe, transactions, as_of: dt.date) -> float:
    """Run a recipe, print what it took, and return the seconds."""
    start = time.perf_counter()
    total = recipe(transactions, as_of)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {name:10} {seconds:7.2f} s   total {total:16,.0f}   peak {peak:7,.0f} MB")
    return seconds


def main() -> None:
    """Compare the two for each number of customers."""
    warnings.simplefilter("ignore")
    as_of = FIRST_ON + dt.timedelta(days=N_DAYS - 1)
    by_segment(made(100), as_of)  # imports are not the subject
    for n_customers in [int(word) for word in sys.argv[1:]] or [10_000, 100_000]:
        transactions = made(n_customers)
        print(f"{n_customers:,} customers, {transactions.height:,} transactions")
        ours = timed("segment", by_segment, transactions, as_of)
        theirs = timed("lifetimes", by_lifetimes, in_pandas(transactions), as_of)
        print(f"  ratio      {theirs / ours:7.2f}")


if __name__ == "__main__":
    main()
