"""Cells as words: how any type is written, what counts as empty, how words are compared."""

from collections.abc import Collection

import polars as pl

INVISIBLE = "\ufeff\u200b"


def as_text(cells: pl.Series) -> pl.Series:
    """Return cells as a reader would write them: whole numbers without .0, days in ISO form."""
    if cells.dtype == pl.String:
        return cells
    if cells.dtype.is_float():
        whole = cells.cast(pl.Int64, strict=False)
        is_whole = (whole.cast(cells.dtype) == cells).fill_null(False)
        return pl.select(
            pl.when(is_whole)
            .then(whole.cast(pl.String))
            .otherwise(cells.cast(pl.String))
            .alias(cells.name)
        ).to_series()
    if isinstance(cells.dtype, pl.Date | pl.Datetime):
        return cells.dt.to_string("iso")
    return cells.cast(pl.String)


def cleaned(cells: pl.Series, empty_words: Collection[str]) -> pl.Series:
    """Return cells without outer spaces; null where there is nothing or a word for nothing."""
    if cells.dtype.is_float():
        return cells.fill_nan(None)
    if cells.dtype != pl.String:
        return cells
    text = cells.str.strip_chars(INVISIBLE).str.strip_chars()
    is_empty = text.str.to_lowercase().is_in(["", *(word.lower() for word in empty_words)])
    return text.to_frame().select(pl.when(~is_empty).then(pl.first())).to_series()


def folded(cells: pl.Series) -> pl.Series:
    """Return text as words are compared: without width, case or outer spaces."""
    return as_text(cells).str.normalize("NFKC").str.strip_chars().str.to_lowercase()
