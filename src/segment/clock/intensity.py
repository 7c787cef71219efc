"""How much is bought in each kind of day, told apart from customers coming, slowing and leaving.

The likelihood is that of MBG/NBD with time replaced by cumulated intensity: a purchase on a day of
intensity v adds log v, and ages are sums of v over days. Its maximum over the four parameters and
the logarithms of the intensities, each held towards 0 by a normal prior, is found together: cohorts
that meet the same months at other ages tell a month from an age. With one cohort, or little data,
the prior wins and the intensities stay level.

Early customers: data that begin in the middle of a company's life show its old, frequent customers
first. Those seen within EARLY_DAYS of the start may buy at a pace of their own.
Source: Batislam et al. 2007 (MBG/NBD); time as a cumulated intensity: Crowder, *Multivariate
Survival Analysis*, 2012; Fader & Hardie 2007 ("Incorporating time-invariant covariates").
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, psi

from segment.clock.days import MONTHS, YEAR_SHARES, Days, Index

Floats = NDArray[np.float64]

WEEK_DAYS = 7.0
MONTH_SD = 0.2  # months of a shop differ by about a fifth
SPECIAL_SD = 0.7  # a declared day may double the trade
PACE_SD = 1.0  # old customers may buy some times as often as new ones
PARAMETER_SD = 30.0  # keeps the fit finite where a parameter is not identified
WIDEST_LOG = 9.0  # of a parameter
WIDEST_EFFECT = 3.0  # of a kind of day, on the log scale: twenty times as much
MOST_STEPS = 300
START = np.log([0.6, 7.0, 0.9, 1.6])  # r, alpha in weeks, a, b of a usual shop
N_PARAMETERS = len(START)
OF_MONTHS = slice(N_PARAMETERS, N_PARAMETERS + MONTHS)  # where their effects stand, then …
OF_SPECIAL = slice(N_PARAMETERS + MONTHS, -1)  # … those of declared kinds, and last the pace


@dataclass(frozen=True, kw_only=True)
class Histories:
    """Weighted purchase histories in days since the first day: arrays of equal length.

    `first` and `last` purchase day, `x` repeat purchases, `weight` customers; `is_early` marks
    those that may have a pace of their own. `repeats` counts the repeat purchases of each day.
    """

    first: Index
    last: Index
    x: Floats
    weight: Floats
    is_early: NDArray[np.bool_]
    repeats: Floats


@dataclass(frozen=True, kw_only=True)
class Intensity:
    """Buying by month (1 on average over a year), by declared kind, pace of early customers."""

    month: Floats
    special: Floats
    pace: float
    log_posterior: float


def per_day(days: Days, month: Floats, special: Floats) -> Floats:
    """Return the intensity of each day."""
    return np.asarray(month[days.month] * np.append(1.0, special)[days.special])


def fit(
    histories: Histories, days: Days, n_special: int, *, with_months: bool, with_pace: bool
) -> Intensity | None:
    """Fit the intensities to histories whose last observed day is the last of `days`.

    The days are those after the first one: purchases on the first day are first purchases. None
    if the fit does not converge.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 (slow to import; a fit needs it)

    n_effects = MONTHS + n_special + 1
    widest = np.full(N_PARAMETERS + n_effects, WIDEST_EFFECT)
    widest[:N_PARAMETERS] = WIDEST_LOG
    widest[OF_MONTHS] *= with_months
    widest[-1] *= with_pace
    problem = _Problem(histories, days, n_special)
    found = minimize(
        problem.negative_log_posterior,
        np.append(START, np.zeros(n_effects)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-wide, wide) for wide in widest],
        options={"maxiter": MOST_STEPS},
    )
    if not found.success:
        return None
    return Intensity(
        month=_months(found.x[OF_MONTHS]),
        special=np.exp(found.x[OF_SPECIAL]),
        pace=float(np.exp(found.x[-1])),
        log_posterior=float(-found.fun * problem.n_customers),
    )


def _months(effects: Floats) -> Floats:
    raw = np.exp(effects)
    return np.asarray(raw / (YEAR_SHARES @ raw))


class _Problem:
    """The negative log posterior and its gradient, with what does not change between steps."""

    def __init__(self, histories: Histories, days: Days, n_special: int) -> None:
        self.histories, self.days, self.n_special = histories, days, n_special
        self.n_customers = float(histories.weight.sum())
        self.counts, self.level = np.unique(histories.x, return_inverse=True)
        self.at_count = np.bincount(self.level, histories.weight)
        early = histories.weight * histories.x * histories.is_early
        self.early_repeats = float(early.sum())
        self.by_month = np.bincount(days.month, histories.repeats, MONTHS)
        self.by_special = np.bincount(days.special, histories.repeats, n_special + 1)[1:]
        self.prior_sd = np.concatenate(
            [np.full(N_PARAMETERS, PARAMETER_SD), np.full(MONTHS, MONTH_SD),
             np.full(n_special, SPECIAL_SD), [PACE_SD]]
        )  # fmt: skip

    def negative_log_posterior(self, theta: Floats) -> tuple[float, Floats]:
        """Return it and its gradient, both per customer."""
        of, days = self.histories, self.days
        r, alpha, a, b = np.exp(theta[:N_PARAMETERS])
        month, special = _months(theta[OF_MONTHS]), np.exp(theta[OF_SPECIAL])
        pace = np.where(of.is_early, np.exp(theta[-1]), 1.0)
        v = per_day(days, month, special)
        clock = np.append(0.0, np.cumsum(v) / WEEK_DAYS)
        T, t_x = pace * (clock[-1] - clock[of.first]), pace * (clock[of.last] - clock[of.first])

        shape = r + of.x
        log_T, log_t = np.log(alpha + T), np.log(alpha + t_x)
        stays = np.log(b + self.counts)[self.level] - shape * log_T
        left = np.log(a) - shape * log_t
        total = np.logaddexp(stays, left)
        alive = of.weight * np.exp(stays - total)
        gone = of.weight - alive
        n, at, x = self.n_customers, self.at_count, self.counts
        common = (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha)
            + gammaln(b + x) - gammaln(a + b + x + 1) - gammaln(b) + gammaln(a + b)
        )  # fmt: skip
        value = (
            at @ common + of.weight @ total
            + self.by_month @ np.log(month) + self.by_special @ theta[OF_SPECIAL]
            + self.early_repeats * theta[-1]
        )  # fmt: skip

        per_T, per_t = -alive * shape / (alpha + T), -gone * shape / (alpha + t_x)
        leaving = at @ (psi(a + b) - psi(a + b + x + 1))
        gradient = np.empty_like(theta)
        gradient[0] = r * (at @ (psi(r + x) - psi(r)) + n * np.log(alpha)
                           - alive @ log_T - gone @ log_t)  # fmt: skip
        gradient[1] = n * r + alpha * (per_T.sum() + per_t.sum())
        gradient[2] = a * leaving + gone.sum()
        stayed = np.bincount(self.level, alive) / (b + x)
        gradient[3] = b * (leaving + at @ (psi(b + x) - psi(b)) + stayed.sum())
        early = (per_T * T + per_t * t_x)[of.is_early].sum()
        gradient[-1] = early + self.early_repeats

        per_T, per_t = per_T * pace, per_t * pace
        at_position = np.bincount(of.last, per_t, len(clock))
        at_position -= np.bincount(of.first, per_T + per_t, len(clock))
        at_position[-1] += per_T.sum()
        per_day_v = np.cumsum(at_position[::-1])[::-1][1:] / WEEK_DAYS * v
        of_month = np.bincount(days.month, per_day_v, MONTHS) + self.by_month
        gradient[OF_MONTHS] = of_month - YEAR_SHARES * month * of_month.sum()
        gradient[OF_SPECIAL] = (
            np.bincount(days.special, per_day_v, self.n_special + 1)[1:] + self.by_special
        )

        centred = theta.copy()
        centred[OF_MONTHS] -= theta[OF_MONTHS].mean()
        value -= ((centred / self.prior_sd) ** 2).sum() / 2
        gradient -= centred / self.prior_sd**2
        return -value / n, -gradient / n
