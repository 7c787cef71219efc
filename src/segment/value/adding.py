"""What a customer is worth: the margin expected less what serving will cost, with its range.

`actual_value` is the net present value of the customer as things are (Peppers and Rogers,
*Managing Customer Relationships*): margin and cost are discounted alike. What follows orders is
expected with the purchases, what goes on with the calendar while the customer is there.
"""

import numpy as np
import polars as pl

from segment import spend
from segment.clv import ClvModel, ClvRules, may_buy, on_the_clock
from segment.purchases import Floats
from segment.schema import require
from segment.summary import YEAR_DAYS
from segment.threads import one_thread
from segment.value import below_zero, presence, serving
from segment.value.activities import Activities
from segment.value.outcome import value_range
from segment.value.rules import ValueRules

BASES = ("activities", "given", "usual", "unknown")
NEEDED = (
    "customer_id", "first_on", "last_on", "frequency", "recency", "T", "purchases_last_year",
    "p_alive", "expected_purchases", "expected_spend", "expected_revenue", "revenue_sd",
    "p_nothing", "clv", "margin_rate",
)  # fmt: skip
ADDED = ("p_served", "cost_to_serve", "actual_value", "value_low", "value_high", "p_below_zero")


@one_thread
def add_worth(
    customers: pl.DataFrame,
    known: Activities,
    model: ClvModel,
    rules: ValueRules,
    forecast: ClvRules,
) -> pl.DataFrame:
    """Add what serving will cost and what the customer is worth, money over the horizon.

    p_served is the probability of being there still, by purchases and by service (visits tell of
    a customer who does not buy); cost_to_serve is discounted as clv is, and null where no cost is
    known; actual_value is clv less that; value_low and value_high hold `forecast.interval` of the
    outcomes; p_below_zero is the probability that serving costs more than the customer brings,
    null where no cost is known. `cost_basis` tells where the cost comes from: activities, a given
    figure (column yearly_cost), the usual share of revenue, or unknown.

    Raises:
        DataError: `customers` lacks a column of `clv.predict` or `value.add_margin`.
    """
    require(customers, NEEDED, by="value.add_worth")
    is_known = pl.col("expected_revenue").is_not_null()
    bought = customers.filter(is_known)
    made = _made(bought, known, model, rules, forecast)
    worth = bought.select("customer_id").with_columns(pl.DataFrame(made))
    basis = pl.when(is_known).then(_basis(customers, known, rules))
    is_told = pl.col("cost_basis").is_in(["activities", "given"])
    return (
        customers.drop(*ADDED, "cost_basis", strict=False)
        .join(worth, on="customer_id", how="left", maintain_order="left")
        .with_columns(cost_basis=basis)
        .with_columns(
            *(pl.when(is_told).then(name).alias(name) for name in ("p_served", "p_below_zero")),
            cost_to_serve=pl.when(pl.col("cost_basis") != "unknown").then("cost_to_serve"),
        )
    )


def _given(customers: pl.DataFrame) -> pl.Series | None:
    """Return the cost figures that are given, None where nobody has one."""
    if "yearly_cost" not in customers.columns or not customers["yearly_cost"].count():
        return None
    return customers["yearly_cost"].cast(pl.Float64).fill_nan(None)


def _basis(customers: pl.DataFrame, known: Activities, rules: ValueRules) -> pl.Expr:
    other = "activities" if known.is_known else "usual" if rules.usual_cost_share else "unknown"
    given = _given(customers)
    is_given = pl.lit(value=False) if given is None else given.is_not_null()
    return pl.when(is_given).then(pl.lit("given")).otherwise(pl.lit(other)).cast(pl.Enum(BASES))


def _made(
    customers: pl.DataFrame, known: Activities, model: ClvModel, rules: ValueRules,
    forecast: ClvRules,
) -> dict[str, Floats]:  # fmt: skip
    """Return the columns of customers who have bought."""
    x, t_x, T, pace = on_the_clock(customers, model.clock)
    history, days = (x, t_x, T), forecast.horizon_days
    bought = below_zero.rate(customers, history, pace, model.purchases, model.clock)
    costs = serving.rates(customers, known, bought[0] / bought[1], days)
    there = presence.there(customers, history, model.purchases, costs) * may_buy(customers)
    years = presence.stays(history, pace, model.purchases, model.clock, days) * days / YEAR_DAYS
    clv, margin, revenue, orders, a_purchase = (
        customers[name].to_numpy()
        for name in (
            "clv",
            "margin_rate",
            "expected_revenue",
            "expected_purchases",
            "expected_spend",
        )
    )
    given = _given(customers)
    is_given = np.zeros(len(x), bool) if given is None else given.is_not_null().to_numpy()
    usual = 0.0 if known.is_known else rules.usual_cost_share
    an_order = costs.an_order + np.where(is_given, 0.0, usual * a_purchase)
    cost = an_order * orders + there * years * costs.a_year
    full = margin * revenue
    discount = np.divide(clv, full, out=np.full_like(clv, np.nan), where=full != 0)
    # where nothing is earned, as of all others
    discount = np.where(np.isnan(discount), _middle(discount), discount)
    served = years * costs.a_year, np.hypot(years * costs.a_year_sd, np.sqrt(years) * costs.one_sd)
    earned = margin - np.divide(an_order, a_purchase, out=np.zeros_like(clv), where=a_purchase > 0)
    spread, nothing = customers["revenue_sd"].to_numpy(), customers["p_nothing"].to_numpy()
    low, high = value_range((revenue, spread, nothing), served, earned, there, forecast.interval)
    return {
        "p_served": there,
        "cost_to_serve": cost * discount,
        "actual_value": clv - cost * discount,
        "value_low": low * discount,
        "value_high": high * discount,
        "p_below_zero": there * _below_zero(customers, bought, model, costs, forecast),
    }


def _middle(discount: Floats) -> float:
    known = discount[~np.isnan(discount)]
    return float(np.median(known)) if len(known) else 1.0


def _below_zero(
    customers: pl.DataFrame, bought: tuple[Floats, Floats], model: ClvModel,
    costs: serving.Serving, forecast: ClvRules,
) -> Floats:  # fmt: skip
    prices = model.clock.prices.trend
    seen = spend.evidence(customers, model.spend, forecast.spend_basis, prices)
    to_come = model.clock.spend_factor(forecast.horizon_days)
    paid = seen.weight, seen.mean * to_come
    return below_zero.probability(
        customers, bought, paid, spend.scaled(model.spend, to_come), costs
    )
