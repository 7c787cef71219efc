"""Accounts: every member's balance on a day, and one member's statement lot by lot."""

import datetime as dt

import polars as pl

from segment.errors import DataError
from segment.points.rules import PointRules
from segment.points.sweep import THOUSANDTHS, expires_on, latest, postings, sweep

TOTALS = ("points_earned", "points_used", "points_expired", "points_balance", "points_expiring")


def balances(ledger: pl.DataFrame, day: dt.date, rules: PointRules) -> pl.DataFrame:
    """Return one row a member with a posting by the end of `day`, by customer_id.

    Columns: points_earned, points_used, points_expired (all so far), points_balance, which is the
    first less the other two and below zero where a member is overdrawn, and points_expiring: what
    of it will have expired soon_days later unless it is used.

    Raises:
        DataError: `ledger` lacks a column, or holds points or days that are not known.
    """
    soon = day + dt.timedelta(days=rules.soon_days)
    due = (
        postings(ledger, day)
        .filter(pl.col("points") > 0, expires_on(rules).is_between(day, soon, closed="right"))
        .group_by("customer_id")
        .agg(due=pl.col("points").sum())
    )
    lapsing = pl.col("all_lapsed") + pl.col("due").fill_null(0)
    gone = pl.col("all_used") + pl.col("all_expired")
    told = dict(
        zip(TOTALS, ("all_earned", "all_used", "all_expired", "balance", "expiring"), strict=True)
    )
    return (
        latest(ledger, day, rules)
        .join(due, on="customer_id", how="left", maintain_order="left")
        .with_columns(expiring=(lapsing - gone).clip(lower_bound=0))
        .select("customer_id", **{name: pl.col(part) / THOUSANDTHS for name, part in told.items()})
    )


def statement(ledger: pl.DataFrame, member: str, day: dt.date, rules: PointRules) -> pl.DataFrame:
    """Return one member's lots at the end of `day`, oldest first: what became of each posting.

    Columns: earned_on, kind, earned, used, expired, left, expires_on (the day on which what is
    left has gone; null if it never does). Every row holds earned = used + expired + left, and the
    sums are those of `balances`. A member who is overdrawn has a last row without a day: what was
    used beyond what was there, with as much less than nothing left.

    Raises:
        DataError: As `balances`, or the member has no posting by then.
    """
    own = ledger.filter(pl.col("customer_id") == member)
    days = sweep(own, day, rules)
    if days.is_empty():
        raise DataError(f"The member {member} has no posting in the points ledger by {day}.")
    gone = pl.col("all_used") + pl.col("all_expired")
    gone_by_then = days.select(expires_on="date", gone_before=gone.shift(1, fill_value=0))
    gone_now, all_earned = days.select(gone.last(), pl.col("all_earned").last()).row(0)
    lots = (
        postings(own, day)
        .filter(pl.col("points") > 0)
        .sort("date", "kind", maintain_order=True)
        .with_columns(expires_on=expires_on(rules), until=pl.col("points").cum_sum())
        .join(gone_by_then, on="expires_on", how="left", maintain_order="left")
    )
    is_over = (pl.col("expires_on") <= day).fill_null(value=False)
    # what had gone when the lot's day came, or has gone by now, from the lot's own beginning on
    reached = pl.when(is_over).then("gone_before").otherwise(pl.lit(gone_now))
    used = (reached - (pl.col("until") - pl.col("points"))).clip(0, pl.col("points"))
    rest = pl.col("points") - used
    told = lots.select(
        earned_on="date",
        kind="kind",
        earned="points",
        used=used,
        expired=pl.when(is_over).then(rest).otherwise(0),
        left=pl.when(is_over).then(0).otherwise(rest),
        expires_on="expires_on",
    )
    if gone_now > all_earned:
        beyond = gone_now - all_earned
        owed = {"earned": [0], "used": [beyond], "expired": [0], "left": [-beyond]}
        told = pl.concat([told, pl.DataFrame(owed)], how="diagonal")
    numbers = ("earned", "used", "expired", "left")
    return told.with_columns(pl.col(numbers) / THOUSANDTHS)
