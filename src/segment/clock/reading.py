"""Reading the clock: how many weeks of average buying lie between two days, past or to come."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from segment.clock.days import EPOCH, MONTHS, YEAR_SHARES, Days
from segment.clock.intensity import WEEK_DAYS, per_day
from segment.clock.prices import YEAR_DAYS, Prices

Floats = NDArray[np.float64]

FARTHEST_TREND_DAYS = 365  # a trend in spend is not drawn out for longer than this


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Time measured in buying, from the day `start` to `as_of` and beyond.

    `month` and `special` hold the intensity of a day by its month of the year and by what was
    declared of it (1 is an average day); `season_share`, from 0 to 1, is how much of the months'
    unlikeness is expected to come again. Customers first seen on `early_until` or before live
    `pace` times as fast. `past` and `future` are the days on either side of the end of `as_of`.
    """

    start: dt.date
    as_of: dt.date
    month: Floats
    special: Floats
    season_share: float
    pace: float
    early_until: dt.date | None
    prices: Prices
    past: Days
    future: Days

    @cached_property
    def expected_month(self) -> Floats:
        """The intensity of a day to come by its month, 1 on average over a year."""
        raw = self.month**self.season_share
        return np.asarray(raw / (YEAR_SHARES @ raw))

    @cached_property
    def _gone(self) -> Floats:
        intensity = per_day(self.past, self.month, self.special)
        return np.append(0.0, np.cumsum(intensity)) / WEEK_DAYS

    @cached_property
    def _to_come(self) -> Floats:
        intensity = per_day(self.future, self.expected_month, self.special)
        return np.append(0.0, np.cumsum(intensity)) / WEEK_DAYS

    @property
    def now(self) -> float:
        """The weeks from `start` to the end of `as_of`."""
        return float(self._gone[-1])

    def weeks(self, days: pl.Series) -> Floats:
        """Return the weeks from `start` to each of the days, negative before it."""
        position = (days.cast(pl.Int32) - (self.start.toordinal() - EPOCH)).to_numpy()
        inside = np.clip(position, 0, len(self.past))
        return np.asarray(self._gone[inside] + (position - inside) / WEEK_DAYS)

    def own_pace(self, first_on: pl.Series) -> Floats:
        """Return the pace of each customer by the day of the first purchase: 1, or `pace`."""
        if self.early_until is None:
            return np.ones(len(first_on))
        return np.where((first_on <= self.early_until).to_numpy(), self.pace, 1.0)

    def ahead(self, days: float | Floats) -> Floats:
        """Return the weeks from the end of `as_of` to so many days later; parts of days count."""
        reach = len(self.future)
        known = np.interp(days, np.arange(reach + 1), self._to_come)
        return np.asarray(known + np.maximum(np.asarray(days) - reach, 0) / WEEK_DAYS)

    def spend_factor(self, days: int) -> float:
        """Return what a purchase in the next `days` days brings, over one in prices of today."""
        weight = np.diff(self._to_come[: days + 1])
        prices = per_day(self.future, self.prices.month**self.season_share, self.prices.special)
        reach = min(days / 2, FARTHEST_TREND_DAYS)
        trend = np.exp(self.prices.trend * reach / YEAR_DAYS)
        return float(np.average(prices[:days], weights=weight) * trend)


def level(start: dt.date, as_of: dt.date, past: Days, future: Days, prices: Prices) -> Clock:
    """Return the clock that is the calendar."""
    n_special = len(prices.special)
    return Clock(
        start=start, as_of=as_of, month=np.ones(MONTHS), special=np.ones(n_special),
        season_share=0.0, pace=1.0, early_until=None, prices=prices, past=past, future=future,
    )  # fmt: skip
