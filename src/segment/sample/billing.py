"""Orders with their status, and the invoices: due, settled by each customer's habit, disputed."""

import numpy as np
import polars as pl

from segment.sample import season
from segment.sample.purchases import is_active
from segment.sample.rules import SampleRules, chance

CANCELLED_SHARE = 0.03  # of completed orders; these come on top
OPEN_DAYS, OPEN_SHARE = 12, 0.4  # orders of the last days that are not delivered yet, on top
STUCK_ORDERS = 3  # at most, of customers whose orders never completed
LATE_SPREAD_DAYS = 5.0
DISPUTED_SHARE, DISPUTED_HEAVY_SHARE = 0.012, 0.08
HEAVY_RETURNS = 0.12  # a return rate from which disputes are common
DISPUTED_DELAY_DAYS = 40
UNPAID_DAYS = 60  # before leaving: what a blocked customer never paid


def gross(sold: pl.DataFrame) -> pl.DataFrame:
    """Return the money of each completed order, refunds left out."""
    return (
        sold.group_by("order_id", "customer", "day", maintain_order=True)
        .agg(amount=(pl.col("quantity") * pl.col("unit_price")).round(2).sum().round(2))
        .sort("order_id")
    )


def orders(billed: pl.DataFrame, people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return one row an order placed in the data: completed, open or cancelled."""
    rng = chance(rules, "order statuses")
    done = billed.filter(pl.col("day") < rules.n_days)
    cancelled = done.filter(pl.Series(rng.random(done.height) < CANCELLED_SHARE))
    recent = done.filter(pl.col("day") >= rules.n_days - OPEN_DAYS)
    waiting = recent.filter(pl.Series(rng.random(recent.height) < OPEN_SHARE))
    again = pl.concat(
        [
            cancelled.with_columns(status=pl.lit("cancelled")),
            waiting.with_columns(status=pl.lit("open")),
            _stuck(people, rules),
        ],
        how="diagonal_relaxed",
    ).with_columns(
        order_id=pl.format("N{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6))
    )
    return pl.concat(
        [done.with_columns(status=pl.lit("completed")), again], how="diagonal_relaxed"
    ).sort("day", "order_id")


def _stuck(people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return the orders of the customers who ordered and never completed one."""
    rng = chance(rules, "stuck orders")
    who = np.flatnonzero((people["kind"] == "never_completed").to_numpy())
    who = np.repeat(who, rng.integers(1, STUCK_ORDERS + 1, len(who)))
    first = people["start"].to_numpy()[who]
    day = season.next_open(
        rules, first + (rng.random(len(who)) * (rules.n_days - first)).astype(int)
    )
    is_recent = day >= rules.n_days - OPEN_DAYS
    return pl.DataFrame(
        {
            "customer": who,
            "day": np.minimum(day, rules.n_days - 1),
            "amount": np.round(people["mean_spend"].to_numpy()[who], 2),
            "status": np.where(is_recent, "open", "cancelled"),
        }
    )


def invoices(billed: pl.DataFrame, people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return one row an invoice: customer and the days issued, due and settled (null while open).

    Each customer has a habit, in days after the due day. A blocked customer's invoices of the
    last weeks before leaving are never settled.
    """
    rng = chance(rules, "invoices")
    who = billed["customer"].to_numpy()
    n = billed.height
    traits = people.select("terms_days", "late_days", "return_rate", "end", "blocked")[who]
    is_heavy = (traits["return_rate"] >= HEAVY_RETURNS).to_numpy()
    is_disputed = rng.random(n) < np.where(is_heavy, DISPUTED_HEAVY_SHARE, DISPUTED_SHARE)
    issued = season.next_open(rules, billed["day"].to_numpy() + rng.choice([0, 1, 2], n))
    due = issued + traits["terms_days"].to_numpy()
    late = traits["late_days"].to_numpy() + rng.gamma(1.0, LATE_SPREAD_DAYS, n) - LATE_SPREAD_DAYS
    settled = np.maximum(due + late + is_disputed * DISPUTED_DELAY_DAYS, issued).astype(int)
    is_lost = traits["blocked"].is_not_null().to_numpy() & (
        traits["end"].to_numpy() - issued < UNPAID_DAYS
    )
    return (
        billed.with_columns(
            invoice_id=pl.format("INV{}", pl.col("order_id").str.slice(1)),
            issued=issued,
            due=due,
            settled=settled,
            is_disputed=is_disputed,
        )
        .with_columns(
            settled=pl.when((pl.col("settled") < rules.n_days) & ~pl.Series(is_lost)).then(
                "settled"
            )
        )
        .filter(pl.col("issued") < rules.n_days)
    )


def active_at_end(people: pl.DataFrame, rules: SampleRules) -> pl.Series:
    """Return whether each customer buys and is still there on the last day of the data."""
    there = is_active(people, rules.n_days - 1, rules.n_days)[:, 0]
    return (people["kind"] == "buyer") & pl.Series(there)
