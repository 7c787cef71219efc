"""The few numbers that lead the page, each beside what it was a month and a year ago.

All of them come from the transactions alone, so that the past ones are counted by the same rule
as today's: a month is a calendar month up to the same day, a year is 365 days.
"""

import calendar
import datetime as dt

import polars as pl

from segment import history
from segment.schema import require
from segment.summary import YEAR_DAYS

MONTHS = 12  # back from now, so that the line of a figure begins at the same month a year ago
KINDS = {
    "revenue_of_month": "money",
    "revenue_of_year": "money",
    "buyers_of_year": "count",
    "repeat_rate": "share",
    "average_order_value": "money",
}


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day `months` earlier; the end of a month stays the end of a month."""
    whole = day.year * 12 + day.month - 1 - months
    year, month = divmod(whole, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return dt.date(year, month + 1, last if is_end else min(day.day, last))


def key_figures(transactions: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Return figure, kind, now, month_ago, year_ago and line.

    The line holds the figure at 13 month ends, oldest first, from a year ago up to now, each by
    the same rule. What the data do not reach is null.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    require(transactions, ["customer_id", "date", "amount"], by="key_figures")
    then = [_at(transactions, months_before(as_of, months)) for months in range(MONTHS, -1, -1)]
    line = pl.Series("line", [[at[name] for at in then] for name in KINDS], pl.List(pl.Float64))
    return pl.DataFrame({"figure": list(KINDS), "kind": list(KINDS.values())}).select(
        "figure",
        "kind",
        now=line.list.last(),
        month_ago=line.list.get(MONTHS - 1),
        year_ago=line.list.first(),
        line=line,
    )


def _at(transactions: pl.DataFrame, day: dt.date) -> dict[str, float | None]:
    month_start, year_start = day.replace(day=1), _year_start(day)
    month = _between(transactions, month_start, day)
    year = _between(transactions, year_start, day)
    has_month = _reaches(transactions, month_start)
    has_year = _reaches(transactions, year_start)
    return {
        "revenue_of_month": float(month["amount"].sum()) if has_month else None,
        "revenue_of_year": float(year["amount"].sum()) if has_year else None,
        "buyers_of_year": float(_buyers(year)) if has_year else None,
        "repeat_rate": history.repeat_rate(year) if has_year else None,
        "average_order_value": history.average_order_value(year) if has_year else None,
    }


def years(transactions: pl.DataFrame, as_of: dt.date) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Return the transactions of the last 365 days and of the 365 days before them.

    The second is None where the data do not hold all of those days: who bought nothing then
    cannot be told from who bought before the data begin.

    Raises:
        DataError: `transactions` lacks the column date.
    """
    require(transactions, ["date"], by="years")
    year_ago = as_of - dt.timedelta(days=YEAR_DAYS)
    start = _year_start(year_ago)
    before = _between(transactions, start, year_ago) if _reaches(transactions, start) else None
    return _between(transactions, _year_start(as_of), as_of), before


def monthly_revenue(transactions: pl.DataFrame, as_of: dt.date, months: int = 13) -> pl.DataFrame:
    """Return month (its first day) and revenue of the last `months` up to `as_of`.

    A month without a sale has 0; the months before the data begin are not there.

    Raises:
        DataError: `transactions` lacks date or amount.
    """
    require(transactions, ["date", "amount"], by="monthly_revenue")
    known = transactions.filter(pl.col("date") <= as_of)
    first = known.select(pl.col("date").min().dt.truncate("1mo")).item()
    last = as_of.replace(day=1)
    axis = pl.date_range(months_before(last, months - 1), last, "1mo", eager=True).alias("month")
    sums = known.group_by(month=pl.col("date").dt.truncate("1mo")).agg(
        revenue=pl.col("amount").sum().cast(pl.Float64)
    )
    return (
        axis.to_frame()
        .filter(pl.col("month") >= pl.lit(first, dtype=pl.Date))
        .join(sums, on="month", how="left", maintain_order="left")
        .with_columns(pl.col("revenue").fill_null(0.0))
    )


def _year_start(last: dt.date) -> dt.date:
    return last - dt.timedelta(days=YEAR_DAYS - 1)


def _reaches(transactions: pl.DataFrame, day: dt.date) -> bool:
    """Tell whether the data begin on `day` or before it."""
    first_on = transactions["date"].min()
    return isinstance(first_on, dt.date) and first_on <= day


def _between(transactions: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    return transactions.filter(pl.col("date").is_between(first, last))


def _buyers(rows: pl.DataFrame) -> int:
    return rows.filter(pl.col("amount") >= 0)["customer_id"].n_unique()
