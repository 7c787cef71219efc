"""The marks of values that change while a lead is open, or when it closes: a stage, a count.

A field known at creation stays as it was. What closed leads often hold and open ones never do is
written at closing; what keeps step with the days passed, for open and closed leads alike, goes on
being written. Each function takes what those of `evidence` do, and returns the telling number or
None.
"""

import math

import numpy as np
import polars as pl

from segment.prospects.evidence import LEAST_EXPECTED, TOLERATED_SHARE
from segment.prospects.strength import binned

# A shortfall beyond this many standard errors is no chance, though many values are looked at.
LEAST_ERRORS = 4.0
# A value that so many of an outcome hold stands for the outcome, slips and all.
COPY_SHARE = 0.90
# An owner who has left is a value that open leads do not hold either, but that of few.
LEAST_CHANGED_SHARE = 0.10
# Rank correlation with the days passed, among closed leads and among open ones. Kinds of a lead
# that decide how long it takes reach .9 among closed leads, but hardly .5 among open ones …
IN_STEP, OPEN_IN_STEP = 0.40, 0.60
FEWEST_IN_STEP = 50
# What hardly differs within a month is a matter of the calendar.
LEAST_OWN_SHARE = 0.1
# … and where they come near, open leads rank above closed ones of the same age, since they have
# still longer to go: by .65 and more. What is written on ranks them alike, at .5.
ALIKE_WITHIN = 0.12
EVEN = 0.5
AGES = 20  # steps of the age within which that is asked
YARDSTICKS = ("by_month", "by_age")
STATES = {
    "open": ~pl.col("is_closed"),
    "won": pl.col("is_closed") & pl.col("is_won"),
    "lost": pl.col("is_closed") & ~pl.col("is_won"),
}


def changed_at_closing(table: pl.DataFrame) -> float | None:
    """Return the share of closed leads that hold values which open ones hardly ever hold.

    A value counts if next to no open lead holds it, by closed leads of the month and by those that
    waited as long (`yardsticks`). Of a value that nearly all of one outcome hold, slips are left
    aside: so many leads as the other outcome has with it.
    """
    weights = {
        f"{state}_{name}": pl.col(name).filter(is_in).sum()
        for name in YARDSTICKS
        for state, is_in in STATES.items()
    }
    every = table.select(**weights).row(0, named=True)
    by_value = (
        table.with_columns(binned(table["value"]).alias("value"))
        .drop_nulls("value")
        .group_by("value")
        .agg(n_closed=pl.col("is_closed").sum(), **weights)
    )
    missed = by_value.filter(*(_is_missed(name, every) for name in YARDSTICKS))
    usual, n_missed = missed.select(
        pl.col("won_by_age").sum() + pl.col("lost_by_age").sum(), pl.col("n_closed").sum()
    ).row(0)
    told = usual > 0 and usual >= LEAST_CHANGED_SHARE * every["open_by_age"]
    return float(n_missed) / int(table["is_closed"].sum()) if told else None


def _is_missed(name: str, every: dict[str, float]) -> pl.Expr:
    """Tell the values that open leads do not hold, though as closed ones many would."""
    found, won, lost = (pl.col(f"{state}_{name}") for state in STATES)
    n_open, n_won, n_lost = (every[f"{state}_{name}"] for state in STATES)
    usual = won + lost
    is_never = (usual >= LEAST_EXPECTED) & (found <= TOLERATED_SHARE * usual)
    if min(n_won, n_lost) <= 0:
        return is_never
    shares = (won / n_won, lost / n_lost)
    is_copy = pl.max_horizontal(shares) >= COPY_SHARE
    slips = pl.min_horizontal(shares) * n_open
    more = usual - slips
    is_short = (more >= LEAST_EXPECTED) & (usual - found >= LEAST_ERRORS * usual.sqrt())
    return is_never | (is_copy & is_short & (found - slips <= TOLERATED_SHARE * more))


BOTH = ("value", "waited_days")


def grows_while_open(table: pl.DataFrame) -> float | None:
    """Return how closely a field keeps step with the days passed, as a rank correlation.

    Told when it does among closed leads of the same month and outcome, and when open leads hold
    what closed ones of the same age held: so it is written on as days pass, and not a kind of lead
    that takes long.
    """
    filled = table.drop_nulls("value").with_columns(value=pl.col("value").rank())
    closed = filled.filter("is_closed")
    if min(len(closed), len(filled) - len(closed)) < FEWEST_IN_STEP:
        return None
    like = [pl.col("created_on").dt.truncate("1mo"), pl.col("is_won")]
    ranks = closed.with_columns(pl.col(*BOTH).rank())
    own = ranks.select(pl.col(*BOTH) - pl.col(*BOTH).mean().over(like))
    step, spread = own.select(pl.corr(*BOTH), own=pl.col("value").std()).row(0)
    if spread < LEAST_OWN_SHARE * ranks.select(pl.col("value").std()).item():
        return None
    open_step = filled.filter(~pl.col("is_closed")).select(pl.corr(*BOTH, method="spearman")).item()
    way = math.copysign(1.0, step or 0.0)
    if not (way * (step or 0.0) >= IN_STEP and way * (open_step or 0.0) >= OPEN_IN_STEP):
        return None
    ahead = _open_ahead(filled)
    is_alike = ahead is not None and way * (ahead - EVEN) <= ALIKE_WITHIN
    return way * float(step) if is_alike else None


def _open_ahead(filled: pl.DataFrame) -> float | None:
    """Return how often an open lead ranks above a closed one that waited as long; ties are half.

    None where no closed lead waited as long.
    """
    ends = filled.filter("is_closed")["waited_days"]
    edges = np.quantile(ends.to_numpy(), np.arange(1, AGES) / AGES)
    span = np.searchsorted(edges, filled["waited_days"].to_numpy())
    by_span = (
        filled.with_columns(span=pl.Series(span))
        .filter(pl.col("waited_days") <= ends.max())
        .with_columns(rank=pl.col("value").rank().over("span"))
        .group_by("span")
        .agg(
            n_open=(~pl.col("is_closed")).sum().cast(pl.Float64),
            n_closed=pl.col("is_closed").sum().cast(pl.Float64),
            ranks=pl.col("rank").filter(~pl.col("is_closed")).sum(),
        )
    )
    pairs = pl.col("n_open") * pl.col("n_closed")
    above = pl.col("ranks") - pl.col("n_open") * (pl.col("n_open") + 1) / 2
    n_pairs, n_above = by_span.filter(pairs > 0).select(pairs.sum(), above=above.sum()).row(0)
    return float(n_above / n_pairs) if n_pairs else None
