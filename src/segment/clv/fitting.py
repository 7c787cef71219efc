"""From a history to a model: first the clock, then purchases and spend on it."""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from segment import clock, purchases, spend, summary
from segment.clock import Clock
from segment.clv.rules import ClvRules
from segment.purchases import Floats
from segment.summary import History
from segment.threads import one_thread

MOST_POPULATION = 1_000  # a share over so many is known to one or two points


@dataclass(frozen=True, kw_only=True)
class ClvModel:
    """The clock and the two fitted models behind a forecast.

    `population` is an even sample of the customers fitted to, by which ranges are balanced.
    """

    clock: Clock
    purchases: purchases.PurchaseModel
    spend: spend.SpendModel
    population: pl.DataFrame

    @property
    def parameters(self) -> pl.DataFrame:
        """One row a parameter: model, parameter, estimate, low, high (95%; null if not known).

        Time is in weeks of average buying, spend in money.
        """
        columns = ["model", "parameter", "estimate", "low", "high"]
        rows = [
            (model.name, symbol, value, *model.intervals.get(symbol, (None, None)))
            for model in (self.purchases, self.spend)
            for symbol, value in model.parameters.items()
        ]
        return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


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
        purchases=purchases.fit(*on_the_clock(known, ticking)[:3], rules.purchase_model),
        spend=_fit_spend(history, known, ticking, rules),
        population=known.select("frequency", "first_on", "last_on").gather_every(
            max(1, -(-known.height // MOST_POPULATION))
        ),
    )


@one_thread
def refit(model: ClvModel, history: History, rules: ClvRules) -> ClvModel:
    """Return the model of the same history with the purchase model of `rules` for its own."""
    known = history.customers.filter(pl.col("frequency").is_not_null())
    fitted = purchases.fit(*on_the_clock(known, model.clock)[:3], rules.purchase_model)
    return replace(model, purchases=fitted)


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


def _fit_spend(
    history: History, known: pl.DataFrame, ticking: Clock, rules: ClvRules
) -> spend.SpendModel:
    """Fit spend in the prices of today to purchase days, or in the classic form to repeat means.

    Purchase days that brought nothing, and refunds of other days, lower what all purchases bring
    by the same share.
    """
    if rules.spend_basis == "repeat":
        return spend.fit(spend.repeat_record(known))
    days = history.purchase_days.filter(pl.col("spend") > 0)
    if days.is_empty():
        return spend.fit(spend.repeat_record(known.clear()))
    age = (pl.lit(history.as_of) - pl.col("date")).dt.total_days() / summary.YEAR_DAYS
    paid = days.select("customer", spend=pl.col("spend") * (age * ticking.prices.trend).exp())
    of = paid.group_by("customer").agg(pl.len(), pl.col("spend").mean()).sort("customer")
    spends = paid["spend"].to_numpy()
    mean_log = float(np.log(spends / spends.mean()).mean())
    gross = spend.fit(
        spend.Record(n=of["len"].cast(pl.Float64).to_numpy(), mean=of["spend"].to_numpy()), mean_log
    )
    kept = known["revenue"].to_numpy().sum() / (known["frequency"].to_numpy() + 1).sum()
    return spend.scaled(gross, max(float(kept / days["spend"].to_numpy().mean()), 0.0))
