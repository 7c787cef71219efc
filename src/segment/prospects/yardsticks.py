"""What open leads would hold if they were as closed ones: those of their month, those of their age.

A field may be rarer among open leads for two honest reasons: it came into use or went out of it,
and it goes with quick closings. Closed leads created in the same month share the first, closed
leads that had waited longer than the open one has share the second. What both deny is neither.
"""

import numpy as np
import polars as pl

# With fewer closed leads that waited as long there is nobody to be compared with.
FEWEST = 20
# Beyond the age by which nine in ten closings fell, most that is open is forgotten and not late.
WAITED_SHARE = 0.90
# What is filled in today says how it is done today.
LATELY_DAYS = 365


def weigh(followed: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Add what the marks need of each lead, whatever the field.

    `half` (0 or 1) and `others_wait`, the days waited of some other lead, are drawn by lot.
    `by_month` and `by_age` are how many open leads a closed one stands for, and 1 for an open
    lead that is stood for, else 0: sums over closed leads are what sums over open ones would be.
    """
    is_open = ~pl.col("is_closed")
    month = pl.col("created_on").dt.truncate("1mo")
    n_open, n_closed = is_open.sum().over(month), pl.col("is_closed").sum().over(month)
    by_month = pl.when(is_open).then((n_closed > 0).cast(pl.Float64)).otherwise(n_open / n_closed)
    return followed.with_columns(
        half=pl.int_range(pl.len()).shuffle(seed=seed) % 2,
        others_wait=pl.col("waited_days").shuffle(seed=seed).over("is_closed"),
        by_month=by_month,
        by_age=_by_age(followed),
    )


def _by_age(followed: pl.DataFrame) -> pl.Series:
    """Return the weights by which closed leads stand for the open ones that waited less."""
    is_closed = followed["is_closed"].to_numpy()
    waited, ages = followed["waited_days"].to_numpy(), followed["age_days"].to_numpy()
    stands = is_closed & (ages - waited < LATELY_DAYS)
    weights = np.zeros(len(followed))
    if not stands.any():
        return pl.Series(weights)
    ends = np.sort(waited[stands])
    n_longer = len(ends) - np.searchsorted(ends, waited, side="right")
    compared = ~is_closed & (n_longer >= FEWEST) & (waited <= np.quantile(ends, WAITED_SHARE))
    order = np.argsort(waited[compared])
    summed = np.concatenate([[0.0], np.cumsum(1.0 / n_longer[compared][order])])
    younger = np.searchsorted(waited[compared][order], waited[stands], side="left")
    weights[stands] = summed[younger]
    weights[compared] = 1.0
    return pl.Series(weights)
