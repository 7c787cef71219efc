"""How well one field alone ranks the won before the lost: no evidence of a leak, but worth a look.

Leads are ranked among those created at about the same time, so that a field which tells the time,
and with it a base rate that drifts, does not pass for strong.
"""

import polars as pl

from segment.prospects import measures

# With fewer leads of an outcome than this a rank says nothing.
FEWEST = 20
# Enough levels to follow a bend, and enough leads in each to know its rate.
LEVELS = 20
# Added leads at the common rate, so that a value met once does not rank by its one outcome.
ADDED_LEADS = 5.0
# Leads created at about the same time: so many make a span, and there are at most so many spans.
SPAN_LEADS, MOST_SPANS = 500, 40


def binned(values: pl.Series) -> pl.Series:
    """Return numbers as the twentieth of their ranks, equal ones together; words as they are."""
    if values.dtype != pl.Float64:
        return values
    place = values.rank("max") / max(values.count(), 1)
    return (place * LEVELS).ceil()


def alone(table: pl.DataFrame, interval_share: float) -> tuple[float, float, float] | None:
    """Return the AUC of a field alone among closed leads, and its interval; None is unknown.

    Each half of the leads is ranked by the rates of the other half, so that a field of many
    values does not look strong by knowing each lead's own outcome. 0.5 tells nothing.
    """
    closed = table.filter("is_closed")
    n_won, n_lost = int(closed["is_won"].sum()), int((~closed["is_won"]).sum())
    if min(n_won, n_lost) < FEWEST:
        return None
    closed = closed.with_columns(binned(closed["value"]).alias("value"))
    base = n_won / len(closed)
    rates = closed.group_by("value", half=1 - pl.col("half")).agg(
        rate=(pl.col("is_won").sum() + ADDED_LEADS * base) / (pl.len() + ADDED_LEADS)
    )
    n_spans = min(max(len(closed) // SPAN_LEADS, 1), MOST_SPANS)
    span = (pl.col("created_on").rank("min") - 1) * n_spans // pl.len()
    judged = closed.join(
        rates, on=["value", "half"], how="left", nulls_equal=True, maintain_order="left"
    ).select(
        score=pl.col("rate").fill_null(base),
        is_hit=pl.col("is_won").cast(pl.Float64),
        period=span,
    )
    return measures.auc_within(judged, interval_share)
