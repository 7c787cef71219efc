"""Who passes a line: who reaches it, and near it whoever was on that side a month ago.

A customer near a line would flicker from month to month. So whoever was at or above it stays until
the value has fallen below it by more than a margin, and whoever was below enters once the value has
passed it by that margin (hysteresis, as of a Schmitt trigger); who was not there is told by the
line itself.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add

import polars as pl

from segment.cuts.exact import MILLION


@dataclass(frozen=True, kw_only=True)
class Band:
    """A line in whole millionths, from where one stays above it, and from where one enters."""

    stay: int
    at: int
    enter: int


def band(line: int | None, margin: float = 0.0) -> Band | None:
    """Return the band of `margin`, a share from 0 to 1 of the line, on both sides of it.

    A line below zero has the share of its size; a line at zero has no band, since there is nothing
    to take a share of. A line above zero is never passed by zero or less, however wide its band.
    """
    if line is None:
        return None
    width = Fraction(str(margin)) * abs(line)
    stay = math.ceil(line - width)
    return Band(stay=max(stay, 1) if line > 0 else stay, at=line, enter=math.ceil(line + width))


def points(line: int | None, width: float) -> Band | None:
    """Return the band of `width` in the unit of the line, such as points of a probability."""
    if line is None:
        return None
    whole = round(Fraction(str(width)) * MILLION)
    return Band(stay=line - whole, at=line, enter=line + whole)


def passes(values: pl.Series, held: Band | None, was: pl.Series | None = None) -> pl.Series:
    """Tell who passes a line; unknown values are null, and nobody passes a line that is None.

    `was` tells who passed it last month: true, false, or null for who cannot be told.
    """
    if held is None:
        return pl.repeat(False, len(values), dtype=pl.Boolean, eager=True).set(
            values.is_null(), None
        )
    if was is None:
        return values >= held.at
    value, before = pl.col("value"), pl.col("was")
    return pl.select(value=values, was=was).select(
        pl.when(before)
        .then(value >= held.stay)
        .when(~before)
        .then(value >= held.enter)
        .otherwise(value >= held.at)
    )["value"]


def place(
    values: pl.Series, bands: Sequence[Band | None], was: pl.Series | None = None
) -> pl.Series:
    """Count the lines that each value has missed: 0 is the best place; unknown values have none.

    `was` is the place a month ago, null for who had none.
    """
    missed = reduce(
        add,
        (
            (~passes(values, held, None if was is None else was <= line)).cast(pl.UInt32)
            for line, held in enumerate(bands)
        ),
    )
    return missed.set(values.is_null(), None)
