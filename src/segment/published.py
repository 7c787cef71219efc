"""What earlier months published, as a later one reads it: labels, lines, the rows as known then.

A month's labels lie in `reports/<month>/tables`, what it had read in `reports/<month>/inputs`. Only
whole months are there (see `report.publish`), so what is found was published.
"""

import datetime as dt
from pathlib import Path

import polars as pl


def month_end(as_of: dt.date, months: int = 1) -> dt.date:
    """Return the last day of the month that lies `months` months before that of `as_of`."""
    day = as_of
    for _ in range(months):
        day = day.replace(day=1) - dt.timedelta(days=1)
    return day


def result(reports: Path, day: dt.date, name: str) -> pl.DataFrame | None:
    """Return a result of the month that ended on `day`, or None where none was published."""
    return _frame(reports / f"{day:%Y-%m}" / "tables" / f"{name}.parquet")


def rows(reports: Path, day: dt.date, name: str) -> pl.DataFrame | None:
    """Return an input table as it was known to the month that ended on `day`, or None."""
    return _frame(reports / f"{day:%Y-%m}" / "inputs" / f"{name}.parquet")


def _frame(path: Path) -> pl.DataFrame | None:
    return pl.read_parquet(path) if path.is_file() else None
