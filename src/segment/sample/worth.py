"""What each customer's next year brings and costs on average, by the true rates, and what it did.

The averages are exact: day by day over the year, the chance of still being there times the chance
of an order, with the seasons and prices of those days.
"""

import numpy as np
import polars as pl

from segment.sample import season
from segment.sample.costs import CONTACT_COST, HANDLING_COST, VISIT_COST, delivery_costs
from segment.sample.purchases import RETURNED_SHARE, family_mix, intensity, is_active, popularity
from segment.sample.rules import FUTURE_DAYS, YEAR_DAYS, SampleRules
from segment.sample.words import Floats

LINES_AN_ORDER = 2.06  # sold, on average: for the expected cost of what comes back


def margin_rates(people: pl.DataFrame, products: pl.DataFrame, rules: SampleRules) -> Floats:
    """Return each customer's expected margin as a share of the money spent."""
    mix = family_mix(people, rules)
    share = popularity(products.height, mix.shape[1], rules)
    of_family = (share * products["margin_rate"].to_numpy().reshape(share.shape)).sum(axis=1)
    return np.asarray(mix @ of_family)


def expected(people: pl.DataFrame, margin_rate: Floats, rules: SampleRules) -> pl.DataFrame:
    """Return what the year after the data brings on average, one row a customer.

    `expected_*` weighs each day with the chance of still being there; `yearly_*` is a year of a
    customer who stays. Who has left by the end of the data has 0 of both. Revenue is net of
    refunds, without discounting.
    """
    first, last = rules.n_days, rules.n_days + FUTURE_DAYS
    is_there = is_active(people, first - 1, first) & (people["kind"] == "buyer").to_numpy()[:, None]
    waited = np.arange(FUTURE_DAYS)[None, :] + 0.5
    stays = is_there * np.exp(-people["hazard"].to_numpy()[:, None] * waited)
    buys = intensity(people, rules, first, last)
    revenue, cost = _year(people, buys, stays, rules)
    yearly_revenue, yearly_cost = _year(people, buys, is_there.astype(float), rules)
    return pl.DataFrame(
        {
            "expected_orders": (buys * stays).sum(axis=1),
            "expected_revenue": revenue,
            "expected_margin": revenue * margin_rate,
            "expected_cost": cost,
            "expected_contribution": revenue * margin_rate - cost,
            "yearly_revenue": yearly_revenue,
            "yearly_cost": yearly_cost,
        }
    )


def _year(
    people: pl.DataFrame, buys: Floats, there: Floats, rules: SampleRules
) -> tuple[Floats, Floats]:
    """Return revenue and cost to serve of the year after the data, for the given presence."""
    level = season.prices(rules)[None, rules.n_days :]
    priced_orders = (buys * level * there).sum(axis=1)
    priced_years = (level * season.office(rules)[None, rules.n_days :] * there).sum(
        axis=1
    ) / YEAR_DAYS
    back = people["return_rate"].to_numpy()
    an_order = delivery_costs(people) + back * LINES_AN_ORDER * HANDLING_COST
    a_year = (
        people["visits_a_year"].to_numpy() * VISIT_COST
        + people["contacts_a_year"].to_numpy() * CONTACT_COST
    )
    spend = people["mean_spend"].to_numpy() * (1 - back * RETURNED_SHARE)
    return priced_orders * spend, priced_orders * an_order + priced_years * a_year


def realised(
    ledger: pl.DataFrame,
    costs: pl.DataFrame,
    orders: pl.DataFrame,
    products: pl.DataFrame,
    n_customers: int,
) -> pl.DataFrame:
    """Return orders, revenue, margin and cost of the given rows, one row a customer."""
    rate = products["margin_rate"].to_numpy()[ledger["product"]]
    amount = ledger["amount"].to_numpy()

    def total(customer: pl.Series, money: Floats) -> Floats:
        # Added up in the order of the rows, so that the last digit does not depend on threads.
        added = np.bincount(customer.to_numpy(), weights=money, minlength=n_customers)
        return np.asarray(added, dtype=np.float64).round(2)

    return pl.DataFrame(
        {
            "orders": np.bincount(orders["customer"].to_numpy(), minlength=n_customers),
            "revenue": total(ledger["customer"], amount),
            "margin": total(ledger["customer"], amount * rate),
            "cost": total(costs["customer"], costs["amount"].to_numpy()),
        }
    )
