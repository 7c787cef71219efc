"""Typed values as the columns that a linear score weighs.

A number is a line with bends at its quantiles: each value lies between two bends and shares its
weight between them, flat beyond the outer ones. A category is one column a level; levels met
seldom share one. A missing cell is a level of its own, so that its rate is learned, not assumed.
Nothing here looks at outcomes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from segment.prospects.features import Feature

Floats = npt.NDArray[np.float64]

# Bends enough for a curve that rises and falls; beyond the outer ones lie the odd values.
QUANTILES = (0.02, 0.10, 0.25, 0.50, 0.75, 0.90, 0.98)
# The rate of a level met less often would be mostly chance.
FEWEST_OF_LEVEL = 20
MOST_LEVELS = 40
MISSING = ""
# Steps of equal count for curves that are read off step by step.
N_STEPS = 32


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How one feature is laid out: at `knots` (numbers and days) or in `levels` (categories).

    Knots are bends of a line or, with `is_step`, the edges between steps; a number on an edge
    stands on the upper step. One more column follows: missing numbers, or the levels without a
    column of their own.
    """

    feature: Feature
    knots: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    is_step: bool = False

    @property
    def width(self) -> int:
        """How many columns the feature takes."""
        return len(self.knots) + len(self.levels) + 1 + (self.is_step and bool(self.knots))


@dataclass(frozen=True, kw_only=True)
class Design:
    """Leads in rows; the few columns that are not zero, and their shares, side by side.

    `starts` says at which place of a row each feature begins, `width` how many columns there are.
    """

    places: npt.NDArray[np.int32]
    shares: Floats
    starts: tuple[int, ...]
    width: int


def scale(column: pl.Series, feature: Feature, *, is_step: bool = False) -> Scale:
    """Lay out a feature by what it holds: quantiles of numbers, frequent levels of categories."""
    if column.dtype == pl.String:
        counts = column.fill_null(MISSING).value_counts(name="n").rename({column.name: "level"})
        frequent = counts.filter(pl.col("n") >= FEWEST_OF_LEVEL).sort(
            "n", "level", descending=[True, False]
        )
        return Scale(feature=feature, levels=tuple(frequent["level"].head(MOST_LEVELS)))
    known = column.drop_nulls().to_numpy()
    shares = np.arange(1, N_STEPS) / N_STEPS if is_step else QUANTILES
    knots = np.unique(np.quantile(known, shares)) if len(known) else ()
    return Scale(feature=feature, knots=tuple(float(knot) for knot in knots), is_step=is_step)


def lay_out(values: pl.DataFrame, scales: tuple[Scale, ...]) -> Design:
    """Return the design of typed values; levels never met before join the seldom ones."""
    places: list[npt.NDArray[np.int32]] = []
    shares: list[Floats] = []
    starts: list[int] = []
    width = 0
    for one in scales:
        starts.append(len(places))
        column = values[one.feature.name]
        for place, share in _block(column, one):
            places.append(place + np.int32(width))
            shares.append(share)
        width += one.width
    return Design(
        places=np.stack(places, axis=1),
        shares=np.stack(shares, axis=1),
        starts=tuple(starts),
        width=width,
    )


Block = list[tuple[npt.NDArray[np.int32], Floats]]


def _block(column: pl.Series, one: Scale) -> Block:
    if not one.knots:
        return _of_category(column, one)
    return _of_step(column, one) if one.is_step else _of_number(column, one)


def _of_step(column: pl.Series, one: Scale) -> Block:
    """Return the step on which each value stands; the column after the last takes the missing."""
    numbers = column.to_numpy()
    steps = np.searchsorted(np.array(one.knots), numbers, side="right")
    steps = np.where(np.isnan(numbers), len(one.knots) + 1, steps)
    return [(steps.astype(np.int32), np.ones(len(steps)))]


def _of_number(column: pl.Series, one: Scale) -> Block:
    """Return the bends on both sides of each value and how near it lies to them."""
    knots = np.array(one.knots)
    numbers = column.to_numpy()
    is_missing = np.isnan(numbers)
    below = np.clip(np.searchsorted(knots, numbers, side="right") - 1, 0, max(len(knots) - 2, 0))
    above = np.minimum(below + 1, len(knots) - 1)
    gap = np.where(above > below, knots[above] - knots[below], 1.0)
    share = np.where(is_missing, 0.0, (np.clip(numbers, knots[0], knots[-1]) - knots[below]) / gap)
    below, above = (np.where(is_missing, len(knots), side) for side in (below, above))
    return [(below.astype(np.int32), 1.0 - share), (above.astype(np.int32), share)]


def _of_category(column: pl.Series, one: Scale) -> Block:
    """Return the level of each value; the column after the last level takes all others."""
    levels = pl.Series(one.levels, dtype=pl.String)
    codes = column.fill_null(MISSING).replace_strict(
        levels, pl.int_range(len(levels), eager=True), default=len(levels), return_dtype=pl.Int32
    )
    return [(codes.to_numpy(), np.ones(len(codes)))]
