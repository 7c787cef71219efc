"""Silence and drop: buying less than this customer would by chance alone.

Silence is measured by the rhythm of the lifecycle, in which `prior_gaps` typical gaps stand beside
the customer's own. A drop is money of the window against the customer's own year before, moved as
all regular customers moved: by the season, by prices, and by how many leave anyway.
"""

import datetime as dt

import numpy as np
import polars as pl

from segment.signals import chance
from segment.signals.rules import SignalRules
from segment.signals.window import joined, lately, usual_days
from segment.summary import YEAR_DAYS

PRIOR_GAPS = 1.0  # evidence beside one's own gaps: a rhythm of one gap is a guess
FEWEST_PURCHASES = 5  # from which on a customer shows how unlike purchases are
LEAST_UNLIKE = 1.0  # purchases that are all alike: an effective event is one purchase


def silence(customers: pl.DataFrame, rules: SignalRules) -> list[pl.Series]:
    """Return the chance of a silence as long as today's, and as it was a window ago.

    Null where the rhythm is unknown. By the second one tells a new silence from an old one.
    """
    evidence = (customers["frequency"].cast(pl.Float64) + PRIOR_GAPS).to_numpy()
    found = []
    for name, days in (("silence_chance", 0), ("silence_chance_before", rules.window_days)):
        gaps = ((customers["silent_days"] - days).clip(0) / customers["rhythm_days"]).to_numpy()
        chances = chance.at_most(np.zeros(customers.height), gaps, evidence)
        is_known = customers["silent_days"].is_not_null() & customers["rhythm_days"].is_not_null()
        found.append(pl.Series(name, chances).set(~is_known, None))
    return found


def drop(
    customers: pl.DataFrame, transactions: pl.DataFrame, as_of: dt.date, rules: SignalRules
) -> list[pl.Series]:
    """Return revenue_lately, revenue_usual (money bought, refunds apart) and drop_chance."""
    days = (
        lately(transactions, "date", as_of, rules.drop_days)
        .filter(pl.col("amount") > 0)
        .group_by("customer_id", pl.col("date").cast(pl.Date), "is_lately", maintain_order=True)
        .agg(spend=pl.col("amount").sum())
    )
    before = pl.col("spend").filter(~pl.col("is_lately"))
    bought = joined(
        customers,
        days.group_by("customer_id", maintain_order=True).agg(
            revenue_lately=pl.col("spend").filter("is_lately").sum(),
            n_before=before.len().cast(pl.Float64),
            before=before.sum(),
            squares=(before**2).sum(),
        ),
    ).with_columns(usual_days=usual_days(customers, rules.drop_days))
    # of a young customer a few days do not stand for a year
    days_before = pl.col("usual_days").clip(rules.drop_days, YEAR_DAYS)
    bought = bought.with_columns(as_before=pl.col("before") * rules.drop_days / days_before)
    own = pl.when(pl.col("before") > 0).then(
        pl.col("n_before") * pl.col("squares") / pl.col("before") ** 2
    )
    typical = bought.filter(pl.col("n_before") >= FEWEST_PURCHASES).select(own.median()).item()
    unlike = own.clip(typical or LEAST_UNLIKE).fill_null(LEAST_UNLIKE)
    told = bought.with_columns(
        revenue_usual=pl.col("as_before") * _pace(bought),
        evidence=pl.col("n_before") / unlike,
        size=pl.col("before") / pl.col("n_before").clip(1) * unlike,
    )
    size = np.where(told["size"] > 0, told["size"], 1.0)
    chances = chance.at_most(
        told["revenue_lately"].to_numpy() / size,
        told["revenue_usual"].to_numpy() / size,
        told["evidence"].to_numpy(),
    )
    return [told["revenue_lately"], told["revenue_usual"], pl.Series("drop_chance", chances)]


def _pace(bought: pl.DataFrame) -> float:
    """Return how the customers of a whole year bought in the window, against that year."""
    regular = bought.filter(pl.col("usual_days") >= YEAR_DAYS)
    before = float(regular["as_before"].sum())
    return float(regular["revenue_lately"].sum()) / before if before > 0 else 1.0
