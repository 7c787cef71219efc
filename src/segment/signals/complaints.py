"""Complaints: invoices disputed, service called, answers of dissatisfaction."""

import datetime as dt

import polars as pl

from segment.schema import SATISFACTION_LEVELS, require
from segment.signals import surge
from segment.signals.rules import SignalRules
from segment.signals.window import counted, joined, lately, usual_days

DISSATISFIED = SATISFACTION_LEVELS[-2:]


def disputes(
    customers: pl.DataFrame, invoices: pl.DataFrame, as_of: dt.date, rules: SignalRules
) -> list[pl.Series]:
    """Return disputes_lately, disputes_usual (invoices, by the day of issue), disputes_chance.

    Raises:
        DataError: `invoices` lacks a column.
    """
    require(invoices, ["customer_id", "issued_on", "is_disputed"], by="signals")
    issued = lately(invoices, "issued_on", as_of, rules.window_days)
    at_risk = joined(customers, counted(issued, pl.lit(1)))
    events = joined(customers, counted(issued, pl.col("is_disputed").fill_null(False)))
    usual, chances = surge.against(
        events.with_columns(at_risk_lately=at_risk["n_lately"], at_risk_before=at_risk["n_before"])
    )
    return [
        events["n_lately"].alias("disputes_lately"),
        usual.alias("disputes_usual"),
        chances.alias("disputes_chance"),
    ]


def contacts(
    customers: pl.DataFrame, costs: pl.DataFrame, as_of: dt.date, rules: SignalRules
) -> list[pl.Series]:
    """Return contacts_lately, contacts_usual (postings of complaint) and contacts_chance.

    Raises:
        DataError: `costs` lacks a column.
    """
    require(costs, ["customer_id", "date", "activity"], by="signals")
    called = costs.filter(pl.col("activity").is_in(rules.complaint_activities))
    counts = counted(lately(called, "date", as_of, rules.window_days), pl.lit(1))
    events = joined(customers, counts)
    was_there = (pl.col("T") + 1).clip(0, rules.window_days).fill_null(0).cast(pl.Float64)
    # days of before the ledger holds such contacts say nothing
    held = called.select((pl.lit(as_of) - pl.col("date").min()).dt.total_days() + 1).item() or 0
    usual, chances = surge.against(
        events.with_columns(
            at_risk_lately=customers.select(was_there.clip(upper_bound=held)).to_series(),
            at_risk_before=usual_days(customers, rules.window_days).clip(
                upper_bound=max(held - rules.window_days, 0)
            ),
        )
    )
    if held <= rules.window_days:  # there is nothing to compare with
        chances = chances * 0 + 1
    return [
        events["n_lately"].alias("contacts_lately"),
        usual.alias("contacts_usual"),
        chances.alias("contacts_chance"),
    ]


def dissatisfaction(
    customers: pl.DataFrame, survey: pl.DataFrame, as_of: dt.date, rules: SignalRules
) -> pl.Series:
    """Return dissatisfied_share: of the ticks of the window, how many are of the two worst levels.

    Null for who was not asked or did not answer.

    Raises:
        DataError: `survey` lacks a column.
    """
    require(survey, ["customer_id", "responded_on", "level"], by="signals")
    is_bad = pl.col("level").cast(pl.String).is_in(DISSATISFIED)
    answers = (
        lately(survey, "responded_on", as_of, rules.window_days)
        .filter("is_lately")
        .group_by("customer_id", maintain_order=True)
        .agg(dissatisfied_share=is_bad.mean())
    )
    return customers.select("customer_id").join(
        answers, on="customer_id", how="left", maintain_order="left"
    )["dissatisfied_share"]
