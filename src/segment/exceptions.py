"""Below-zero customers who are kept on purpose: why, by whom, until when.

A customer may cost more than it brings and still be wanted, because it draws others, sells related
goods or lifts the name. Analysts write that down in a table; it changes neither a number nor a
group. The customer stays below zero and is counted there, and the report says that it is kept.
Every exception ends: nobody is kept because nobody looked again.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from segment import checks
from segment.schema import require

STATES = ("holds", "expires_soon", "expired", "not_needed", "unknown_customer", "none")
TO_DO_FIRST = ("expired", "expires_soon", "unknown_customer", "not_needed", "holds")
BELOW_ZERO = "BZC"
COLUMNS = ("customer_id", "decided_on", "reason", "owner", "expires_on")


@dataclass(frozen=True, kw_only=True)
class ExceptionRules:
    """How long before its last day an exception asks for a new decision."""

    soon_days: int = 30

    def __post_init__(self) -> None:
        checks.whole(self, "soon_days", least=0)


def add(
    customers: pl.DataFrame, exceptions: pl.DataFrame | None, as_of: dt.date, rules: ExceptionRules
) -> pl.DataFrame:
    """Add is_kept, kept_reason, kept_owner, kept_until and exception_state to the groups.

    The latest decision about a customer counts; it holds on its last day and no longer.
    `is_kept` is true while it holds and the customer is below zero, false for all others; the
    words and the day are those of the decision, also of one that has expired. Without the table
    nobody is kept.

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, ["customer_id", "value_group"], by="exceptions")
    added = ("is_kept", "kept_reason", "kept_owner", "kept_until", "exception_state")
    decided = _latest(exceptions, as_of)
    return (
        customers.drop(added, strict=False)
        .join(decided, on="customer_id", how="left", maintain_order="left")
        .with_columns(exception_state=_state(as_of, rules))
        .with_columns(
            is_kept=pl.col("exception_state").cast(pl.String).is_in(("holds", "expires_soon"))
        )
        .select(pl.exclude(*added, "decided_on"), *added)
    )


def listed(
    customers: pl.DataFrame, exceptions: pl.DataFrame | None, as_of: dt.date, rules: ExceptionRules
) -> pl.DataFrame:
    """Return the latest exception of each customer with its state, what needs a hand first.

    Columns: customer_id, exception_state, kept_reason, kept_owner, decided_on, kept_until,
    value_group and actual_value (null for a customer whom nobody knows).

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, ["customer_id", "value_group", "actual_value"], by="exceptions")
    known = customers.select("customer_id", "value_group", "actual_value", is_known=pl.lit(True))
    order = pl.col("exception_state").cast(pl.Enum(TO_DO_FIRST))
    return (
        _latest(exceptions, as_of)
        .join(known, on="customer_id", how="left", maintain_order="left")
        .with_columns(exception_state=_state(as_of, rules))
        .with_columns(
            exception_state=pl.when(pl.col("is_known").is_null())
            .then(pl.lit("unknown_customer", dtype=pl.Enum(STATES)))
            .otherwise("exception_state")
        )
        .sort(order, "kept_until", "customer_id")
        .select(
            "customer_id", "exception_state", "kept_reason", "kept_owner", "decided_on",
            "kept_until", "value_group", "actual_value",
        )
    )  # fmt: skip


def _latest(exceptions: pl.DataFrame | None, as_of: dt.date) -> pl.DataFrame:
    """Return the latest decision of each customer as known on `as_of`."""
    if exceptions is None:
        kinds = dict.fromkeys(COLUMNS, pl.String) | dict.fromkeys(
            ("decided_on", "expires_on"), pl.Date
        )
        return _latest(pl.DataFrame(schema=kinds), as_of)
    require(exceptions, COLUMNS, by="exceptions")
    return (
        exceptions.filter(pl.col("decided_on") <= as_of)
        .sort("decided_on", "expires_on", "reason", "owner")
        .unique("customer_id", keep="last", maintain_order=True)
        .select(
            "customer_id", "decided_on", kept_reason="reason", kept_owner="owner",
            kept_until="expires_on",
        )
    )  # fmt: skip


def _state(as_of: dt.date, rules: ExceptionRules) -> pl.Expr:
    """Return the state of a decision; that of a customer without a group is not called unneeded."""
    until, group = pl.col("kept_until"), pl.col("value_group").cast(pl.String)
    code = (
        pl.when(until.is_null())
        .then(pl.lit("none"))
        .when((group != BELOW_ZERO).fill_null(False))
        .then(pl.lit("not_needed"))
        .when(until < as_of)
        .then(pl.lit("expired"))
        .when(until <= as_of + dt.timedelta(days=rules.soon_days))
        .then(pl.lit("expires_soon"))
        .otherwise(pl.lit("holds"))
    )
    return code.cast(pl.Enum(STATES))
