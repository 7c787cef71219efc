"""What earlier months published, as a later one reads it: labels, lines, the rows as known then.

A month's labels lie in `reports/<month>/tables`, what it had read in `reports/<month>/inputs`. Only
whole months are there (see `report.publish`), so what is found was published.
"""

import datetime as dt
from pathlib import Path

import polars as pl

from segment import history


def month_end(as_of: dt.date, months: int = 1) -> dt.date:
    """Return the last day of the month that lies `months` months before that of `as_of`."""
    day = as_of
    for _ in range(months):
        day = day.replace(day=1) - dt.timedelta(days=1)
    return day


def result(reports: Path, day: dt.date, name: str, today: pl.LazyFrame) -> pl.DataFrame | None:
    """Return a result of the month that ended on `day`, or None where none was published.

    `today` are the transactions of now: a month without a customer in common with them is another
    company's and counts as none.
    """
    groups = _frame(reports, day, "tables", "groups")
    if groups is None:
        return None
    ids = groups["customer_id"].implode()
    shared = today.select("customer_id").filter(pl.col("customer_id").is_in(ids)).head(1)
    if shared.collect().is_empty():
        return None
    return groups if name == "groups" else _frame(reports, day, "tables", name)


def past(
    reports: Path, as_of: dt.date, name: str, n_months: int, today: pl.LazyFrame
) -> dict[dt.date, pl.DataFrame]:
    """Return a result of the months before `as_of`, back to the first gap, by their last days."""
    found: dict[dt.date, pl.DataFrame] = {}
    for months in range(1, n_months + 1):
        day = month_end(as_of, months)
        frame = result(reports, day, name, today)
        if frame is None:
            break
        found[day] = frame
    return found


def uncorrected(reports: Path, as_of: dt.date, today: pl.DataFrame) -> pl.DataFrame:
    """Return the transactions with what was corrected since last month undone.

    No rows where no month was published before, or none of its rows were corrected.
    """
    day = month_end(as_of)
    kept = _frame(reports, day, "inputs", "transactions")
    if kept is None or result(reports, day, "groups", today.lazy()) is None:
        return today.clear()
    ids = history.corrected(kept, today, day)
    if ids.is_empty():
        return today.clear()
    others = today.filter(~pl.col("customer_id").is_in(ids["customer_id"].implode()))
    return pl.concat([others, history.uncorrected(kept, today, day, ids)], how="diagonal_relaxed")


def _frame(reports: Path, day: dt.date, part: str, name: str) -> pl.DataFrame | None:
    path = reports / f"{day:%Y-%m}" / part / f"{name}.parquet"
    return pl.read_parquet(path) if path.is_file() else None
