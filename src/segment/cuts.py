"""Where a line falls: at a floor, after a share of the heads, or after a share of the money.

One passes a line when what stands strictly above one has not filled it yet. So everyone who ties
with the last to pass also passes, and the set that passes is the smallest that fills the line.
Shares are taken as they are written (7% of 100 is 7, though 100 * 0.07 is 7.000000000000001) and
values in whole millionths, so that sums are exact and do not depend on the order of the rows.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from operator import add

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
    exact = (value * MILLION).round().cast(pl.Int128, strict=False)
    return frame.select(pl.when(value.is_between(-LARGEST, LARGEST)).then(exact)).to_series()


def by_floors(values: pl.Series, floors: Sequence[float]) -> pl.Series:
    """Place values at 0 from the first floor up, at 1 from the second, and last below them all.

    A value exactly on a floor has reached it.
    """
    exact = [round(Fraction(str(floor)) * MILLION) for floor in floors]
    return _placed(values, [values >= floor for floor in exact])


def by_heads(values: pl.Series, shares: Sequence[float]) -> pl.Series:
    """Place the top `shares[0]` of the known values at 0, the next share at 1, the rest last.

    A value of zero or less passes no line, so it takes the last place.
    """
    above = values.rank("min", descending=True).cast(pl.Int64) - 1
    return _by_shares(values, above, values.count(), shares)


def by_money(values: pl.Series, shares: Sequence[float]) -> pl.Series:
    """Place the smallest set that holds `shares[0]` of all positive value at 0, and so on.

    The rest comes last. A value of zero or less passes no line, so it takes the last place.
    """
    gains = values.clip(lower_bound=0)
    order = gains.arg_sort(descending=True, nulls_last=True)
    falling = pl.DataFrame({"value": gains.gather(order)})
    sum_above = pl.col("value").cum_sum() - pl.col("value")
    starts_tie = pl.col("value").ne_missing(pl.col("value").shift()) | (pl.int_range(pl.len()) == 0)
    above = falling.select(pl.when(starts_tie).then(sum_above).forward_fill()).to_series()
    return _by_shares(values, above.gather(order.arg_sort()), int(gains.sum()), shares)


def whole_share(share: float, of: int) -> int:
    """Return the smallest whole number that is at least `share` of `of`, exactly."""
    return math.ceil(Fraction(str(share)) * of)


def named(places: pl.Series, labels: Sequence[str]) -> pl.Series:
    """Turn places (0 the best) into labels as an Enum, best first."""
    return pl.Series(labels, dtype=pl.Enum(labels)).gather(places)


def _by_shares(
    values: pl.Series, above: pl.Series, total: int, shares: Sequence[float]
) -> pl.Series:
    lines = [math.ceil(share * total) for share in _running(shares)]
    return _placed(values, [(values > 0) & (above < line) for line in lines])


def _running(shares: Sequence[float]) -> Iterator[Fraction]:
    total = Fraction(0)
    for share in shares:
        total += Fraction(str(share))
        yield total


def _placed(values: pl.Series, passes: Sequence[pl.Series]) -> pl.Series:
    """Count the lines that each value has missed; unknown values have no place."""
    missed = reduce(add, ((~one).cast(pl.UInt32) for one in passes))
    return missed.set(values.is_null(), None)
