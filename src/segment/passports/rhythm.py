"""Where a lifecycle state was earned and where it changes: days of silence, not money.

The lines are the customer's own: so many times the own rhythm. A purchase ends every silence; a
block only who set it can end.
"""

import polars as pl

from segment.passports.crossing import Ways, number
from segment.schema import require
from segment.schemes.lifecycle import LifecycleRules

AWAKE = ("active", "won_back", "new")
NEVER = ("never_completed", "never_ordered")  # without a purchase, and so without a rhythm
NEEDED = ("lifecycle_state", "silent_days", "rhythm_days")


def cross(groups: pl.DataFrame, rules: LifecycleRules) -> Ways:
    """Return what a state stands on and what would change it, as `crossing.cross` does.

    Raises:
        DataError: `groups` lacks a column that `lifecycle.assign` adds.
    """
    by_odds = ("p_alive",) if rules.lost_p_alive > 0 else ()
    require(groups, [*NEEDED, *by_odds], by="the passports of lifecycle_state")
    state = pl.col("lifecycle_state").cast(pl.String)
    silent, rhythm = number("silent_days"), number("rhythm_days")
    sleeps_at, lost_at = rules.sleeping_factor * rhythm, rules.lost_factor * rhythm
    is_awake, is_lost = state.is_in(AWAKE), state == "lost"
    is_never, is_blocked = state.is_in(NEVER), state == "blocked"
    is_silent = ~is_awake & ~is_never & ~is_blocked
    # lost by the odds alone: the silence by itself would not have been long enough
    is_unlikely = is_lost & (silent <= lost_at)
    days, odds = pl.lit("silent_days"), pl.lit("p_alive")
    nowhere = pl.lit(None, dtype=pl.Float64)
    on = {
        "line_code": pl.when(is_lost).then(pl.lit("lost")).otherwise(pl.lit("sleeping")),
        "line_way": pl.when(is_unlikely).then(pl.lit("below")).otherwise(pl.lit("beyond")),
        "line_column": pl.when(is_unlikely).then(odds).otherwise(days),
        "line_value": pl.when(~is_blocked).then(
            pl.when(is_unlikely).then(number("p_alive")).otherwise(silent) if by_odds else silent
        ),
        "line_at": pl.when(is_unlikely)
        .then(pl.lit(rules.lost_p_alive))
        .when(is_lost)
        .then(lost_at)
        .otherwise(sleeps_at),
    }
    worse_at = pl.when(is_awake).then(sleeps_at).when(is_silent & ~is_lost).then(lost_at)
    waits = is_awake | (is_silent & ~is_lost)
    changes = {
        "better": pl.when(is_lost & ~is_unlikely)
        .then(pl.lit("won_back"))
        .when(is_silent)
        .then(pl.lit("active"))
        .when(is_never)
        .then(pl.lit("new")),
        "better_way": pl.when(is_silent | is_never).then(pl.lit("buy")),
        "better_column": pl.lit(None, dtype=pl.String),
        "better_value": nowhere,
        "better_at": nowhere,
        "better_by": nowhere,
        "worse": pl.when(is_awake)
        .then(pl.lit("sleeping"))
        .when(is_silent & ~is_lost)
        .then(pl.lit("lost")),
        "worse_way": pl.when(waits).then(pl.lit("wait")),
        "worse_column": pl.when(waits).then(days),
        "worse_value": pl.when(waits).then(silent),
        "worse_at": worse_at,
        "worse_by": worse_at - silent,
    }  # fmt: skip
    return on, changes
