"""How the price of an activity moves, told by what the same customers' postings cost before.

A visit of three years ago was paid in the prices of then. The trend is that of the logarithm of a
posting's amount, each customer compared with himself, and believed where it is beyond doubt; it is
found as that of purchases is (see `clock.prices`).
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from segment.clock import prices
from segment.clock.days import between
from segment.clock.reading import FARTHEST_TREND_DAYS
from segment.summary import YEAR_DAYS

MOST_TAUGHT = 50_000  # postings of an activity that teach its trend, the latest


def in_todays_prices(
    postings: pl.DataFrame, as_of: dt.date, unmoved: Sequence[str]
) -> pl.DataFrame:
    """Add `rise_rate`, how much dearer the activity gets in a year, and `today`, the amount by it.

    Activities of `unmoved` names keep their amounts.
    """
    moved = pl.DataFrame(
        [
            (name, _rise(of_one.filter(pl.col("amount") > 0), as_of))
            for (name,), of_one in postings.sort("date", "customer_id", "amount").group_by(
                "activity", maintain_order=True
            )
            if name not in unmoved
        ],
        schema={"activity": pl.String, "rise_rate": pl.Float64},
        orient="row",
    )
    years = (pl.lit(as_of) - pl.col("date")).dt.total_days() / YEAR_DAYS
    return (
        postings.join(moved, on="activity", how="left", maintain_order="left")
        .with_columns(pl.col("rise_rate").fill_null(0.0))
        .with_columns(today=pl.col("amount") * (1 + pl.col("rise_rate")) ** years)
    )


def _rise(postings: pl.DataFrame, as_of: dt.date) -> float:
    if postings.is_empty():
        return 0.0
    taught = postings.tail(MOST_TAUGHT)
    start: dt.date = taught["date"][0]
    moved = prices.fit(
        taught["customer_id"].rank("dense").to_numpy().astype(np.intp) - 1,
        (taught["date"] - start).dt.total_days().to_numpy().astype(np.intp),
        taught["amount"].to_numpy(),
        between(start, (as_of - start).days + 1, {}),
        n_special=0,
    )
    return float(np.expm1(moved.trend))


def to_come(rise_rate: float, horizon_days: int) -> float:
    """Return what an activity costs in the middle of the horizon, over its price of today."""
    years = min(horizon_days / 2, FARTHEST_TREND_DAYS) / YEAR_DAYS
    return float((1 + rise_rate) ** years)
