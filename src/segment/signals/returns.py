"""Returns: a larger share of what was bought comes back than usual.

A refund counts by its money over the customer's own mean purchase, so that large and small
customers have one measure, and a full order sent back says more than a bottle.
"""

import datetime as dt

import polars as pl

from segment.signals import surge
from segment.signals.rules import SignalRules
from segment.signals.window import counted, joined, lately


def returns(
    customers: pl.DataFrame, transactions: pl.DataFrame, as_of: dt.date, rules: SignalRules
) -> list[pl.Series]:
    """Return refund_share_lately, refund_share_usual (of the money bought) and returns_chance.

    A share is null where nothing was bought.
    """
    rows = lately(transactions, "date", as_of, rules.window_days).select(
        "customer_id", "is_lately", "amount", date=pl.col("date").cast(pl.Date)
    )
    bought = rows.filter(pl.col("amount") > 0)
    days = bought.group_by("customer_id", "date", "is_lately", maintain_order=True).agg(
        pl.col("amount").sum()
    )
    means = days.group_by("customer_id", maintain_order=True).agg(mean=pl.col("amount").mean())
    back = (
        rows.filter(pl.col("amount") < 0)
        .group_by("customer_id", "date", "is_lately", maintain_order=True)
        .agg(refund=-pl.col("amount").sum())
        .join(means, on="customer_id", how="left")
        .with_columns(size=pl.col("refund") / pl.col("mean"))
    )
    # the size of an effective refund: sum of squares over sum
    sizes = back["size"].drop_nulls()
    total = float(sizes.sum())
    one = float((sizes**2).sum()) / total if total > 0 else 1.0
    money = {
        "bought": joined(customers, counted(days, pl.col("amount"))),
        "back": joined(customers, counted(back, pl.col("refund"))),
    }
    at_risk = joined(customers, counted(days, pl.lit(1)))
    events = joined(customers, counted(back, pl.col("size") / one))
    _, chances = surge.against(
        events.with_columns(at_risk_lately=at_risk["n_lately"], at_risk_before=at_risk["n_before"])
    )

    def share(part: str) -> pl.Series:
        whole = money["bought"][part]
        return money["back"][part] / whole.set(whole <= 0, None)

    return [
        share("n_lately").alias("refund_share_lately"),
        share("n_before").alias("refund_share_usual"),
        chances.alias("returns_chance"),
    ]
