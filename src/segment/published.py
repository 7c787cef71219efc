"""What earlier months published, as a later one reads it: labels, lines, the rows as known then.

A month's labels lie in `reports/<month>/tables`, what it had read in `reports/<month>/inputs`. Only
whole months are there (see `report.publish`), so what is found was published.
"""

import datetime as dt
from pathlib import Path

import polars as pl

from segment import history

CORRECTED = {"customer_id": pl.String, "change": pl.Float64}


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
    if not _is_of(groups, today):
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


def corrected(reports: Path, as_of: dt.date, today: pl.DataFrame) -> pl.DataFrame:
    """Return customer_id and change of whose rows were corrected since; nobody without a month."""
    day = month_end(as_of)
    kept = _kept(reports, day, today)
    return pl.DataFrame(schema=CORRECTED) if kept is None else history.corrected(kept, today, day)


def uncorrected(reports: Path, as_of: dt.date, today: pl.DataFrame) -> pl.DataFrame:
    """Return the transactions with what was corrected since last month undone; none without."""
    day, ids = month_end(as_of), corrected(reports, as_of, today)
    kept = _kept(reports, day, today)
    if kept is None or ids.is_empty():
        return today.clear()
    others = today.filter(~pl.col("customer_id").is_in(ids["customer_id"].implode()))
    return pl.concat([others, history.uncorrected(kept, today, day, ids)], how="diagonal_relaxed")


def _kept(reports: Path, day: dt.date, today: pl.DataFrame) -> pl.DataFrame | None:
    kept = _frame(reports, day, "inputs", "transactions")
    return kept if kept is not None and _is_of(kept, today.lazy()) else None


def _is_of(known: pl.DataFrame, today: pl.LazyFrame) -> bool:
    """Tell whether a month has a customer in common with the transactions of now."""
    ids = known["customer_id"].unique().implode()
    shared = today.select("customer_id").filter(pl.col("customer_id").is_in(ids)).head(1)
    return not shared.collect().is_empty()


def _frame(reports: Path, day: dt.date, part: str, name: str) -> pl.DataFrame | None:
    path = reports / f"{day:%Y-%m}" / part / f"{name}.parquet"
    return pl.read_parquet(path) if path.is_file() else None
