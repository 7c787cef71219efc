"""Where the data begin: leads that closed before an export's first day are missing from it.

An export often holds what was open on some day or came later. Of the leads created before that day
it then lacks all that closed before it, and those that are there have survived: they look slow and
hopeful. Such leads count only from the age at which they came into view (left truncation with
delayed entry, Andersen et al., *Statistical Models Based on Counting Processes*, 1993).
"""

import datetime as dt

import numpy as np
import polars as pl

from segment.prospects import timing

# Where ten closings are expected, none at all comes by chance once in 22,000 times.
LEAST_EXPECTED = 10.0
# An export may hold a few leads that closed earlier, by a slip of the pen or a merge.
TOLERATED_SHARE = 0.05
# So many of the earliest closings are tried as the first day.
MOST_TRIED = 50


def start(prospects: pl.DataFrame, as_of: dt.date) -> dt.date | None:
    """Return the day from which closings are in the data; None where none are missing.

    Before that day next to none closed though many would have, had leads closed as those that were
    created later did.
    """
    followed = timing.follow(prospects, as_of)
    closed_on = prospects["closed_on"].filter(followed["is_closed"]).sort()
    first_on = prospects["created_on"].min()
    if closed_on.is_empty() or first_on is None:
        return None
    found = None
    for day in closed_on.unique().sort().head(MOST_TRIED):
        n_closed = closed_on.search_sorted(day, side="left")
        expected = _expected(followed, day)
        if expected >= LEAST_EXPECTED and n_closed <= TOLERATED_SHARE * expected:
            found = day
    return found


def _expected(followed: pl.DataFrame, day: dt.date) -> float:
    """Return how many leads created before `day` would have closed before it, as later ones did.

    That is the sum of the hazards that they went through until then (Nelson and Aalen).
    """
    is_before = followed["created_on"] < day
    before, later = followed.filter(is_before), followed.filter(~is_before)
    if before.is_empty() or later.is_empty():
        return 0.0
    waited = later["waited_days"].to_numpy()
    ends = np.sort(waited[later["is_closed"].to_numpy()])
    at_risk = len(waited) - np.searchsorted(np.sort(waited), ends, side="left")
    hazard = np.append(0.0, np.cumsum(1.0 / at_risk))
    ages = (pl.lit(day) - pl.col("created_on")).dt.total_days()
    until = before.select(ages).to_series().to_numpy()
    return float(hazard[np.searchsorted(ends, until, side="left")].sum())
