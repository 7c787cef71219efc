"""From purchase days to the clock: what moved with the calendar, and how much of it will again.

A month that was seen once may have been a season or an accident; one seen in two years is a season.
So the share of the months' unlikeness that is expected to return grows with the months seen twice:
none in the first year, 1/2 when one month has returned, 12/13 when all have. What happened is
still taken out of the past, so that a busy month is not mistaken for customers who then left.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from segment.clock import intensity, prices, reading
from segment.clock.days import EPOCH, YEAR_SHARES, Days, between
from segment.clock.intensity import Histories
from segment.clock.reading import Clock

FARTHEST_DAYS = 3660  # a clock is read ten years ahead at the most
YEAR_DAYS = 365.2425
DOUBT_MONTHS = 1.0  # months that must have returned before half of a season is believed
EARLY_DAYS = 30  # who is seen first within so many days of the start may be an old customer
LONGEST_EARLY_DAYS = 548  # after a year and a half the early customers' own record says more
SURE = 10.0  # a pace of their own must raise the log posterior by so much
FEWEST_REPEATS = 24  # two a month of the year say nothing of months


def fit(
    purchase_days: pl.DataFrame, start: dt.date, as_of: dt.date,
    declared: Mapping[str, Sequence[str]], *, seasons: bool = True,
) -> Clock:  # fmt: skip
    """Fit the clock to purchase days: customer (a number), date, spend; one row each, ordered.

    `start` is the first day of the data, `declared` the days that are unlike others by name. With
    few repeat purchases the clock is the calendar; without `seasons` its months are alike.
    """
    n_special = len(declared)
    n_past = (as_of - start).days
    past = between(start + dt.timedelta(days=1), n_past, declared)
    future = between(as_of + dt.timedelta(days=1), FARTHEST_DAYS, declared)
    customer = purchase_days["customer"].to_numpy().astype(np.intp)
    day = (purchase_days["date"].cast(pl.Int32) - (start.toordinal() - EPOCH)).to_numpy()
    day = day.astype(np.intp)
    histories = _histories(customer, day, n_past)
    plain = reading.level(start, as_of, past, future, prices.level(n_special))
    if histories.repeats.sum() < FEWEST_REPEATS:
        return plain
    found = intensity.fit(histories, past, n_special, with_months=seasons, with_pace=False)
    if found is None:
        return plain
    early_until = None
    if n_past < LONGEST_EARLY_DAYS and not histories.is_early.all():
        paced = intensity.fit(histories, past, n_special, with_months=seasons, with_pace=True)
        if paced and paced.pace > 1 and paced.log_posterior > found.log_posterior + SURE:
            found = paced
            early_until = start + dt.timedelta(days=EARLY_DAYS - 1)
    later = between(start, n_past + 1, declared)
    spend = purchase_days["spend"].to_numpy()
    return Clock(
        start=start, as_of=as_of, month=found.month, special=found.special,
        season_share=_season_share(later) if seasons else 0.0,
        pace=found.pace, early_until=early_until,
        prices=prices.fit(customer, day, spend, later, n_special), past=past, future=future,
    )  # fmt: skip


def _histories(customer: np.ndarray, day: np.ndarray, n_past: int) -> Histories:
    """Return the distinct histories; the rows are ordered by customer and day."""
    is_first = np.append(True, customer[1:] != customer[:-1])[: len(customer)]
    starts = np.flatnonzero(is_first)
    counts = np.diff(starts, append=len(customer))
    ends = starts + counts - 1
    cells = (
        pl.DataFrame({"first": day[starts], "last": day[ends], "x": counts - 1})
        .group_by("first", "last", "x")
        .len()
        .sort("first", "last", "x")
    )
    first = cells["first"].to_numpy().astype(np.intp)
    return Histories(
        first=first,
        last=cells["last"].to_numpy().astype(np.intp),
        x=cells["x"].to_numpy().astype(float),
        weight=cells["len"].to_numpy().astype(float),
        is_early=first < EARLY_DAYS,
        repeats=np.bincount(day[~is_first] - 1, minlength=n_past).astype(float),
    )


def _season_share(days: Days) -> float:
    years_seen = np.bincount(days.month, minlength=len(YEAR_SHARES)) / (YEAR_SHARES * YEAR_DAYS)
    returned = float(np.clip(years_seen - 1, 0, 1).sum())
    return returned / (returned + DOUBT_MONTHS)
