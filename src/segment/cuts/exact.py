"""Numbers in whole millionths, so that sums are exact and ties are ties.

A sum of whole numbers does not depend on the order of the rows, and 0.1 + 0.2 is 0.3.
"""

import math
from collections.abc import Iterable, Sequence

import polars as pl

from segment.errors import DataError
from segment.schema import require

MILLION = 1_000_000
# Far above any money and far below what a sum of whole millionths over 10^8 rows can hold.
LARGEST = 1e24


def require_numbers(frame: pl.DataFrame, columns: Iterable[str], *, by: str) -> None:
    """Check that `frame` has the columns that `by` reads, and that they hold numbers.

    Raises:
        DataError: A column is missing or holds something else.
    """
    columns = list(columns)
    require(frame, columns, by=by)
    for column in columns:
        dtype = frame.schema[column]
        if not (dtype.is_numeric() or dtype == pl.Null):
            raise DataError(f"{by} needs numbers in the column {column}, which holds {dtype}.")


def amounts(frame: pl.DataFrame, column: str) -> pl.Series:
    """Return a column of numbers in whole millionths; null, NaN and infinite are null."""
    value = pl.col(column).cast(pl.Float64)
    whole = (value * MILLION).round().cast(pl.Int128, strict=False)
    return frame.select(pl.when(value.is_between(-LARGEST, LARGEST)).then(whole)).to_series()


def exact(numbers: Sequence[float | None]) -> list[int | None]:
    """Return numbers in whole millionths, by the same rounding as a column of them."""
    return amounts(pl.DataFrame({"x": pl.Series(numbers, dtype=pl.Float64)}), "x").to_list()


def number(whole: int) -> float:
    """Return the number that has so many millionths; `exact` of it is `whole` again.

    Above some 10^9 a float has fewer digits than a count of millionths, and the quotient may lie
    one float beside the value that the count was made from.
    """
    near = whole / MILLION
    around = [near, math.nextafter(near, -math.inf), math.nextafter(near, math.inf)]
    return next(one for one, back in zip(around, exact(around), strict=True) if back == whole)
