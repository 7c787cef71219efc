"""The marks of values that change while a lead is open, or when it closes: a stage, a count.

A field known at creation stays as it was. What closed leads often hold and open ones never do is
written at closing; what keeps step with the days passed, for open and closed leads alike, goes on
being written. Each function takes what those of `evidence` do, and returns the telling number or
None.
"""

import math

import polars as pl

from segment.prospects.strength import binned

# As in `evidence`: a mark holds up to this share, and so many must be expected.
TOLERATED_SHARE = 0.05
LEAST_EXPECTED = 10.0
# A shortfall beyond this many standard errors is no chance, though many values are looked at.
LEAST_ERRORS = 4.0
# An owner who has left is a value that open leads do not hold either, but that of few.
LEAST_CHANGED_SHARE = 0.10
# Rank correlation with the days passed, among closed leads and among open ones. Kinds of a lead
# that decide how long it takes reach .9 among closed leads, but hardly .5 among open ones …
IN_STEP, OPEN_IN_STEP = 0.40, 0.60
FEWEST_IN_STEP = 50
# … and where they come near, open leads rank above closed ones of the same age, since they have
# still longer to go: by .65 and more. What is written on ranks them alike, at .5.
ALIKE_WITHIN = 0.12
AGES = 20  # steps of the age within which that is asked
YARDSTICKS = ("by_month", "by_age")


def changed_at_closing(table: pl.DataFrame) -> float | None:
    """Return the share of closed leads that hold values which open ones hardly ever hold.

    A value counts if next to no open lead holds it beyond what the outcome that has it less often
    would bring, by closed leads of the month and by those that waited as long (`yardsticks`).
    """
    n_open, n_won, n_lost = _weights(table)
    if min(*n_open, *n_won, *n_lost) <= 0:
        return None
    sums = (
        table.with_columns(binned(table["value"]).alias("value"))
        .drop_nulls("value")
        .group_by("value")
        .agg(
            n_closed=pl.col("is_closed").sum(),
            **{
                f"{kind}_{weight}": pl.col(weight).filter(state).sum()
                for weight in YARDSTICKS
                for kind, state in STATES.items()
            },
        )
    )
    missed = pl.lit(True)
    for place, weight in enumerate(YARDSTICKS):
        found, won, lost = (pl.col(f"{kind}_{weight}") for kind in STATES)
        usual = won + lost
        as_won, as_lost = (
            side * n_open[place] / n[place] for side, n in ((won, n_won), (lost, n_lost))
        )
        least = pl.min_horizontal(as_won, as_lost)
        is_missed = (found - least) <= TOLERATED_SHARE * (usual - least)
        is_sure = (usual - found) >= LEAST_ERRORS * usual.sqrt()
        is_never = found <= TOLERATED_SHARE * usual
        missed = missed & (usual - least * ~is_never >= LEAST_EXPECTED) & (
            is_never | (is_missed & is_sure)
        )
    held = sums.filter(missed).select(
        "n_closed", usual=pl.col("won_by_age") + pl.col("lost_by_age")
    ).sum()
    if not held["usual"][0] or held["usual"][0] < LEAST_CHANGED_SHARE * n_open[1]:
        return None
    return float(held["n_closed"][0] / table["is_closed"].sum())


STATES = {
    "found": ~pl.col("is_closed"),
    "won": pl.col("is_closed") & pl.col("is_won"),
    "lost": pl.col("is_closed") & ~pl.col("is_won"),
}


def _weights(table: pl.DataFrame) -> tuple[tuple[float, ...], ...]:
    """Return the weights of open, won and lost leads, by each yardstick."""
    return tuple(
        table.select(pl.col(weight).filter(state).sum() for weight in YARDSTICKS).row(0)
        for state in STATES.values()
    )


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
    step = closed.select(
        pl.corr(*(name.rank() - name.rank().mean().over(like) for name in
                  (pl.col("value"), pl.col("waited_days"))))
    ).item()  # fmt: skip
    open_step = filled.filter(~pl.col("is_closed")).select(
        pl.corr("value", "waited_days", method="spearman")
    ).item()  # fmt: skip
    told = min(_along(step, step) / IN_STEP, _along(open_step, step) / OPEN_IN_STEP) >= 1
    if not told:
        return None
    ahead = _open_ahead(filled)
    is_behind = ahead is not None and math.copysign(ahead - 0.5, (ahead - 0.5) * step) <= ALIKE_WITHIN
    return abs(float(step)) if is_behind else None


def _along(step: float | None, way: float | None) -> float:
    """Return a correlation as far as it goes the way of another; none where there is none."""
    is_known = step is not None and way is not None and not math.isnan(step * way)
    return math.copysign(step, step * way) if is_known else 0.0


def _open_ahead(filled: pl.DataFrame) -> float | None:
    """Return how often an open lead ranks above a closed one that waited as long; ties are half."""
    ends = filled.filter("is_closed")["waited_days"]
    edges = ends.quantile
    spans = [edges(share / AGES) for share in range(1, AGES)]
    span = filled["waited_days"].cut(sorted({one for one in spans if one is not None}))
    ranked = filled.with_columns(span=span).filter(pl.col("waited_days") <= ends.max())
    within = ranked.with_columns(rank=pl.col("value").rank().over("span"))
    by_span = within.group_by("span").agg(
        n_open=(~pl.col("is_closed")).sum(),
        n_closed=pl.col("is_closed").sum(),
        ranks=pl.col("rank").filter(~pl.col("is_closed")).sum(),
    )
    pairs = pl.col("n_open") * pl.col("n_closed")
    above = pl.col("ranks") - pl.col("n_open") * (pl.col("n_open") + 1) / 2
    n_pairs, n_above = by_span.filter(pairs > 0).select(pairs.sum(), above=above.sum()).row(0)
    return float(n_above / n_pairs) if n_pairs else None
