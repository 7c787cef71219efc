"""Year against year: what was known of customers at the end of a year, beside the year after.

A year is compared with the whole year before it, and every year ends on the same day of the
calendar: both sides hold each season once, and what is known of a customer lies in the same
seasons. Each year is looked back upon as far as the others, up to two years, so that a long
history says nothing now that it could not have said then.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from segment.schema import require
from segment.summary import YEAR_DAYS, summarise

MOST_YEARS = 3  # learned from; who grew longer ago grew in another market
MOST_LOOKBACK_DAYS = 2 * YEAR_DAYS  # the last year, and the trend against the one before
FEWEST_TREND_DAYS = 90  # of the year before; fewer are too few to stand for all of it
LATE_DAYS = 182  # half a year: what of the last year came late in it
TREND, BREADTH = "trend", "breadth"
ALWAYS = ("purchases", "freshness", "age", "size", "rhythm", "order_size", "late")


@dataclass(frozen=True, kw_only=True)
class Years:
    """The days at which a year ended that was followed by a whole one, the latest first."""

    ends: tuple[dt.date, ...]
    lookback_days: int

    @property
    def has_trend(self) -> bool:
        """Whether enough is known of the year before the last one."""
        return self.lookback_days >= YEAR_DAYS + FEWEST_TREND_DAYS


def find(transactions: pl.DataFrame, as_of: dt.date) -> Years:
    """Return the years that can be learned from; none where the data hold less than two.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    require(transactions, ["customer_id", "date", "amount"], by="growth")
    known = transactions.filter(pl.col("date") <= as_of)
    first_on = known["date"].min()
    none = Years(ends=(), lookback_days=YEAR_DAYS)
    if not isinstance(first_on, dt.date):
        return none
    n_days = (as_of - first_on).days + 1
    if n_days < 2 * YEAR_DAYS:
        return none
    lookback_days = min(MOST_LOOKBACK_DAYS, n_days - YEAR_DAYS)
    n_years = min(MOST_YEARS, (n_days - lookback_days) // YEAR_DAYS)
    ends = (as_of - dt.timedelta(days=YEAR_DAYS * year) for year in range(1, n_years + 1))
    return Years(ends=tuple(ends), lookback_days=lookback_days)


def known(transactions: pl.DataFrame, day: dt.date, lookback_days: int) -> pl.DataFrame:
    """Return who can grow, as known at the end of `day`: customer_id, last_year and features.

    Those can grow who brought something in the last year: who comes back from nothing is won
    back. A part of the year before counts as a year at its rate. The breadth, the number of
    different products bought, is there where transactions name products.
    """
    seen = transactions.filter(
        pl.col("date") <= day, pl.col("date") > day - dt.timedelta(days=lookback_days)
    )
    late_on = day - dt.timedelta(days=LATE_DAYS)
    late = summarise(seen.filter(pl.col("date") > late_on), day)
    return (
        summarise(seen, day)
        .filter(pl.col("frequency").is_not_null() & (pl.col("revenue_last_year") > 0))
        .join(late.select("customer_id", late_revenue="revenue"), on="customer_id", how="left")
        .join(breadth(seen), on="customer_id", how="left")
        .sort("customer_id")
        .select("customer_id", *_features(lookback_days), last_year="revenue_last_year")
    )


def breadth(transactions: pl.DataFrame) -> pl.DataFrame:
    """Return how many different products each customer bought; null where none is named."""
    product = pl.col("product_id") if "product_id" in transactions.columns else pl.lit(None)
    return (
        transactions.filter(pl.col("amount") >= 0)
        .group_by("customer_id")
        .agg(breadth=product.drop_nulls().n_unique())
        .with_columns(pl.when(pl.col("breadth") > 0).then("breadth"))
    )


def outcomes(transactions: pl.DataFrame, years: Years) -> pl.DataFrame:
    """Return what was known at each year's end, and `grew_by`: later revenue less earlier."""
    every = []
    for end in years.ends:
        then = known(transactions, end, years.lookback_days)
        year_after = end + dt.timedelta(days=YEAR_DAYS)
        later = summarise(transactions, year_after).select("customer_id", later="revenue_last_year")
        every.append(
            then.join(later, on="customer_id", how="left", maintain_order="left").with_columns(
                pl.lit(end).alias("known_to"), grew_by=pl.col("later") - pl.col("last_year")
            )
        )
    return pl.concat(every)


def names(years: Years, frame: pl.DataFrame) -> tuple[str, ...]:
    """Return the features that are known in every year."""
    has_breadth = frame.height > 0 and frame[BREADTH].null_count() < frame.height
    optional = {TREND: years.has_trend, BREADTH: has_breadth}
    return (*ALWAYS, *(name for name, is_known in optional.items() if is_known))


def _features(lookback_days: int) -> list[pl.Expr]:
    age, last = pl.col("T") + 1, pl.col("revenue_last_year")
    days_before = max(lookback_days - YEAR_DAYS, 1)
    before = pl.col("revenue_year_before").clip(0) * (YEAR_DAYS / days_before)
    every = {
        "purchases": pl.col("frequency").log1p(),
        "freshness": pl.col("recency") / age,
        "age": age.log(),
        "size": last.log1p(),
        "rhythm": (pl.col("frequency") / age).sqrt(),
        "order_size": (last / pl.col("purchases_last_year").clip(1)).log1p(),
        "late": (pl.col("late_revenue").fill_null(0.0) / last).clip(0, 1),
        TREND: last.log1p() - before.log1p(),
        BREADTH: pl.col("breadth").log1p(),
    }
    return [expression.alias(name) for name, expression in every.items()]
