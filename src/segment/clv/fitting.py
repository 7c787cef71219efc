"""From a history to a model: first the clock, then purchases and spend on it."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from segment import clock, purchases, spend
from segment.clock import Clock
from segment.clv.rules import ClvRules
from segment.purchases import Floats
from segment.spend.evidence import record
from segment.summary import History
from segment.threads import one_thread


@dataclass(frozen=True, kw_only=True)
class ClvModel:
    """The clock and the two fitted models behind a forecast."""

    clock: Clock
    purchases: purchases.PurchaseModel
    spend: spend.SpendModel

    @property
    def parameters(self) -> pl.DataFrame:
        """One row a parameter: model, parameter, estimate, low, high (95%; null if not known).

        Time is in weeks of average buying, spend in money.
        """
        rows = []
        for model in (self.purchases, self.spend):
            errors = model.log_standard_errors
            for symbol, value in model.parameters.items():
                wide = np.exp(purchases.NORMAL_95 * errors[symbol]) if symbol in errors else None
                bounds = (None, None) if wide is None else (value / wide, value * wide)
                rows.append((model.name, symbol, value, *bounds))
        columns = ["model", "parameter", "estimate", "low", "high"]
        return pl.DataFrame(rows, schema=columns, orient="row")


@one_thread
def fit(history: History, rules: ClvRules) -> ClvModel:
    """Fit the clock, the purchase and the spend model to what customers did."""
    known = history.customers.filter(pl.col("frequency").is_not_null())
    first = known["first_on"].min()
    start = first if isinstance(first, dt.date) else history.as_of
    ticking = clock.fit(
        history.purchase_days, start, history.as_of, rules.special_days, seasons=rules.seasons
    )
    return ClvModel(
        clock=ticking,
        purchases=purchases.fit_best(*on_the_clock(known, ticking)[:3], rules.purchase_model),
        spend=spend.fit(record(known, rules.spend_basis), _mean_log(history, rules)),
    )


def on_the_clock(customers: pl.DataFrame, ticking: Clock) -> tuple[Floats, Floats, Floats, Floats]:
    """Return x, t_x, T (weeks on the clock) and the pace of each customer."""
    first = ticking.weeks(customers["first_on"])
    pace = ticking.own_pace(customers["first_on"])
    return (
        customers["frequency"].cast(pl.Float64).to_numpy(),
        (ticking.weeks(customers["last_on"]) - first) * pace,
        (ticking.now - first) * pace,
        pace,
    )


def _mean_log(history: History, rules: ClvRules) -> float | None:
    """Return the mean logarithm of spend over that of its mean; None for the classic form."""
    paid = history.purchase_days["spend"].to_numpy()
    paid = paid[paid > 0]
    if rules.spend_basis == "repeat" or not len(paid):
        return None
    return float(np.log(paid / paid.mean()).mean())
