"""Customers as points: every behaviour in spreads from the middle, times the weight of its block.

The spread of one behaviour is that between the quartiles, which a few large customers do not move.
That of a block of several, such as the families, is the spread of all of them together: a family
that hardly anybody buys must not count as much as one that divides the customers.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from segment.behaviour.features import ALL_ALIKE, features

NORMAL_QUARTILES = 1.349  # distance of the quartiles of a normal distribution of spread 1
MOST_SPREADS = 3.0  # one who buys far more than most is far out; the others do not move together
SCALE = {"behaviour": pl.String, "middle": pl.Float64, "spread": pl.Float64, "weight": pl.Float64}


def compared(customers: pl.DataFrame) -> pl.DataFrame:
    """Return the behaviours on the scales of their blocks; what is not finite is null."""
    return customers.select(feature.compared for feature in features(customers.columns))


def scale(known: pl.DataFrame, weights: Mapping[str, float]) -> pl.DataFrame:
    """Return behaviour, middle, spread and weight of the behaviours whose block has a weight."""
    counted = [one for one in features(known.columns) if one.block in weights]
    rows = [
        (
            one.name,
            one.block,
            known[one.name].median() or 0.0,
            _spread(known[one.name]),
            known[one.name].var(ddof=0) or 0.0,
            weights[one.block],
        )
        for one in counted
    ]
    schema = ("behaviour", "block", "middle", "own", "variance", "weight")
    together = pl.col("variance").sum().over("block").sqrt()
    spread = pl.when(pl.len().over("block") > 1).then(together).otherwise("own")
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .select("behaviour", "middle", spread=pl.when(spread > ALL_ALIKE).then(spread).otherwise(1),
                weight="weight")
        .cast(SCALE)  # type: ignore[arg-type]
    )  # fmt: skip


def points(known: pl.DataFrame, scale: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Return one point a row of `known`; a behaviour that is not known is taken to be like most."""
    placed = [
        ((known[name].fill_null(middle) - middle) / spread).clip(-MOST_SPREADS, MOST_SPREADS)
        * weight
        if name in known.columns
        else pl.zeros(known.height, eager=True)
        for name, middle, spread, weight in scale.iter_rows()
    ]
    return np.column_stack([one.to_numpy() for one in placed])


def _spread(values: pl.Series) -> float:
    low, high, sd = (
        values.to_frame("value")
        .select(
            pl.col("value").quantile(0.25, "linear").alias("low"),
            pl.col("value").quantile(0.75, "linear").alias("high"),
            pl.col("value").std(ddof=0).alias("sd"),
        )
        .row(0)
    )
    usual = ((high or 0.0) - (low or 0.0)) / NORMAL_QUARTILES
    return float(usual if usual > ALL_ALIKE else sd or 0.0)
