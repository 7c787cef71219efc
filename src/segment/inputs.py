"""What a company brings: every table through the door, as known at the end of one day.

A table is found by its name in the data folder, or where segment.toml says. One file given in
place of a folder holds the transactions, and is then all there is.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from segment import config, data
from segment.errors import DataError
from segment.schema import TABLES


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Every table that the company brings, as known at the end of `as_of`."""

    as_of: dt.date
    tables: dict[str, pl.DataFrame]
    account: pl.DataFrame
    rejected: pl.DataFrame
    notes: tuple[data.Note, ...]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Every table that the company brings, through the door but not yet cut at a day."""

    folder: Path
    tables: Mapping[str, data.Loaded]


def read(settings: config.Settings, data_dir: Path | None, as_of: dt.date | None) -> Inputs:
    """Read every table that is there; `as_of` None is the last complete month of the data.

    `data_dir` is a folder, or one file, which then holds the transactions.

    Raises:
        DataError: There are no transactions, a table cannot be read, or `as_of` lies outside
            the data.
    """
    return known_at(load(settings, data_dir), as_of)


def load(settings: config.Settings, data_dir: Path | None) -> Loaded:
    """Read every table that is there, for as many days as are asked about.

    Raises:
        DataError: There are no transactions, or a table cannot be read.
    """
    folder, sources = where(settings, data_dir)
    company = settings.company
    tables = {
        name: found
        for name, rules in sources.items()
        if (
            found := data.read(
                name,
                rules,
                folder,
                time_zone=company.time_zone,
                currency=company.currency,
            )
        )
        is not None
    }
    if "transactions" not in tables:
        raise DataError(
            f"There are no transactions in {folder}: put a file transactions.csv, .parquet or "
            '.xlsx there, or name yours as files = "…" under [data.transactions] in '
            "segment.toml. `segment sample data/sample` makes a company to try."
        )
    if not (tables["transactions"].rows["amount"] >= 0).any():
        raise DataError(
            "No transaction is a purchase: every amount is below zero. If the export writes sales "
            "as negative, turn the sign there."
        )
    return Loaded(folder=folder, tables=tables)


def known_at(loaded: Loaded, as_of: dt.date | None) -> Inputs:
    """Return the tables as they were known at the end of a day, by default of the last month.

    Raises:
        DataError: `as_of` lies outside the data, or no month is whole.
    """
    tables = loaded.tables
    days = tables["transactions"].rows["date"]
    as_of = data.last_complete_month(days) if as_of is None else _within(as_of, days)
    known = {name: data.as_known(name, found.rows, as_of) for name, found in tables.items()}
    return Inputs(
        as_of=as_of,
        tables={name: rows for name, (rows, _) in known.items()},
        account=pl.concat(data.account(found, known[name][1]) for name, found in tables.items()),
        rejected=pl.concat(found.rejected for found in tables.values()),
        notes=(
            *(note for found in tables.values() for note in found.notes),
            *_orphans({name: rows for name, (rows, _) in known.items()}),
        ),
    )


def where(
    settings: config.Settings, data_dir: Path | None
) -> tuple[Path, dict[str, data.SourceRules]]:
    """Return the folder of the tables, and how each of them is read.

    Raises:
        DataError: There is no such folder or file.
    """
    every = {name: settings.sources.get(name, data.SourceRules()) for name in TABLES}
    if data_dir is None:
        return settings.data_folder, every
    if not data_dir.exists():
        raise DataError(f"There is no folder or file {data_dir}; name one with --data.")
    if data_dir.is_dir():
        return data_dir, every
    only = replace(every["transactions"], files=str(data_dir.resolve()))
    return data_dir.parent, {"transactions": only}


def _within(as_of: dt.date, days: pl.Series) -> dt.date:
    """Return `as_of` if the data reach into its month; days typed wrongly do not count."""
    first, last = days.min(), data.last_day(days)
    if isinstance(first, dt.date) and as_of < first:
        raise DataError(
            f"as_of {as_of} is before the first transaction, {first}; choose a later day."
        )
    if last is not None and (as_of.year, as_of.month) > (last.year, last.month):
        raise DataError(
            f"as_of {as_of} is after the data, which end on {last}: bring newer data or "
            "choose an earlier day."
        )
    return as_of


def _orphans(tables: dict[str, pl.DataFrame]) -> Iterator[data.Note]:
    """Note the rows whose customer is known neither as one nor by a transaction."""
    known = pl.concat(
        tables[name]["customer_id"] for name in ("transactions", "customers") if name in tables
    ).unique()
    for name, rows in tables.items():
        if "customer_id" in rows.columns:
            count = rows.filter(~pl.col("customer_id").is_in(known.implode())).height
            if count:
                yield data.Note(key="data.orphans", values={"table": name, "count": count})
