"""The forecast of each customer: being there, purchases, spend, revenue and its range, and clv.

What is expected of a customer who is there hangs on few things, the purchases so far and the first
day, so it is computed once for each that occurs and read off for all who share it.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from segment import purchases, spend, summary
from segment.clv import outcome
from segment.clv.fitting import ClvModel, fit, on_the_clock
from segment.clv.kinds import Kinds
from segment.clv.rules import ClvRules
from segment.errors import DataError
from segment.purchases import Floats
from segment.schema import require
from segment.threads import one_thread

NEEDED = (
    "customer_id", "first_on", "last_on", "frequency", "recency", "T", "repeat_value", "revenue",
    "revenue_last_year", "purchases_last_year",
)  # fmt: skip
DISCOUNT_NODES, DISCOUNT_WEIGHTS = np.polynomial.legendre.leggauss(6)


@dataclass(frozen=True, kw_only=True)
class Means:
    """What is expected of each customer, and of each kind of customer who is there."""

    kinds: Kinds
    history: tuple[Floats, Floats, Floats]
    there: Floats
    discounted: Floats
    bought: Floats
    evidence: Floats
    spend_today: Floats
    per_purchase: Floats

    @property
    def revenue(self) -> Floats:
        """Money of each customer over the horizon, not discounted."""
        return self.bought * self.per_purchase


@one_thread
def expected(customers: pl.DataFrame, model: ClvModel, rules: ClvRules) -> pl.DataFrame:
    """Return customer_id and expected_revenue alone, as `predict` has it, of who has purchased.

    The ranges, which take most of the time of `predict`, are left out.

    Raises:
        DataError: `customers` is not a summary, or not one of the day that the model ends on.
    """
    require(customers, NEEDED, by="clv.expected")
    known = customers.filter(customers["frequency"].is_not_null())
    revenue = _means(known, model, rules).revenue
    return known.select("customer_id", expected_revenue=pl.lit(pl.Series(revenue)))


@one_thread
def predict(customers: pl.DataFrame, model: ClvModel, rules: ClvRules) -> pl.DataFrame:
    """Add p_alive, the expected purchases, spend and revenue, its range, and clv.

    expected_revenue, revenue_low, revenue_high and revenue_sd are money over the horizon, not
    discounted; p_nothing is the probability of no purchase in it; revenue_next_year is expected of
    the next 365 days, whatever the horizon; clv is the discounted margin,
    by the column `margin_rate` where the frame has one and by the rules' rate where not. A
    customer without a purchase in the data gets nulls; one whose account was blocked since the last
    purchase (column blocked_on) is gone.

    Raises:
        DataError: `customers` is not a summary, or not one of the day that the model ends on.
    """
    require(customers, NEEDED, by="clv.predict")
    is_known = customers["frequency"].is_not_null()
    known = customers.filter(is_known)
    means = _means(known, model, rules)
    ranges = outcome.ranges(means.kinds, means.history, means.evidence, means.revenue, model, rules)
    made = {
        "p_alive": means.there,
        "expected_purchases": means.bought,
        "expected_spend": means.per_purchase,
        "expected_revenue": means.revenue,
        "revenue_low": ranges.low,
        "revenue_high": ranges.high,
        "revenue_sd": ranges.sd,
        "p_nothing": np.where(may_buy(known) > 0, ranges.nothing, 1.0),
        "clv": means.there * means.discounted[means.kinds.of_customer] * means.per_purchase,
        "revenue_next_year": means.there * _year(means.kinds, model) * means.spend_today,
    }
    rate = (
        pl.col("margin_rate") if "margin_rate" in customers.columns else pl.lit(rules.margin_rate)
    )
    spread = pl.DataFrame(made) if is_known.all() else _spread(made, is_known)
    return (
        customers.drop(set(made) & set(customers.columns))
        .with_columns(spread)
        .with_columns(pl.col("clv") * rate)
    )


def _means(known: pl.DataFrame, model: ClvModel, rules: ClvRules) -> Means:
    _require_same_day(known, model)
    x, t_x, T, pace = on_the_clock(known, model.clock)
    kinds = Kinds.of(x, known["first_on"], T, pace)
    there = purchases.p_alive(model.purchases, x, t_x, T) * may_buy(known)
    ahead, discounted = _while_there(kinds, model, rules)
    of = spend.evidence(known, model.spend, rules.spend_basis, model.clock.prices.trend)
    today = spend.expected(model.spend, of.weight, of.mean, of.usual)
    return Means(
        kinds=kinds,
        history=(x, t_x, T),
        there=there,
        discounted=discounted,
        bought=there * ahead[kinds.of_customer],
        evidence=of.weight,
        spend_today=today,
        per_purchase=model.clock.spend_factor(rules.horizon_days) * today,
    )


def may_buy(customers: pl.DataFrame) -> Floats:
    """Return 0 for each customer whose account was blocked since the last purchase, else 1.

    A purchase after the block tells that it was lifted.
    """
    if "blocked_on" not in customers.columns:
        return np.ones(customers.height)
    is_blocked = (customers["blocked_on"] >= customers["last_on"]).fill_null(value=False)
    return 1.0 - is_blocked.cast(pl.Float64).to_numpy()


def forecast(
    transactions: pl.DataFrame | pl.LazyFrame,
    as_of: dt.date,
    horizon_days: int | None = None,
    rules: ClvRules | None = None,
) -> pl.DataFrame:
    """Forecast every customer from transactions: customer_id, date, amount (negative: refund).

    One row a customer, by customer_id: the summary's columns and those of `predict`. The horizon
    is that of the rules (365 days) unless `horizon_days` says otherwise.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount, or holds unknown ones.
        ConfigError: `horizon_days` is below 1.
    """
    rules = rules or ClvRules()
    if horizon_days is not None:
        rules = replace(rules, horizon_days=horizon_days)
    history = summary.read(transactions, as_of)
    return predict(history.customers, fit(history, rules), rules)


def _require_same_day(known: pl.DataFrame, model: ClvModel) -> None:
    days = known.select(pl.col("first_on") + pl.duration(days="T")).to_series()
    n_other = int((days != model.clock.as_of).sum())
    if n_other:
        raise DataError(
            f"clv.predict needs the summary of {model.clock.as_of}, on which the model ends; "
            f"{n_other:,} of {known.height:,} customers are as of another day, such as {days[0]}. "
            "Fit the model to the same history."
        )


def _year(kinds: Kinds, model: ClvModel) -> Floats:
    """Return what the next year brings of each customer who is there, over a purchase of today."""
    ahead = float(model.clock.ahead(summary.YEAR_DAYS)) * kinds.pace
    bought = purchases.while_alive(model.purchases, kinds.x, kinds.T, ahead)
    return np.asarray(bought * model.clock.spend_factor(summary.YEAR_DAYS))[kinds.of_customer]


def _while_there(kinds: Kinds, model: ClvModel, rules: ClvRules) -> tuple[Floats, Floats]:
    """Return the purchases expected of each kind of customer who is there, and discounted.

    Discounting each at the rate of its day is, by parts, the sum at the end discounted, and the
    interest on what came before: an integral over the days, by Gauss' rule for each year.
    """
    days = rules.horizon_days
    panels = -(-days // summary.YEAR_DAYS)
    at = (np.arange(panels)[:, None] + (DISCOUNT_NODES + 1) / 2).ravel() / panels * days
    weights = np.tile(DISCOUNT_WEIGHTS, panels) / 2 / panels * days
    nodes = np.append(at, days)
    ahead = model.clock.ahead(nodes)[None, :] * kinds.pace[:, None]
    until = purchases.while_alive(model.purchases, kinds.x[:, None], kinds.T[:, None], ahead)
    force = np.log1p(rules.discount_rate_annual) / summary.YEAR_DAYS
    worth = np.exp(-force * nodes)
    interest = until[:, :-1] @ (worth[:-1] * weights) * force
    return until[:, -1], until[:, -1] * worth[-1] + interest


def _spread(made: dict[str, Floats], is_known: pl.Series) -> pl.DataFrame:
    """Return the columns with nulls where nothing is known."""
    place = is_known.cum_sum().cast(pl.Int64) - 1
    at = pl.select(pl.when(is_known).then(place)).to_series()
    return pl.DataFrame(made).select(pl.all().gather(at))
