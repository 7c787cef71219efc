"""Late payment: later than this customer's own habit, and what is overdue.

An invoice that is still open is as late as it is today, so that it shows before it is paid. The
means of the window and of the year before are laid beside each other by Welch's question with one
spread: the customer's own, drawn towards everybody's (the moderated t of Smyth 2004).
"""

import datetime as dt

import numpy as np
import polars as pl
from scipy.special import stdtr

from segment.schema import require
from segment.signals.rules import SignalRules
from segment.signals.window import lately
from segment.summary import YEAR_DAYS

FEWEST_HABIT = 3  # invoices of the year before; fewer are no habit
LEAST_SPREAD = 1.0  # days squared: who always pays on the day may still meet a holiday
PRIOR_INVOICES = 5.0  # with whose spread, everybody's, one's own is mixed


def late(
    customers: pl.DataFrame, invoices: pl.DataFrame, as_of: dt.date, rules: SignalRules
) -> list[pl.Series]:
    """Return days_late_lately, days_late_usual, overdue_amount and late_chance.

    Days are means over invoices, below 0 where paid early; null without an invoice that was due.
    Lately is what fell due in the window or is open and overdue; what has been open for longer than
    the year before as well is owed and no news.

    Raises:
        DataError: `invoices` lacks a column.
    """
    columns = ["customer_id", "due_on", "settled_on", "amount"]
    require(invoices, columns, by="signals")
    is_open = pl.col("settled_on").is_null() | (pl.col("settled_on") > as_of)
    days = pl.when(is_open).then(pl.lit(as_of)).otherwise("settled_on") - pl.col("due_on")
    due = invoices.filter(pl.col("due_on") <= as_of).with_columns(
        is_open=is_open,
        days=days.dt.total_days().cast(pl.Float64),
        is_overdue=is_open & (pl.col("due_on") < as_of),
    )
    within = lately(due, "due_on", as_of, rules.window_days)
    seen = within.filter(pl.col("is_lately") | ~pl.col("is_open"))
    # an invoice that has been open for longer than all this is no news, but it is still owed
    age = pl.col("days")
    old = due.filter("is_open", age >= rules.window_days).with_columns(
        is_lately=True, days=pl.when(age < rules.window_days + YEAR_DAYS).then("days")
    )
    is_lately = pl.col("is_lately")
    before = pl.col("days").filter(~is_lately)
    per_customer = (
        pl.concat([seen, old], how="diagonal")
        .group_by("customer_id", maintain_order=True)
        .agg(
            days_late_lately=pl.col("days").filter(is_lately).mean(),
            days_late_usual=before.mean(),
            n_lately=(is_lately & pl.col("days").is_not_null()).sum(),
            n_before=(~is_lately).sum(),
            squares=((before - before.mean()) ** 2).sum(),
            overdue_amount=pl.col("amount").filter("is_overdue").sum(),
        )
    )
    frame = customers.select("customer_id").join(
        per_customer, on="customer_id", how="left", maintain_order="left"
    )
    return [
        frame["days_late_lately"],
        frame["days_late_usual"],
        frame["overdue_amount"].fill_null(0.0),
        _chance(frame),
    ]


def _chance(frame: pl.DataFrame) -> pl.Series:
    habit = frame.filter(pl.col("n_before") >= FEWEST_HABIT)
    spread = float(habit["squares"].sum()) / max(float((habit["n_before"] - 1).sum()), 1.0)
    n_before, n_lately = pl.col("n_before"), pl.col("n_lately")
    own = (pl.col("squares") + PRIOR_INVOICES * spread) / (n_before - 1 + PRIOR_INVOICES)
    own = own.clip(LEAST_SPREAD)
    later = pl.col("days_late_lately") - pl.col("days_late_usual")
    told = frame.select(
        is_known=(n_before >= FEWEST_HABIT) & (n_lately > 0),
        steps=later / (own * (1 / n_lately + 1 / n_before)).sqrt(),
        freedom=n_before - 1 + PRIOR_INVOICES,
    ).with_columns(pl.col("is_known").fill_null(False))
    steps, freedom = (told[name].fill_null(0.0).to_numpy() for name in ("steps", "freedom"))
    chances = stdtr(np.where(freedom > 0, freedom, 1.0), -np.nan_to_num(steps))
    return pl.Series("late_chance", chances).set(~told["is_known"], 1.0)
