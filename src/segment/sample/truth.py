"""What nobody in the company knows: true rates, worth and wallets, and the year that follows."""

import numpy as np
import polars as pl

from segment.sample import season
from segment.sample.costs import CONTACT_COST, HANDLING_COST, VISIT_COST, delivery_costs
from segment.sample.purchases import RETURNED_SHARE, family_mix, intensity, is_active, popularity
from segment.sample.rules import FUTURE_DAYS, SampleRules, chance
from segment.sample.words import Floats

ESTIMATED_SHARE, MOST_ESTIMATES = 0.4, 2
ESTIMATE_ERROR = 0.25  # log-normal: a wallet is guessed within a quarter
LINES_AN_ORDER = 2.06  # for the expected cost of handling; measured, and held by a test
YEAR_DAYS = 365


def margin_rates(people: pl.DataFrame, products: pl.DataFrame, rules: SampleRules) -> Floats:
    """Return each customer's expected margin as a share of the money spent."""
    mix = family_mix(people, rules)
    share = popularity(products.height, mix.shape[1], rules)
    of_family = (share * products["margin_rate"].to_numpy().reshape(share.shape)).sum(axis=1)
    return np.asarray(mix @ of_family)


def _expected(people: pl.DataFrame, margin_rate: Floats, rules: SampleRules) -> dict[str, Floats]:
    """Return what the next year brings on average, given who is still there and the true rates."""
    first, last = rules.n_days, rules.n_days + FUTURE_DAYS
    is_there = is_active(people, first - 1, first)[:, 0] & (people["kind"] == "buyer").to_numpy()
    waited = np.arange(FUTURE_DAYS)[None, :] + 0.5
    stays = is_there[:, None] * np.exp(-people["hazard"].to_numpy()[:, None] * waited)
    buys = intensity(people, rules, first, last)
    level = season.prices(rules)[None, first:last]
    work = level * season.office(rules)[None, first:last]
    spend = people["mean_spend"].to_numpy()
    kept = 1 - people["return_rate"].to_numpy() * RETURNED_SHARE
    a_visit_day = people["visits_a_year"].to_numpy() * VISIT_COST
    a_contact_day = people["contacts_a_year"].to_numpy() * CONTACT_COST
    an_order = delivery_costs(people) + people["return_rate"].to_numpy() * (
        LINES_AN_ORDER * HANDLING_COST
    )
    # While active, whatever the chance of leaving: what a year of this customer is like.
    staying = is_there[:, None].astype(float)
    money = {
        name: (
            (buys * level * there).sum(axis=1) * spend * kept,
            (buys * level * there).sum(axis=1) * an_order
            + (work * there).sum(axis=1) * (a_visit_day + a_contact_day) / YEAR_DAYS,
        )
        for name, there in {"expected": stays, "yearly": staying}.items()
    }
    return {
        "expected_orders": (buys * stays).sum(axis=1),
        "expected_revenue": money["expected"][0],
        "expected_margin": money["expected"][0] * margin_rate,
        "expected_cost": money["expected"][1],
        "expected_contribution": money["expected"][0] * margin_rate - money["expected"][1],
        "yearly_revenue": money["yearly"][0],
        "yearly_cost": money["yearly"][1],
    }


def _realised(
    ledger: pl.DataFrame,
    costs: pl.DataFrame,
    orders: pl.DataFrame,
    products: pl.DataFrame,
    first: int,
    last: int,
) -> pl.DataFrame:
    """Return each customer's true totals of the days from `first` to before `last`."""
    inside = pl.col("day").is_between(first, last - 1)
    rate = pl.Series(products["margin_rate"].to_numpy()[ledger["product"]])
    bought = (
        ledger.with_columns(margin=pl.col("amount") * rate)
        .filter(inside)
        .group_by("customer")
        .agg(revenue=pl.col("amount").sum(), margin=pl.col("margin").sum())
    )
    served = costs.filter(inside).group_by("customer").agg(cost=pl.col("amount").sum())
    placed = orders.filter(inside).group_by("customer").agg(n_orders=pl.len())
    return bought.join(served, on="customer", how="full", coalesce=True).join(
        placed, on="customer", how="full", coalesce=True
    )


def customers(
    people: pl.DataFrame,
    orders: pl.DataFrame,
    ledger: pl.DataFrame,
    costs: pl.DataFrame,
    products: pl.DataFrame,
    rules: SampleRules,
) -> pl.DataFrame:
    """Return one row a customer: the hidden traits, the expected next year and what it became."""
    margin_rate = margin_rates(people, products, rules)
    expected = _expected(people, margin_rate, rules)
    end, is_buyer = rules.n_days, pl.col("kind") == "buyer"
    ramp = (end - 1 - pl.col("ramp_start")) / pl.col("ramp_days")
    rate_now = pl.col("rate") * (1 + (pl.col("ramp_factor") - 1) * ramp.clip(0, 1))
    there = pl.Series(is_active(people, end - 1, end)[:, 0])
    year_before = _realised(ledger, costs, orders, products, end - YEAR_DAYS, end)
    year_after = _realised(ledger, costs, orders, products, end, end + FUTURE_DAYS)
    rows = pl.DataFrame({"customer": np.arange(people.height)})
    before = rows.join(year_before, on="customer", how="left", maintain_order="left").fill_null(0)
    after = rows.join(year_after, on="customer", how="left", maintain_order="left").fill_null(0)
    full_rate = pl.col("rate") * pl.max_horizontal(pl.col("ramp_factor"), 1.0)
    own = pl.max_horizontal(
        full_rate * pl.col("mean_spend") * YEAR_DAYS,
        pl.lit(before["revenue"]),
        pl.lit(after["revenue"]),
    )
    return people.select(
        "customer_id",
        "kind",
        "is_old",
        "growth_type",
        rate_per_day=rate_now,
        dropout_hazard="hazard",
        is_active=is_buyer & there,
        mean_spend="mean_spend",
        return_rate="return_rate",
        margin_rate=pl.Series(margin_rate),
        **{name: pl.Series(values) for name, values in expected.items()},
        wallet=pl.when(is_buyer).then(
            pl.max_horizontal(
                own, pl.col("rate") * pl.col("mean_spend") * YEAR_DAYS / pl.col("share_of_wallet")
            )
        ),
        last_year_revenue=before["revenue"],
        last_year_margin=before["margin"],
        last_year_cost=before["cost"],
        next_year_orders=after["n_orders"],
        next_year_revenue=after["revenue"],
        next_year_margin=after["margin"],
        next_year_cost=after["cost"],
    ).with_columns(is_below_zero=pl.col("expected_contribution") < 0)


def wallets(truth: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return the sales team's estimates of some customers' wallets: customer, day, wallet."""
    rng = chance(rules, "wallets")
    known = np.flatnonzero((truth["wallet"] > 0).fill_null(False).to_numpy())
    who = known[rng.random(len(known)) < ESTIMATED_SHARE]
    who = np.repeat(who, rng.integers(1, MOST_ESTIMATES + 1, len(who)))
    seen = truth["wallet"].to_numpy()[who] * np.exp(rng.normal(0, ESTIMATE_ERROR, len(who)))
    return pl.DataFrame(
        {
            "customer": who,
            "day": season.next_open(rules, rng.integers(0, rules.n_days - 3, len(who))),
            "wallet": np.maximum(np.round(seen, -2), 100.0),
        }
    ).sort("day", "customer")
