"""What `fit` and `predict` insist on: prospects as the door hands them over."""

import datetime as dt

import polars as pl

from segment.data.known import CLOSED_LATER
from segment.errors import DataError, listed
from segment.schema import OUTCOMES, Prospects, require

CONTRACT = tuple(Prospects.columns())


def checked(prospects: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Return the prospects, their contract columns in the contract's types.

    Raises:
        DataError: A column is missing or of another type, or rows break the contract.
    """
    require(prospects, CONTRACT, by=by)
    for name in ("created_on", "closed_on"):
        if prospects[name].dtype not in (pl.Date, pl.Datetime, pl.Null):
            raise DataError(
                f"{by} needs days in {name}, which holds {prospects[name].dtype}; "
                "read the file with segment.data, which turns its text into days."
            )
    for name in ("prospect_id", "outcome"):
        if prospects[name].dtype.is_nested() or prospects[name].dtype in (pl.Object, pl.Binary):
            raise DataError(f"{by} needs text in {name}, which holds {prospects[name].dtype}.")
    contract = prospects.select(
        pl.col("prospect_id").cast(pl.String),
        pl.col("created_on").cast(pl.Date),
        pl.col("outcome").cast(pl.String).cast(pl.Enum(OUTCOMES), strict=False),
        pl.col("closed_on").cast(pl.Date),
    )
    broken = Prospects.filter(contract).failure.counts()
    if broken:
        told = [f"{rule.replace('|', ': ')} ({count})" for rule, count in broken.items()]
        raise DataError(
            f"{by} was given {len(prospects)} prospects of which some break their contract: "
            f"{listed(told)}. Read the file with segment.data, which sets such rows aside."
        )
    return prospects.with_columns(contract)


def witnesses(prospects: pl.DataFrame, as_of: dt.date) -> pl.Series:
    """Tell the prospects that show what open and closed ones hold: all but those closed later.

    Those were open at the end of `as_of`, but their fields are as the closing left them.
    """
    is_later = (pl.col("closed_on") > as_of).fill_null(False)
    if prospects.schema.get(CLOSED_LATER) == pl.Boolean:
        is_later = is_later | pl.col(CLOSED_LATER).fill_null(False)
    return prospects.select(~is_later).to_series()
