"""What serving each customer costs: visits, contacts, deliveries, special handling."""

import numpy as np
import polars as pl

from segment.sample import season
from segment.sample.purchases import is_active
from segment.sample.rules import FUTURE_DAYS, YEAR_DAYS, SampleRules, chance
from segment.sample.words import Floats, words

VISIT_COST, CONTACT_COST, HANDLING_COST = 72.0, 14.0, 16.0  # EUR each, on average
COST_SHAPE = 9.0  # gamma: single costs vary by a third
DELIVERED_AFTER = 1  # days


def delivery_costs(people: pl.DataFrame) -> Floats:
    """Return the mean cost of one delivery to each customer, in EUR."""
    by_region = words()["regions"]
    return np.array([by_region[region]["delivery"] for region in people["region"]])


def make(
    people: pl.DataFrame, orders: pl.DataFrame, back: pl.DataFrame, rules: SampleRules
) -> pl.DataFrame:
    """Return one row a posting: customer, day, activity, amount; the year after the data too."""
    visits = _office_work(people, "visits_a_year", "visit", VISIT_COST, rules)
    contacts = _office_work(people, "contacts_a_year", "service contact", CONTACT_COST, rules)
    deliveries = orders.select(
        "customer",
        day=season.next_open(rules, orders["day"].to_numpy() + DELIVERED_AFTER),
        activity=pl.lit("delivery"),
        mean=delivery_costs(people)[orders["customer"]],
    )
    handling = back.select(
        "customer", "day", activity=pl.lit("special handling"), mean=pl.lit(HANDLING_COST)
    )
    postings = pl.concat([visits, contacts, deliveries, handling], how="vertical_relaxed").filter(
        pl.col("day") < rules.n_days + FUTURE_DAYS
    )
    rng = chance(rules, "cost amounts")
    level = season.prices(rules)[postings["day"]]
    noise = rng.gamma(COST_SHAPE, 1 / COST_SHAPE, postings.height)
    return (
        postings.with_columns(amount=(pl.col("mean") * pl.Series(level * noise)).round(2))
        .drop("mean")
        .sort("day", "customer", "activity", "amount")
    )


def _office_work(
    people: pl.DataFrame, rate: str, activity: str, mean: float, rules: SampleRules
) -> pl.DataFrame:
    """Return the visits or contacts: by chance on working days while the customer is there."""
    rng, n_days = chance(rules, activity), rules.n_days + FUTURE_DAYS
    daily = people[rate].to_numpy()[:, None] / YEAR_DAYS * season.office(rules)[None, :]
    is_buyer = (people["kind"] == "buyer").to_numpy()[:, None]
    times = rng.poisson(daily * (is_active(people, 0, n_days) & is_buyer))
    day, customer = np.nonzero(times.T)
    repeated = np.repeat(np.arange(len(day)), times[customer, day])
    return pl.DataFrame(
        {
            "customer": customer[repeated],
            "day": day[repeated],
            "activity": activity,
            "mean": mean,
        }
    )
