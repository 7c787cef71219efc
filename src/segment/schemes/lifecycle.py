"""Active, sleeping, lost, won back, new, blocked, without a purchase: by one's own rhythm.

A customer's rhythm is the mean number of days between purchase days. Two purchases say little
about it, so each rhythm is drawn towards the typical one as if `prior_gaps` typical gaps had been
seen as well; a one-time buyer has the typical rhythm. Silence is measured in units of it. An
account that never bought never ordered, or ordered and completed nothing.
Source: Schmittlein, Morrison & Colombo 1987 ("Counting your customers"): how long a silence is
depends on how often one used to buy.
"""

from dataclasses import dataclass

import polars as pl

from segment import checks, cuts
from segment.errors import ConfigError
from segment.schema import require
from segment.text import as_written, phrase, share_as_written

LABELS = (
    "active", "won_back", "new", "sleeping", "lost", "never_completed", "never_ordered", "blocked",
)  # fmt: skip
COMPLETED = "completed"


@dataclass(frozen=True, kw_only=True)
class LifecycleRules:
    """After how many of one's own gaps one sleeps or is lost, and how long one is new.

    `prior_gaps` is how many typical gaps are added to one's own. `lost_p_alive` also loses a
    customer whose p_alive is below it; at 0 the rhythm alone decides.
    """

    sleeping_factor: float = 2.0
    lost_factor: float = 4.0
    lost_p_alive: float = 0.10
    new_days: int = 90
    prior_gaps: float = 2.0

    def __post_init__(self) -> None:
        checks.above(self, "sleeping_factor", 0)
        checks.above(self, "lost_factor", 0)
        checks.share(self, "lost_p_alive")
        checks.whole(self, "new_days", least=0)
        checks.above(self, "prior_gaps", 0)
        if self.lost_factor <= self.sleeping_factor:
            raise ConfigError(
                f"lost_factor is {self.lost_factor}; it must be above sleeping_factor, "
                f"{self.sleeping_factor}, because one sleeps before one is lost."
            )


def needs(rules: LifecycleRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads."""
    p_alive = ("p_alive",) if rules.lost_p_alive > 0 else ()
    return ("frequency", "recency", "T", "last_gap_days", *p_alive)


def assign(customers: pl.DataFrame, rules: LifecycleRules) -> pl.DataFrame:
    """Add rhythm_days, silent_days and `lifecycle_state` to one row per customer.

    The first line that fits wins, in the order lost, sleeping, won back, new, active. Exactly
    on a line is not yet beyond it: silence of just `sleeping_factor` gaps is still awake, the
    last of the `new_days` still new. Won back is who returned after a gap that had been beyond
    the line for lost, until the next purchase. last_gap_days is null for a one-time buyer; any
    other null, or a frame in which nobody ever came back, leaves the state unknown.

    Where there are the columns of `with_accounts`, who never bought has never ordered, or has
    completed no order. Where there is blocked_on, an account blocked since its last purchase (with
    last_on) is blocked, whatever else it is: to the forecast it is gone.

    Raises:
        DataError: `customers` lacks a column of the summary.
    """
    cuts.require_numbers(customers, needs(rules), by="lifecycle")
    frequency, last_gap = pl.col("frequency"), pl.col("last_gap_days")
    p_alive = pl.col("p_alive").cast(pl.Float64).fill_nan(None)
    silent_days = pl.col("T") - pl.col("recency")
    rhythm_days = _rhythm(pl.col("recency"), frequency, rules)
    rhythm_before = _rhythm(pl.col("recency") - last_gap, frequency - 1, rules)
    is_lost = silent_days > rules.lost_factor * rhythm_days
    if rules.lost_p_alive > 0:
        is_lost = is_lost | (p_alive < rules.lost_p_alive)
    is_won_back = (frequency > 0) & (last_gap > rules.lost_factor * rhythm_before)
    is_known = (
        rhythm_days.is_not_null()
        & silent_days.is_not_null()
        & ((frequency == 0) | last_gap.is_not_null())
    )
    if rules.lost_p_alive > 0:
        is_known = is_known & p_alive.is_not_null()
    state = (
        pl.when(_is_blocked(customers))
        .then(pl.lit("blocked"))
        .when(frequency.is_null() & _there(customers, "n_orders", 0))
        .then(pl.lit("never_ordered"))
        .when(frequency.is_null() & _there(customers, "n_completed", 0))
        .then(pl.lit("never_completed"))
        .when(~is_known)
        .then(None)
        .when(is_lost)
        .then(pl.lit("lost"))
        .when(silent_days > rules.sleeping_factor * rhythm_days)
        .then(pl.lit("sleeping"))
        .when(is_won_back)
        .then(pl.lit("won_back"))
        .when(pl.col("T") <= rules.new_days)
        .then(pl.lit("new"))
        .otherwise(pl.lit("active"))
    )
    return customers.with_columns(
        rhythm_days=rhythm_days,
        silent_days=silent_days,
        lifecycle_state=state.cast(pl.Enum(LABELS)),
    )


def _is_blocked(customers: pl.DataFrame) -> pl.Expr:
    """Tell who is blocked; a purchase after the block tells that it was lifted."""
    if not {"blocked_on", "last_on"} <= set(customers.columns):
        return pl.lit(False)
    blocked, last = pl.col("blocked_on"), pl.col("last_on")
    return blocked.is_not_null() & (last.is_null() | (blocked >= last))


def _there(customers: pl.DataFrame, column: str, value: int) -> pl.Expr:
    return pl.col(column) == value if column in customers.columns else pl.lit(False)


def with_accounts(
    customers: pl.DataFrame, accounts: pl.DataFrame, orders: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Add the accounts that are not among the customers as rows, and everybody's orders.

    `customers` is one row a customer, `accounts` the table of customers, whose columns fill in what
    the new rows have; the rest of them is null. Adds n_orders and n_completed (0 or more; null
    without a table of orders, in which it is not known whether an account ever ordered).

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, ["customer_id"], by="lifecycle")
    require(accounts, ["customer_id"], by="lifecycle")
    shared = [name for name in accounts.columns if name in customers.columns]
    others = accounts.select(shared).join(customers, on="customer_id", how="anti")
    every = pl.concat([customers, others.sort("customer_id")], how="diagonal_relaxed")
    every = every.drop("n_orders", "n_completed", strict=False)
    if orders is None:
        unknown = pl.lit(None, dtype=pl.Int64)
        return every.with_columns(n_orders=unknown, n_completed=unknown)
    require(orders, ["customer_id", "status"], by="lifecycle")
    is_completed = pl.col("status").cast(pl.String) == COMPLETED
    placed = orders.group_by("customer_id").agg(
        n_orders=pl.len().cast(pl.Int64), n_completed=is_completed.sum().cast(pl.Int64)
    )
    return every.join(placed, on="customer_id", how="left", maintain_order="left").with_columns(
        pl.col("n_orders", "n_completed").fill_null(0)
    )


def _rhythm(days: pl.Expr, gaps: pl.Expr, rules: LifecycleRules) -> pl.Expr:
    """Return the mean gap drawn towards the typical one: the median over who ever came back."""
    own = pl.when(pl.col("frequency") > 0).then(pl.col("recency") / pl.col("frequency"))
    return (days + rules.prior_gaps * own.median()) / (gaps + rules.prior_gaps)


def describe(rules: LifecycleRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    return phrase(
        "scheme.lifecycle.by_rhythm_and_p_alive" if rules.lost_p_alive > 0 else
        "scheme.lifecycle.by_rhythm",
        language,
        sleeping=as_written(rules.sleeping_factor, language),
        lost=as_written(rules.lost_factor, language),
        p_alive=share_as_written(rules.lost_p_alive, language),
        new_days=as_written(rules.new_days, language),
        prior_gaps=as_written(rules.prior_gaps, language),
    )  # fmt: skip
