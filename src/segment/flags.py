"""Which of several things hold at a row, as a list of their names, also for millions of rows.

A list made row by row is slow. Of all ways in which a few flags can stand only some occur, so each
is given a number, and its list is made once.
"""

from collections.abc import Mapping

import polars as pl

MOST = 62  # flags that one whole number can hold


def named(frame: pl.DataFrame, flags: Mapping[str, pl.Expr]) -> pl.Series:
    """Return for each row the names of the flags that are true, in their order.

    The names are an Enum. A flag that is unknown is not true.

    Raises:
        ValueError: There are more flags than a whole number can hold.
    """
    if len(flags) > MOST:
        raise ValueError(f"There are {len(flags)} flags; at most {MOST} fit into a whole number.")
    number = pl.sum_horizontal(
        flag.fill_null(value=False).cast(pl.Int64) * 2**place
        for place, flag in enumerate(flags.values())
    )
    ways = frame.select(number.cast(pl.Int64)).to_series()
    every = ways.unique().sort()
    lists = pl.Series(
        [[name for place, name in enumerate(flags) if way >> place & 1] for way in every],
        dtype=pl.List(pl.Enum(list(flags))),
    )
    return lists.gather(every.search_sorted(ways))
