"""Earning: purchases and activities into postings, by the rules of the club."""

import polars as pl

from segment.errors import DataError, listed, nearest
from segment.points.rules import REFERRAL, PointRules
from segment.schema import require

COLUMNS = ("customer_id", "date", "kind", "points")


def earn(
    transactions: pl.DataFrame, rules: PointRules, activities: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the postings that purchases and activities earn: customer_id, date, kind, points.

    Every order earns whole points, the rest of a unit none; an order is an order_id or, where that
    is unknown, a customer's day. What is sent back takes its points with it, as a posting below
    zero on the day of the refund. `activities` has customer_id, date and activity, one row each.

    Raises:
        DataError: A frame lacks a column, or an activity has no points in the rules.
    """
    require(transactions, ["customer_id", "date", "amount"], by="points.earn")
    order = pl.col("order_id") if "order_id" in transactions.columns else pl.lit(None, pl.String)
    is_refund = pl.col("amount") < 0
    worth = pl.col("amount").sum().round(6) * rules.per_unit
    bought = (
        transactions.group_by("customer_id", "date", order=order, is_refund=is_refund)
        .agg(points=pl.when(worth < 0).then(worth.ceil()).otherwise(worth.floor()))
        .filter(pl.col("points") != 0)
        .select("customer_id", "date", kind=pl.lit("earned"), points="points")
    )
    found = [bought] if activities is None else [bought, _of_activities(activities, rules)]
    return pl.concat(found, how="vertical_relaxed").sort(COLUMNS)


def _of_activities(activities: pl.DataFrame, rules: PointRules) -> pl.DataFrame:
    require(activities, ["customer_id", "date", "activity"], by="points.earn")
    known = rules.activity_points
    others = sorted(set(activities["activity"].drop_nulls()) - known.keys())
    if others:
        raise DataError(
            f"The activity '{others[0]}' has no points{nearest(others[0], known)}; activity_points "
            f"knows {listed(list(known), 12)}."
        )
    name = pl.col("activity")
    return activities.filter(name.is_not_null()).select(
        "customer_id",
        "date",
        kind=pl.when(name == REFERRAL).then(pl.lit(REFERRAL)).otherwise(pl.lit("activity")),
        points=name.replace_strict(
            list(known), list(known.values()), return_dtype=pl.Float64, default=None
        ),
    )
