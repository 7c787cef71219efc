"""Why a customer moved: the customer did, the line did, or the data were corrected.

A label compares a customer with a line, so it changes when either does. This month's values are
labelled once more with last month's lines: who moves then too moved by what he did. Past rows that
were corrected since are undone in a third labelling: who would not have moved then was moved by the
correction.
"""

import polars as pl

from segment.cuts import MILLION
from segment.errors import DataError
from segment.history.sides import CAME, LEFT, moves, require_once
from segment.schema import require

STAYED = "stayed"
CAUSES = ("customer", "line", "data")


def causes(
    before: pl.DataFrame | None,
    now: pl.DataFrame,
    label: str,
    now_by_old_lines: pl.DataFrame,
    now_uncorrected: pl.DataFrame | None = None,
    corrected: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Say for each customer who moved: customer_id, from_label, to_label, cause; by customer.

    `now_by_old_lines` holds this month's label had the lines stayed. `corrected` holds the
    customer_id of whose earlier rows were corrected (see `corrected`), and
    `now_uncorrected` what the label of each of them would be without; who is missing there would
    not be there. The cause is "data" where without the correction the customer would have stayed
    as he was, else "customer" where he moved by last month's lines too, else "line". Who came or
    left did so himself, unless it was the data. The cause is null where a label is not known.

    Raises:
        DataError: A frame lacks a column, holds a customer twice, or a label that is no Enum; only
            one of `now_uncorrected` and `corrected` is given.
    """
    if (now_uncorrected is None) != (corrected is None):
        raise DataError(
            "history.causes needs both the labels without corrections and whose rows were "
            "corrected, or neither."
        )
    moved = moves(before, now, label).filter(pl.col("from_label").ne_missing(pl.col("to_label")))
    undone = now.clear() if now_uncorrected is None else now_uncorrected
    ids = now.clear() if corrected is None else corrected
    beside = (
        moved.join(_labels(now_by_old_lines, label, "by_old_lines"), on="customer_id", how="left")
        .join(_labels(undone, label, "without"), on="customer_id", how="left")
        .with_columns(
            is_corrected=pl.col("customer_id").is_in(ids["customer_id"].implode()),
            would_be_there=pl.col("customer_id").is_in(undone["customer_id"].implode()),
        )
    )
    return beside.select(
        "customer_id", "from_label", "to_label", cause=_cause().cast(pl.Enum(CAUSES))
    ).sort("customer_id")


def _cause() -> pl.Expr:
    was, is_now = pl.col("from_label").cast(pl.String), pl.col("to_label").cast(pl.String)
    came, left = was.eq_missing(pl.lit(CAME)), is_now.eq_missing(pl.lit(LEFT))
    would_have_stayed = (
        pl.when(came)
        .then(~pl.col("would_be_there"))
        .when(left)
        .then(pl.col("would_be_there"))
        .otherwise(pl.col("without").eq(was).fill_null(False))
    )
    return (
        pl.when(pl.col("is_corrected") & would_have_stayed)
        .then(pl.lit("data"))
        .when(came | left)
        .then(pl.lit("customer"))
        .when(is_now.is_null() | was.is_null() | pl.col("by_old_lines").is_null())
        .then(None)
        .when(pl.col("by_old_lines") != was)
        .then(pl.lit("customer"))
        .otherwise(pl.lit("line"))
    )


def _labels(frame: pl.DataFrame, label: str, name: str) -> pl.DataFrame:
    require_once(frame)
    require(frame, [label], by="history")
    return frame.select("customer_id", pl.col(label).cast(pl.String).alias(name))


def by_cause(
    before: pl.DataFrame | None, now: pl.DataFrame, label: str, value: str, moved: pl.DataFrame
) -> pl.DataFrame:
    """Count each way and cause: from_label, to_label, cause, n_customers, value_before, value_now.

    `moved` is what `causes` returns of the same months. Who stayed has the cause "stayed", so that
    the rows add up to both months, in customers and in money; only ways that somebody went are
    there. A null cause is not known.

    Raises:
        DataError: As `movement`; or `moved` is of other months.
    """
    beside = moves(before, now, label, value)
    has_moved = pl.col("from_label").ne_missing(pl.col("to_label"))
    others = moved.join(beside.filter(has_moved), on="customer_id", how="full")
    if others.null_count().select("customer_id", "customer_id_right").sum_horizontal().sum():
        raise DataError(
            "history.by_cause needs the causes of these two months; they are of other customers."
        )
    kind = pl.Enum([STAYED, *CAUSES])
    return (
        beside.join(moved.select("customer_id", "cause"), on="customer_id", how="left")
        .with_columns(
            cause=pl.when(has_moved)
            .then(pl.col("cause").cast(pl.String))
            .otherwise(pl.lit(STAYED))
            .cast(kind)
        )
        .group_by("from_label", "to_label", "cause")
        .agg(
            pl.len().cast(pl.Int64).alias("n_customers"),
            pl.col("value_before", "value_now").sum() / MILLION,
        )
        .sort("from_label", "to_label", "cause", nulls_last=True)
    )
