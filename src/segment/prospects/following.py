"""What became of last month's grades: what was to be expected by now, beside what came.

A chance looks a whole horizon ahead and a month is only part of it. The part is told by how long
the wins of the past took: of those that were still open at the lead's age and were won within the
horizon from then on, the share that was won in the days that have passed since.
"""

import datetime as dt

import numpy as np
import polars as pl

from segment.prospects import timing
from segment.prospects.design import Floats
from segment.prospects.rules import GRADES
from segment.schema import require

FATES = ("won", "lost", "open", "gone")
NEEDED = ("prospect_id", "created_on", "outcome", "grade", "close_probability")


def follow_up(
    before: pl.DataFrame, leads: pl.DataFrame, then: dt.date, as_of: dt.date, horizon_days: int
) -> pl.DataFrame:
    """Return one row a lead that was open and graded at the end of `then`, with its fate since.

    `before` are the prospects published then, `leads` those of now. Columns: prospect_id, grade,
    close_probability (of then), fate (one of FATES; gone is no longer among the prospects) and
    due_probability, the chance of then to be won by `as_of`. `horizon_days` counts where `before`
    does not say which horizon its chances look over.

    Raises:
        DataError: `before` was not graded.
    """
    require(before, NEEDED, by="prospects.follow_up")
    open_then = before.filter(
        pl.col("outcome").cast(pl.String) == "open", pl.col("grade").is_not_null()
    ).select(*NEEDED, horizon=_horizon(before, horizon_days))
    now = timing.follow(leads, as_of).select(
        leads["prospect_id"].cast(pl.String),
        fate=pl.when("is_won").then(pl.lit("won")).when("is_closed").then(pl.lit("lost"))
        .otherwise(pl.lit("open")),
    )  # fmt: skip
    followed = open_then.join(now, on="prospect_id", how="left", maintain_order="left")
    ages = (then - followed["created_on"]).dt.total_days().clip(0).cast(pl.Float64).to_numpy()
    passed = float((as_of - then).days)
    known_then = timing.follow(leads.filter(pl.col("created_on") <= then), then)
    part = _part_due(known_then, ages, passed, followed["horizon"].to_numpy())
    return followed.select(
        "prospect_id",
        pl.col("grade").cast(pl.Enum(GRADES)),
        "close_probability",
        fate=pl.col("fate").fill_null("gone").cast(pl.Enum(FATES)),
        due_probability=pl.col("close_probability") * pl.Series(part),
    )


def _horizon(before: pl.DataFrame, horizon_days: int) -> pl.Expr:
    known = pl.col("horizon_days") if "horizon_days" in before.columns else pl.lit(None)
    return known.cast(pl.Float64).fill_null(float(horizon_days))


def _part_due(followed: pl.DataFrame, ages: Floats, passed: float, horizons: Floats) -> Floats:
    """Return which part of the wins within the horizon from an age on comes in the days passed.

    Wins count for those too young to have had theirs (see `timing.label`). Where no win is known
    from an age on, they are taken to come evenly.
    """
    wins = timing.label(followed, float("inf")).filter("is_won").sort("waited_days")
    days = wins["waited_days"].to_numpy()
    sums = np.concatenate([[0.0], np.cumsum(wins["weight"].to_numpy())])

    def won_by(day: Floats) -> Floats:
        return np.asarray(sums[np.searchsorted(days, day, side="right")])

    start = won_by(ages)
    ahead = won_by(ages + horizons) - start
    soon = won_by(ages + np.minimum(passed, horizons)) - start
    evenly = np.minimum(passed / np.maximum(horizons, 1.0), 1.0)
    return np.where(ahead > 0, soon / np.where(ahead > 0, ahead, 1.0), evenly)


def by_grade(followed: pl.DataFrame, interval_share: float) -> pl.DataFrame:
    """Return for each grade of then what was to be expected by now, beside what came.

    `followed` is what `follow_up` returns. Columns: grade, n_leads, n_won, expected_won,
    expected_low and expected_high (as many are won with the probability `interval_share` if the
    chances were right: binomial, which is a little wider than the truth), n_lost, n_open, n_gone.
    Those gone count for neither side.
    """
    every = pl.DataFrame({"grade": pl.Series(GRADES, dtype=pl.Enum(GRADES))})
    counted = followed.group_by("grade").agg(*_counts())
    table = every.join(counted, on="grade", how="left", maintain_order="left")
    return table.fill_null(0).pipe(_expected, interval_share)


def in_all(followed: pl.DataFrame, interval_share: float) -> dict[str, float]:
    """Return the same of all grades together, by the names of the columns."""
    return followed.select(*_counts()).pipe(_expected, interval_share).row(0, named=True)


def _counts() -> list[pl.Expr]:
    fate, is_there = pl.col("fate").cast(pl.String), pl.col("fate").cast(pl.String) != "gone"
    counts = [(fate == one).sum().cast(pl.Int64).alias(f"n_{one}") for one in FATES]
    due = pl.col("due_probability").filter(is_there).sum().alias("expected_won")
    return [pl.len().cast(pl.Int64).alias("n_leads"), *counts, due]


def _expected(table: pl.DataFrame, interval_share: float) -> pl.DataFrame:
    """Add between which counts those won fall with that probability, by the binomial."""
    from scipy.stats import binom  # noqa: PLC0415 (slow to import)

    n = (table["n_leads"] - table["n_gone"]).to_numpy()
    chance = table["expected_won"].to_numpy() / np.maximum(n, 1)
    tail = (1.0 - interval_share) / 2.0
    low, high = (
        pl.Series(binom.ppf(at, np.maximum(n, 1), chance)).clip(0, None).cast(pl.Int64)
        for at in (tail, 1.0 - tail)
    )
    bounded = table.with_columns(expected_low=low, expected_high=high)
    told = ("n_won", "expected_won", "expected_low", "expected_high", "n_lost", "n_open", "n_gone")
    return bounded.select(pl.exclude(told), *told)
