"""The customers and what truly moves them: rates, dropout, spend, growth, habits.

Purchases follow the Pareto/NBD story (Schmittlein, Morrison and Colombo 1987): a gamma-distributed
rate while active and an exponential life with a gamma-distributed hazard; spend per order is
gamma around a log-normal mean of the customer. On top of it lies what models leave out: seasons,
customers who grow or decline, and an old stock whose first purchases the data do not hold.
"""

import math

import numpy as np
import polars as pl

from segment.sample import season
from segment.sample.rules import YEAR_DAYS, SampleRules, chance
from segment.sample.words import Bools, Floats, Ints, entries, named, numbers, pick, words

OLD_SHARE = 0.45  # of the customers who buy: acquired before the data start
NEVER_ORDERED_SHARE = 0.04
NEVER_COMPLETED_SHARE = 0.015
RATE_SHAPE, ORDERS_A_YEAR = 1.2, 10.0  # gamma: many small buyers, few frequent ones
HAZARD_SHAPE, MEAN_LIFE_DAYS = 1.6, 700.0  # gamma over customers: scale in days of life
OLD_AGE_DAYS, OLDEST_DAYS = 1_400.0, 5_500
MOST_OPENING_DAYS = 15  # from opening the account to the first purchase
MEAN_SPEND, SPEND_SPREAD = 340.0, 0.6  # EUR an order; log-normal spread between customers
SHARE_OF_WALLET = (2.0, 2.2)  # beta
LEAST_SHARE = 0.05
GROWING_LOG_ODDS, GAP_LOG_ODDS = -3.2, 2.6  # a wide wallet gap makes growth likelier
DECLINING_SHARE = 0.15
MOST_GROWTH, GROWTH_REACHED = 3.0, (4.0, 2.0)  # beta: how much of what is within reach
DECLINE_TO = (0.3, 0.7)  # of the rate
RAMP_DAYS, RAMP_STARTS, SETTLED_DAYS = (240, 540), (-180, 120), 90  # around the data; once settled
RETURN_RATE = (2.0, 70.0)  # beta: about 3 lines in 100
HEAVY_SHARE, HEAVY_RETURNS = 0.03, (0.15, 0.40)
VISITS_SHAPE, VISITS_A_YEAR = 2.0, 1.1  # of a customer with the mean rate
WORK_FOLLOWS = 0.9  # visits and contacts go with the rate: 0 not at all, 1 in proportion
NEEDY_SHARE, NEEDY_VISITS = 0.05, (9.0, 20.0)  # many visits, small orders
NEEDY_SPEND = 0.35
CONTACTS_SHAPE, CONTACTS_A_YEAR = 1.2, 3.0
BLOCKED_SHARE = 0.05  # of those who left while the data run
BLOCKED_AFTER_DAYS = (20, 60)  # after leaving
TERMS, TERM_SHARES = (14, 30, 60), (0.35, 0.5, 0.15)
LATENESS_DAYS, LATENESS_SHARES = (-4.0, 1.0, 8.0, 25.0), (0.35, 0.35, 0.2, 0.1)
LATENESS_SPREAD = 1.5
HEAVY_DISCONTENT = 0.8  # of heavy returners, in standard deviations
UNEVEN_LOAD = 1.6  # above 1: some salespeople carry more customers than others
CHINESE_SHARE = 0.02  # of names
MEMBER_SHARE, ONLINE_SHARE = 0.55, 0.45


def make(rules: SampleRules, staff: pl.DataFrame) -> pl.DataFrame:
    """Return one row a customer with every hidden trait; day numbers count from `first_on`.

    `start` is the first day in reach of the data (0 for the old stock), `first_purchase` the day
    of a new customer's first purchase and -1 for the others, `end` the day of leaving, `ramp_*`
    the growth or decline: the rate runs from 1 to `ramp_factor` times itself over `ramp_days`.
    """
    rng = chance(rules, "people")
    kind = rng.choice(
        ["never_ordered", "never_completed", "buyer"],
        rules.n_customers,
        p=[
            NEVER_ORDERED_SHARE,
            NEVER_COMPLETED_SHARE,
            1 - NEVER_ORDERED_SHARE - NEVER_COMPLETED_SHARE,
        ],
    )
    is_old = (kind == "buyer") & (rng.random(rules.n_customers) < OLD_SHARE)
    return (
        pl.DataFrame(
            {
                "customer_id": [f"C{i + 1:05d}" for i in range(rules.n_customers)],
                "kind": kind,
                "is_old": is_old,
            }
        )
        .with_columns(**_trade(rules))
        .with_columns(**_lives(rules, is_old))
        .pipe(_with_buying, rules)
        .with_columns(**_service(rules))
        .pipe(_with_work)
        .pipe(_with_blocking, rules)
        .pipe(_with_staff, staff, rules)
    )


def _trade(rules: SampleRules) -> dict[str, pl.Series]:
    rng, n = chance(rules, "trade"), rules.n_customers
    industry = entries("industries", rng, n)
    return {
        "industry_at": pl.Series(industry),
        "industry": named("industries", industry),
        "region": named("regions", entries("regions", rng, n)),
        "name": pl.Series(_names(industry, rng)),
    }


def _names(industry: Ints, rng: np.random.Generator) -> list[str]:
    listed, n = words()["names"], len(industry)
    ends = [entry["words"] for entry in words()["industries"].values()]
    end = [
        ends[i][j % len(ends[i])]
        for i, j in zip(industry, rng.integers(0, math.lcm(*map(len, ends)), n), strict=True)
    ]
    plain = pick(listed["first"], rng, n) + " " + pick(listed["second"], rng, n) + " " + end
    chinese = pick(listed["chinese"], rng, n)
    return list(np.where(rng.random(n) < CHINESE_SHARE, chinese, plain))


def _lives(rules: SampleRules, is_old: Bools) -> dict[str, Floats]:
    """When each customer came and left.

    That an old customer of some age is still there tells of a low hazard: given a life beyond
    that age, a gamma hazard is again gamma, with the age added to its scale.
    """
    rng, n = chance(rules, "lives"), rules.n_customers
    weights = season.buying(rules)[: rules.n_days]
    arrived = rng.choice(rules.n_days, n, p=weights / weights.sum())
    age = np.minimum(rng.exponential(OLD_AGE_DAYS, n).astype(int) + 1, OLDEST_DAYS)
    scale = MEAN_LIFE_DAYS * HAZARD_SHAPE + np.where(is_old, age, 0)
    hazard = rng.gamma(HAZARD_SHAPE, 1.0, n) / scale
    start = np.where(is_old, 0, arrived)
    return {
        "start": start,
        "registered": np.where(is_old, -age, arrived) - rng.integers(0, MOST_OPENING_DAYS, n),
        "hazard": hazard,
        "end": start + rng.exponential(1.0, n) / hazard,
    }


def _with_buying(people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    rng, n = chance(rules, "buying"), rules.n_customers
    industry, start = people["industry_at"].to_numpy(), people["start"].to_numpy()
    is_buyer = (people["kind"] == "buyer").to_numpy()
    is_needy = rng.random(n) < NEEDY_SHARE
    spend = (
        MEAN_SPEND * numbers("industries", "spend")[industry] * np.where(is_needy, NEEDY_SPEND, 1.0)
    )
    share = np.maximum(rng.beta(*SHARE_OF_WALLET, n), LEAST_SHARE)
    log_odds = (
        GROWING_LOG_ODDS + GAP_LOG_ODDS * (1 - share) + numbers("industries", "growth")[industry]
    )
    is_growing = rng.random(n) < 1 / (1 + np.exp(-log_odds))
    is_declining = ~is_growing & (rng.random(n) < DECLINING_SHARE)
    reach = np.minimum(1 / share, MOST_GROWTH)  # no further than the wallet
    early, late = RAMP_STARTS
    ramp_start = rng.integers(early, rules.n_days + late, n)
    factor = np.select(
        [is_growing, is_declining],
        [1 + (reach - 1) * rng.beta(*GROWTH_REACHED, n), rng.uniform(*DECLINE_TO, n)],
        1.0,
    )
    return people.with_columns(
        rate=is_buyer * rng.gamma(RATE_SHAPE, ORDERS_A_YEAR / YEAR_DAYS / RATE_SHAPE, n),
        first_purchase=np.where(is_buyer & ~people["is_old"].to_numpy(), start, -1),
        mean_spend=spend * np.exp(rng.normal(-(SPEND_SPREAD**2) / 2, SPEND_SPREAD, n)),
        share_of_wallet=share,
        is_needy=is_needy,
        growth_type=np.select([is_growing, is_declining], ["growing", "declining"], "steady"),
        ramp_start=np.maximum(start + SETTLED_DAYS, ramp_start),
        ramp_days=rng.integers(*RAMP_DAYS, n),
        ramp_factor=factor,
    )


def _service(rules: SampleRules) -> dict[str, pl.Series]:
    rng, n = chance(rules, "service"), rules.n_customers
    is_heavy = rng.random(n) < HEAVY_SHARE
    lateness = rng.choice(LATENESS_DAYS, n, p=LATENESS_SHARES)
    found = {
        "return_rate": np.where(
            is_heavy, rng.uniform(*HEAVY_RETURNS, n), rng.beta(*RETURN_RATE, n)
        ),
        "visits_a_year": rng.gamma(VISITS_SHAPE, VISITS_A_YEAR / VISITS_SHAPE, n),
        "needy_visits": rng.uniform(*NEEDY_VISITS, n),
        "contacts_a_year": rng.gamma(CONTACTS_SHAPE, CONTACTS_A_YEAR / CONTACTS_SHAPE, n),
        "terms_days": rng.choice(TERMS, n, p=TERM_SHARES),
        "late_days": lateness + rng.normal(0, LATENESS_SPREAD, n),
        "contentment": rng.normal(0.0, 1.0, n) - HEAVY_DISCONTENT * is_heavy,
        "is_member": rng.random(n) < MEMBER_SHARE,
        "is_online": rng.random(n) < ONLINE_SHARE,
    }
    return {name: pl.Series(values) for name, values in found.items()}


def _with_work(people: pl.DataFrame) -> pl.DataFrame:
    """Salespeople go where orders come from, and where they are called to."""
    busy = pl.col("rate") * YEAR_DAYS / ORDERS_A_YEAR
    usual = pl.col("visits_a_year") * busy**WORK_FOLLOWS
    return people.with_columns(
        visits_a_year=pl.when("is_needy").then("needy_visits").otherwise(usual),
        contacts_a_year=pl.col("contacts_a_year") * busy**WORK_FOLLOWS,
    ).drop("needy_visits")


def _with_blocking(people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    rng, n = chance(rules, "blocking"), rules.n_customers
    blocked = people["end"].floor().cast(pl.Int64) + pl.Series(rng.integers(*BLOCKED_AFTER_DAYS, n))
    left = (people["kind"] == "buyer") & (people["end"] >= 0) & (blocked < rules.n_days)
    is_blocked = left & pl.Series(rng.random(n) < BLOCKED_SHARE)
    return people.with_columns(
        blocked=pl.when(is_blocked).then(blocked),
    )


def _with_staff(people: pl.DataFrame, staff: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Give every customer a salesperson of the region; some carry more than others."""
    rng = chance(rules, "staff of customers")
    sales = staff.filter(pl.col("role") == "sales").group_by("region", maintain_order=True).all()
    by_region = dict(zip(sales["region"], sales["staff_id"].to_list(), strict=True))
    draw = rng.random(people.height) ** UNEVEN_LOAD
    who = [
        by_region[region][int(u * len(by_region[region]))]
        for region, u in zip(people["region"], draw, strict=True)
    ]
    return people.with_columns(staff_id=pl.Series(who))
