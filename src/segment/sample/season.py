"""The sample's calendar: which days and months bring how many purchases, and what prices do."""

import datetime as dt

import numpy as np

from segment.sample.rules import FUTURE_DAYS, SampleRules
from segment.sample.words import Floats, Ints

# January to December: a wholesaler to kitchens sells most before Christmas, least in the holidays.
MONTH_WEIGHTS = (0.72, 0.88, 0.98, 1.02, 1.06, 1.04, 0.92, 0.74, 1.02, 1.08, 1.42, 1.12)
WEEKDAY_WEIGHTS = (1.30, 1.10, 1.05, 1.15, 1.25, 0.55, 0.0)  # Monday to Sunday, closed on Sundays
OFFICE_WEIGHTS = (1.4, 1.4, 1.4, 1.4, 1.4, 0.0, 0.0)  # visits and contacts: Monday to Friday
CLOSED = ((1, 1), (12, 25), (12, 26))
YEARLY_PRICE_GROWTH = 0.02  # in one step, each January


def days(rules: SampleRules) -> list[dt.date]:
    """Return every day of the data and of the year after it."""
    return [rules.first_on + dt.timedelta(days=i) for i in range(rules.n_days + FUTURE_DAYS)]


def buying(rules: SampleRules) -> Floats:
    """Return the weight of each day for purchases: 1 on average, 0 when closed."""
    weight = np.array(
        [
            MONTH_WEIGHTS[day.month - 1] * WEEKDAY_WEIGHTS[day.weekday()] * _is_open(day)
            for day in days(rules)
        ]
    )
    return np.asarray(weight / weight[: rules.n_days].mean())


def office(rules: SampleRules) -> Floats:
    """Return the weight of each day for visits and contacts: 1 on average, 0 when closed."""
    weight = np.array([OFFICE_WEIGHTS[day.weekday()] * _is_open(day) for day in days(rules)])
    return np.asarray(weight / weight.mean())


def prices(rules: SampleRules) -> Floats:
    """Return the price level of each day, 1 in the first year."""
    years = np.array([day.year - rules.first_on.year for day in days(rules)])
    return (1 + YEARLY_PRICE_GROWTH) ** years


def next_open(rules: SampleRules, at: Ints) -> Ints:
    """Move each day number on to the next day on which the house is open.

    A day beyond the simulated ones stays where it is.
    """
    is_open = buying(rules) > 0
    following = np.arange(len(is_open))
    for i in range(len(is_open) - 2, -1, -1):
        following[i] = i if is_open[i] else following[i + 1]
    return np.where(at < len(is_open), following[np.minimum(at, len(is_open) - 1)], at)


def _is_open(day: dt.date) -> bool:
    return (day.month, day.day) not in CLOSED
