"""Active, sleeping, lost, won back, new: by the customer's own rhythm, not one number of days.

A customer's rhythm is the mean number of days between purchase days. Two purchases say little
about it, so each rhythm is drawn towards the typical one as if `prior_gaps` typical gaps had been
seen as well; a one-time buyer has the typical rhythm. Silence is measured in units of it.
Source: Schmittlein, Morrison & Colombo 1987 ("Counting your customers"): how long a silence is
depends on how often one used to buy.
"""

from dataclasses import dataclass

import polars as pl

from segment import checks, cuts
from segment.errors import ConfigError
from segment.text import as_written, phrase, share_as_written

LABELS = ("active", "won_back", "new", "sleeping", "lost")


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
        pl.when(~is_known)
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
