"""Parquet files into cells: they keep their types, so that a million lines are not read as text.

What only polars could hold (lists, bytes, durations) becomes text, which readers can see.
"""

import datetime as dt
from pathlib import Path

import polars as pl

from segment.data.raw import Raw, named
from segment.data.rules import SourceRules
from segment.errors import DataError

NESTED = "(nested values)"
EPOCH = dt.date(1970, 1, 1)
SECONDS_A_DAY = 86_400


def read_parquet(path: Path, label: str, rules: SourceRules) -> Raw:
    """Read a Parquet file with its types.

    Raises:
        DataError: It cannot be opened, or a header is declared for it.
    """
    if rules.header:
        raise DataError(f"{label} names its columns itself; remove header from segment.toml.")
    try:
        frame = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise DataError(
            f"{label} cannot be opened as a Parquet file: {str(error).splitlines()[0]}. "
            "Write it again from its source."
        ) from None
    names, repeated = named(frame.columns)
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
    return Raw(
        file=label,
        cells=tamed(frame),
        row=pl.int_range(1, frame.height + 1, eager=True),
        repeated=repeated,
    )


def tamed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with text, numbers, days, moments and yes or no only; the rest as text."""
    return frame.select(_tame(frame[name]) for name in frame.columns)


def _tame(cells: pl.Series) -> pl.Series:
    dtype = cells.dtype
    if isinstance(dtype, pl.Date | pl.Datetime):
        return _writable(cells)
    if dtype.is_numeric():
        return cells.cast(pl.Float64) if isinstance(dtype, pl.Decimal) else cells
    if dtype.is_nested() or dtype == pl.Object:
        nested = pl.when(cells.is_not_null()).then(pl.lit(NESTED))
        cells = pl.select(nested.alias(cells.name)).to_series()
    if isinstance(dtype, pl.Duration):
        cells = cells.dt.to_string("iso")
    if dtype == pl.Binary:
        cells = _decoded(cells)
    return cells if cells.dtype == pl.Boolean else cells.cast(pl.String)


def _decoded(cells: pl.Series) -> pl.Series:
    try:
        return cells.cast(pl.String)
    except pl.exceptions.ComputeError:  # bytes that are no text
        return cells.bin.encode("hex")


def _writable(cells: pl.Series) -> pl.Series:
    """Null what lies outside the calendar's years, which polars can neither write nor compare."""
    per_day = 1
    if isinstance(cells.dtype, pl.Datetime):
        per_day = SECONDS_A_DAY * {"ms": 10**3, "us": 10**6, "ns": 10**9}[cells.dtype.time_unit]
    day = cells.to_physical() // per_day
    low, high = ((day - EPOCH).days for day in (dt.date(1, 1, 2), dt.date(9999, 12, 30)))
    kept = cells.to_frame().select(pl.when(day.is_between(low, high)).then(pl.first())).to_series()
    if isinstance(kept.dtype, pl.Datetime):
        return kept.cast(pl.Datetime("us", kept.dtype.time_zone))
    return kept
