"""Open is not lost: how long leads have been followed, and what that says about the others.

A lead is a win if it was won within the horizon of its creation. Open leads younger than the
horizon are unknown yet, neither wins nor losses; each lead that is known stands for those of its
age that are not, by the inverse of the share of all leads that were followed as long (inverse
probability of censoring, Robins and Rotnitzky 1992). That share needs no model here: the day on
which following ends is the same for all, so every lead's age is known.
"""

import datetime as dt
import math

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]

DAYS_OF_WEEK, DAYS_OF_MONTH = 7, 30
# Below two months a horizon is told in weeks, from there on in months.
LONGEST_IN_WEEKS = 56
# The wins beyond the age that only a fifth of the leads have reached rest on too few leads.
FOLLOWED_SHARE = 0.20
CLOSE_ENOUGH = 1e-10


def follow(prospects: pl.DataFrame, as_of: dt.date, start: dt.date | None = None) -> pl.DataFrame:
    """Say for each lead what was known of it at the end of `as_of`, in days from its creation.

    `age_days` runs to `as_of`, `waited_days` to the closing or, while open, to `as_of`. A lead
    closed after `as_of` was open then; one created after it has the age 0. `entry_days` is the age
    at which a lead came into view: above 0 for those created before `start`, of which the data
    hold only what was still open then (`entry.start`).
    """
    closed_by_then = pl.col("outcome").cast(pl.String).ne("open") & pl.col("closed_on").le(as_of)
    age_days = (pl.lit(as_of) - pl.col("created_on")).dt.total_days().clip(0)
    days_to_close = (pl.col("closed_on") - pl.col("created_on")).dt.total_days()
    unseen = (pl.lit(start, dtype=pl.Date) - pl.col("created_on")).dt.total_days().clip(0)
    return prospects.select(
        "created_on",
        age_days=age_days.cast(pl.Float64),
        entry_days=unseen.fill_null(0).cast(pl.Float64),
        is_closed=closed_by_then.fill_null(False),
        is_won=closed_by_then.fill_null(False) & pl.col("outcome").cast(pl.String).eq("won"),
        waited_days=pl.when(closed_by_then)
        .then(days_to_close)
        .otherwise(age_days)
        .cast(pl.Float64),
    )


def label(
    followed: pl.DataFrame,
    horizon: float,
    *,
    from_age: float = 0.0,
    memory_days: float | None = None,
) -> pl.DataFrame:
    """Add `is_hit`, won within the horizon (null: not known yet), and the lead's `weight`.

    `weight` is 1 over the share of leads that were followed as long as it took to know; 0 where
    it is not known. With `from_age`, days count from that age: pass the leads still open then.
    With `memory_days` a lead so many days older counts half as much. A lead that came into view
    later than `from_age` is not known: its like that closed before are missing.
    """
    waited, age = pl.col("waited_days") - from_age, pl.col("age_days") - from_age
    is_there = pl.col("entry_days") <= from_age
    in_time = pl.col("is_closed") & (waited <= horizon)
    is_known = is_there & (in_time | (age >= horizon))
    needed = followed.select(pl.when(in_time).then(waited).otherwise(horizon)).to_series()
    ages = (followed["age_days"] - from_age).to_numpy()
    counts = remembered(ages, memory_days) * followed.select(is_there).to_series().to_numpy()
    stands_for = pl.Series(counts / _share(ages, counts, needed.to_numpy()), dtype=pl.Float64)
    return followed.with_columns(
        is_hit=pl.when(is_known).then(pl.col("is_won") & in_time),
        weight=pl.when(is_known).then(stands_for).otherwise(0.0),
    )


def remembered(ages: Floats, memory_days: float | None) -> Floats:
    """Return by how much leads of these ages count, the youngest of all by 1."""
    if memory_days is None:
        return np.ones_like(ages)
    return np.asarray(np.exp2(-np.maximum(ages, 0.0) / memory_days))


def _share(ages: Floats, counts: Floats, needed: Floats) -> Floats:
    """Return the share of the leads, by their counts, that are as old as needed; 1 for nobody."""
    order = np.argsort(ages, kind="stable")
    younger = np.append(0.0, np.cumsum(counts[order]))
    if not younger[-1]:
        return np.ones_like(needed)
    older = younger[-1] - younger[np.searchsorted(ages[order], needed, side="left")]
    return np.where(older > 0, older / younger[-1], 1.0)


def horizon(followed: pl.DataFrame, share: float) -> int | None:
    """Return the days within which `share` of the wins come, rounded up to whole weeks or months.

    Slow wins are seen only on old leads, so each counts for those too young to have had it. Where
    nothing was won the closings of any kind decide; where nothing closed there is none.
    """
    closed = followed.filter("is_won")
    if closed.is_empty():
        closed = followed.filter("is_closed")
    if closed.is_empty():
        return None
    whole = followed.filter(pl.col("entry_days") == 0)
    closed = closed.filter(pl.col("entry_days") == 0)
    if closed.is_empty():
        return None
    longest = float(np.quantile(whole["age_days"].to_numpy(), 1 - FOLLOWED_SHARE))
    weighted = label(whole, float("inf")).filter(
        pl.col("is_won") if closed["is_won"].any() else pl.col("is_closed")
    )
    ordered = weighted.sort("waited_days")
    cumulated = ordered["weight"].cum_sum().to_numpy()
    place = int(np.searchsorted(cumulated, share * cumulated[-1] * (1 - CLOSE_ENOUGH)))
    days = float(ordered["waited_days"][place])
    return max(int(min(_rounded_up(days), longest)), 1)


def _rounded_up(days: float) -> int:
    unit = DAYS_OF_WEEK if days <= LONGEST_IN_WEEKS else DAYS_OF_MONTH
    return max(math.ceil(days / unit), 1) * unit


def followed_share(followed: pl.DataFrame, horizon_days: int) -> float:
    """Return the share of leads whose horizon is over, of those that were seen from the start."""
    whole = followed.filter(pl.col("entry_days") == 0)
    if whole.is_empty():
        return 0.0
    return float((whole["age_days"] >= horizon_days).mean() or 0.0)  # type: ignore[arg-type]
