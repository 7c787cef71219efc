"""Workbooks and Parquet files into cells.

Excel's cells come as text (its days in ISO form), because one of its columns may hold anything;
Parquet keeps its types, so that a million lines need not be written out and read again.
"""

import datetime as dt
from pathlib import Path

import polars as pl

from segment.data.raw import Raw, named
from segment.data.rules import SourceRules
from segment.errors import DataError, listed, nearest

ALL_SHEETS = "*"
NESTED = "(nested values)"
EPOCH = dt.date(1970, 1, 1)
SECONDS_A_DAY = 86_400


def workbook(path: Path, rules: SourceRules) -> list[Raw]:
    """Read the declared sheets of a workbook, each with its header in the first filled row.

    Raises:
        DataError: The workbook cannot be opened, or there is no such sheet.
    """
    import fastexcel  # noqa: PLC0415  (a tenth of a second that only workbooks need)

    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise _unreadable(path, str(error)) from None
    sheets = [
        sheet for sheet in book.sheet_names if rules.sheet in (ALL_SHEETS, sheet) or not rules.sheet
    ][: None if rules.sheet == ALL_SHEETS else 1]
    if not sheets:
        raise DataError(
            f"{path.name} has no sheet '{rules.sheet}'{nearest(rules.sheet, book.sheet_names)}; "
            f'it has {listed(book.sheet_names)}. sheet = "*" reads all of them.'
        )
    found = []
    for sheet in sheets:
        label = path.name if len(sheets) == 1 else f"{path.name}, sheet {sheet}"
        try:
            frame = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
        except fastexcel.FastExcelError as error:
            raise _unreadable(path, str(error)) from None
        raw = _sheet(frame, rules, label)
        found += [raw] if raw is not None else []
    if not found:
        raise DataError(f"{path.name} is empty; export it again.")
    return found


def _unreadable(path: Path, error: str) -> DataError:
    if "password" in error.lower() or "encrypt" in error.lower():
        return DataError(f"{path.name} is protected by a password; save it without one.")
    return DataError(
        f"{path.name} cannot be opened as a workbook: {error.splitlines()[0]}. If it is protected "
        "by a password or damaged, open it in Excel and save it again as .xlsx."
    )


def _sheet(frame: pl.DataFrame, rules: SourceRules, file: str) -> Raw | None:
    """Turn a sheet without header into cells; nothing where it holds nothing."""
    frame = frame.with_row_index("row number").with_columns(pl.col("row number").cast(pl.Int64))
    texts = pl.exclude("row number").str.strip_chars()
    filled = frame.filter(pl.any_horizontal(texts != "")) if frame.width > 1 else frame.clear()
    if filled.is_empty():
        return None
    first = [None if cell is None else str(cell) for cell in filled.row(0)[1:]]
    if rules.header and len(rules.header) != len(first):
        raise DataError(
            f"header in segment.toml names {len(rules.header)} columns, but {file} has "
            f"{len(first)}: {' | '.join(cell or '' for cell in first[:12])}."
        )
    names, repeated = named(rules.header or first)
    start = -1 if rules.header else filled["row number"][0]
    body = filled if rules.header else filled.slice(1)
    cells = body.drop("row number")
    return Raw(
        file=file,
        cells=cells.rename(dict(zip(cells.columns, names, strict=True))),
        row=body["row number"] - start,
        repeated=repeated,
    )


def parquet(path: Path, rules: SourceRules) -> Raw:
    """Read a Parquet file with its types.

    Raises:
        DataError: It cannot be opened, or a header is declared for it.
    """
    if rules.header:
        raise DataError(f"{path.name} names its columns itself; remove header from segment.toml.")
    try:
        frame = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(
            f"{path.name} cannot be opened as a Parquet file: {str(error).splitlines()[0]}. "
            "Write it again from its source."
        ) from None
    names, repeated = named(frame.columns)
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
    return Raw(
        file=path.name,
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
