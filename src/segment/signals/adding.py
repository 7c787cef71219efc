"""All signs, added to one row a customer; those whose table is not there are left out."""

import datetime as dt

import polars as pl

from segment.schema import require
from segment.signals.buying import drop, silence
from segment.signals.complaints import contacts, disputes, dissatisfaction
from segment.signals.payment import late
from segment.signals.returns import returns
from segment.signals.rules import SignalRules

NEEDED = ("customer_id", "frequency", "T", "rhythm_days", "silent_days")


def add(
    customers: pl.DataFrame,
    transactions: pl.DataFrame,
    as_of: dt.date,
    rules: SignalRules,
    *,
    invoices: pl.DataFrame | None = None,
    costs: pl.DataFrame | None = None,
    survey: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add what was seen in the window, what is usual, and the chance that nothing has changed.

    Always: silence_chance, silence_chance_before, revenue_lately, revenue_usual, drop_chance,
    refund_share_lately, refund_share_usual, returns_chance. With invoices: disputes_* and
    days_late_* (lately, usual), overdue_amount, disputes_chance, late_chance. With costs:
    contacts_*. With the survey: dissatisfied_share. Only rows of `as_of` and before count, and
    an invoice settled later is open. A chance of 1 says that there is nothing to tell; it is null
    for who never bought.

    Raises:
        DataError: A frame lacks a column; `customers` has been through the lifecycle.
    """
    require(customers, NEEDED, by="signals")
    require(transactions, ["customer_id", "date", "amount"], by="signals")
    found = [
        *silence(customers, rules),
        *drop(customers, transactions, as_of, rules),
        *returns(customers, transactions, as_of, rules),
    ]
    if invoices is not None:
        found += disputes(customers, invoices, as_of, rules)
        found += late(customers, invoices, as_of, rules)
    if costs is not None:
        found += contacts(customers, costs, as_of, rules)
    if survey is not None:
        found.append(dissatisfaction(customers, survey, as_of, rules))
    return customers.with_columns(found).with_columns(
        pl.when(pl.col("frequency").is_not_null()).then("drop_chance").alias("drop_chance")
    )
