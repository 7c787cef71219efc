"""Rows set aside and excluded, as they go on record."""

import polars as pl

from segment.data.account import money_of
from segment.data.arrange import Arranged
from segment.data.loaded import REJECTED, SET_ASIDE
from segment.data.words import as_text

TORN_LINE = "torn_line"


def on_record(arranged: Arranged, rows: pl.DataFrame, verdict: pl.DataFrame) -> pl.DataFrame:
    """Return the rejected rows with where they stand, why, and what they held."""
    is_bad = verdict["kind"].is_not_null()
    bad = verdict.filter(is_bad)
    source = arranged.source.filter(is_bad)
    record = source.select(pl.struct(source.columns).struct.json_encode()).to_series()
    found = arranged.place.filter(is_bad).with_columns(
        bad.get_columns(),
        table=pl.lit(arranged.table),
        value=_offending(arranged, bad["column"], is_bad),
        amount=money_of(arranged.table, rows).filter(is_bad),
        record=record,
    )
    torn = arranged.torn.with_columns(
        table=pl.lit(arranged.table),
        kind=pl.lit(SET_ASIDE),
        column=pl.lit(None, pl.String),
        reason=pl.lit(TORN_LINE),
        amount=pl.lit(None, pl.Float64),
        record=arranged.torn.select(pl.struct(line="value").struct.json_encode()).to_series(),
    )
    return pl.concat(part.select(REJECTED.names()) for part in (found, torn)).sort(
        pl.col("file").rank("dense"), "row", maintain_order=True
    )


def _offending(arranged: Arranged, column: pl.Series, is_bad: pl.Series) -> pl.Series:
    """Return the cell of each row in the column that was found at fault."""
    values: pl.Expr = pl.lit(None, pl.String)
    for name in column.drop_nulls().unique().sort():
        is_here = column == name
        for written in arranged.under(name):
            values = pl.when(is_here).then(as_text(written.filter(is_bad))).otherwise(values)
    return column.to_frame("column").with_columns(value=values)["value"]
