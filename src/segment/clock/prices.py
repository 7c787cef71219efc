"""What a purchase brings in each kind of day and over the years, for the same customer.

The logarithm of a purchase day's spend is what the customer usually spends, plus the month, plus
what was declared of the day, plus a trend a year. Only customers with two purchase days or more
say something; each is compared with himself, so that who buys when does not matter. Effects are
held towards 0 by a normal prior (a ridge), the more the fewer days speak for them.
Source: within-group (fixed effects) regression, Wooldridge, *Econometric Analysis*, chapter 10.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segment.clock.days import MONTHS, Days, Index

Floats = NDArray[np.float64]

YEAR_DAYS = 365.0
EFFECT_SD = 0.1  # the same customer spends about a tenth more or less by the season
TREND_SD = 0.1  # a year; prices move by less in most years
SURE = 3.0  # standard errors from which on a trend is believed


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Spend of a purchase by month and by declared kind (1 is usual); growth a year, a log."""

    month: Floats
    special: Floats
    trend: float


def level(n_special: int) -> Prices:
    """Return prices that never move."""
    return Prices(month=np.ones(MONTHS), special=np.ones(n_special), trend=0.0)


def fit(customer: Index, position: Index, spend: Floats, days: Days, n_special: int) -> Prices:
    """Fit to purchase days with a spend above 0: who, on which of the `days`, how much."""
    paid = spend > 0
    customer, position = customer[paid], position[paid]
    amounts = np.log(spend[paid])
    n_of = np.bincount(customer)
    compared = n_of[customer] > 1 if len(customer) else np.zeros(0, bool)
    n_free = int(compared.sum() - (n_of > 1).sum()) - MONTHS
    if n_free <= 0:
        return level(n_special)
    customer, position, amounts = customer[compared], position[compared], amounts[compared]

    effects = np.zeros((len(amounts), MONTHS + n_special + 1))
    rows = np.arange(len(amounts))
    effects[rows, days.month[position]] = 1.0
    is_special = days.special[position] > 0
    effects[rows[is_special], MONTHS - 1 + days.special[position][is_special]] = 1.0
    effects[:, -1] = (position - len(days)) / YEAR_DAYS

    own, own_amounts = _within(customer, effects), _within(customer, amounts[:, None])[:, 0]
    noise = float(own_amounts @ own_amounts) / n_free
    if noise == 0:
        return level(n_special)
    prior = np.full(own.shape[1], EFFECT_SD)
    prior[-1] = TREND_SD
    precision = own.T @ own / noise + np.diag(prior**-2.0)
    found = np.linalg.solve(precision, own.T @ own_amounts / noise)
    trend_error = float(np.sqrt(np.linalg.inv(precision)[-1, -1]))
    reaches_a_year_back = len(days) > YEAR_DAYS  # before, months and trend are one
    is_sure = reaches_a_year_back and abs(found[-1]) > SURE * trend_error
    month = np.exp(found[:MONTHS])
    weight = np.bincount(days.month[position], minlength=MONTHS)
    return Prices(
        month=month * weight.sum() / (weight @ month),
        special=np.exp(found[MONTHS:-1]),
        trend=float(found[-1]) if is_sure else 0.0,
    )


def _within(customer: Index, values: Floats) -> Floats:
    """Return the values less the mean of their customer."""
    n_of = np.maximum(np.bincount(customer), 1)
    means = np.stack([np.bincount(customer, column) / n_of for column in values.T], axis=1)
    return np.asarray(values - means[customer])
