"""Who moved between labels since last month, counted and listed.

`movement` counts each way from one label to another, with customers who came and who left, so
that it adds up to last month on one side and to this month on the other. Where there is no month
before, every frame is empty with its usual columns.
"""

import polars as pl

from segment.cuts import MILLION
from segment.history.sides import CAME, LEFT, moves, ways

DIRECTIONS = ("came", "up", "down", "left")


def movement(
    before: pl.DataFrame | None, now: pl.DataFrame, label: str, value: str
) -> pl.DataFrame:
    """Count each way between labels: from_label, to_label, n_customers, value_before, value_now.

    Every pair of labels has its row, also where nobody went that way; from `came` is from
    nowhere, to `left` is to nowhere. A null is a label not known; it has rows only where
    somebody has it. `value` is added up as it was then and as it is now, unknown as nothing.

    Raises:
        DataError: A frame lacks a column, holds a customer twice, or a label that is no Enum.
    """
    counts = (
        moves(before, now, label, value)
        .group_by("from_label", "to_label")
        .agg(
            pl.len().cast(pl.Int64).alias("n_customers"),
            pl.col("value_before", "value_now").sum() / MILLION,
        )
    )
    if before is None:
        return counts
    codes = ways(before, now, label)
    places = pl.DataFrame({"from_label": pl.Series(codes, dtype=pl.Enum(codes))})
    pairs = places.join(places.rename({"from_label": "to_label"}), how="cross").filter(
        pl.col("from_label") != LEFT,
        pl.col("to_label") != CAME,
        ~((pl.col("from_label") == CAME) & (pl.col("to_label") == LEFT)),
    )
    return (
        pairs.join(counts, on=pairs.columns, how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.col("n_customers", "value_before", "value_now").fill_null(0))
        .sort("from_label", "to_label", nulls_last=True)
    )


def changes(before: pl.DataFrame | None, now: pl.DataFrame, label: str) -> pl.DataFrame:
    """List who moved: customer_id, from_label, to_label, direction; by direction and customer.

    The direction is came, up, down or left, and null where one of the labels is not known.

    Raises:
        DataError: A frame lacks a column, holds a customer twice, or a label that is no Enum.
    """
    from_label, to_label = pl.col("from_label"), pl.col("to_label")
    direction = (
        pl.when(from_label == CAME)
        .then(pl.lit("came"))
        .when(to_label == LEFT)
        .then(pl.lit("left"))
        .when(to_label.to_physical() < from_label.to_physical())
        .then(pl.lit("up"))
        .when(to_label.to_physical() > from_label.to_physical())
        .then(pl.lit("down"))
    )
    return (
        moves(before, now, label)
        .filter(from_label.ne_missing(to_label))
        .select("customer_id", from_label, to_label, direction=direction.cast(pl.Enum(DIRECTIONS)))
        .sort("direction", "customer_id", nulls_last=True)
    )
