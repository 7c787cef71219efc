"""What nobody in the company knows: each customer's true traits, wallet and the year to come."""

import numpy as np
import polars as pl

from segment.sample import season
from segment.sample.purchases import is_active
from segment.sample.rules import YEAR_DAYS, SampleRules, chance
from segment.sample.worth import expected, margin_rates, realised

ESTIMATED_SHARE, MOST_ESTIMATES = 0.4, 2
ESTIMATE_ERROR = 0.25  # log-normal: a wallet is guessed within a quarter
WALLET_STEP = 100.0  # EUR: to what a guess is rounded


def customers(
    people: pl.DataFrame,
    orders: pl.DataFrame,
    ledger: pl.DataFrame,
    costs: pl.DataFrame,
    products: pl.DataFrame,
    rules: SampleRules,
) -> pl.DataFrame:
    """Return one row a customer: the true traits, the expected next year and what it became.

    Below zero is who is expected to bring less margin in the next year than it costs to serve;
    who has left neither brings nor costs.
    """
    end = rules.n_days
    margin_rate = margin_rates(people, products, rules)
    years = []
    for name, first in (("last_year_", end - YEAR_DAYS), ("next_year_", end)):
        inside = pl.col("day").is_between(first, first + YEAR_DAYS - 1)
        sold, served, placed = (part.filter(inside) for part in (ledger, costs, orders))
        year = realised(sold, served, placed, products, people.height)
        years.append(year.select(pl.all().name.prefix(name)))
    traits = people.select(
        "customer_id",
        "kind",
        "is_old",
        "growth_type",
        rate_per_day=pl.col("rate") * _ramp(end - 1),
        dropout_hazard="hazard",
        is_active=(pl.col("kind") == "buyer") & pl.Series(is_active(people, end - 1, end)[:, 0]),
        mean_spend="mean_spend",
        return_rate="return_rate",
        margin_rate=pl.Series(margin_rate),
    )
    known = pl.concat([traits, expected(people, margin_rate, rules), *years], how="horizontal")
    return known.with_columns(
        wallet=_wallet(people, known), is_below_zero=pl.col("expected_contribution") < 0
    )


def _ramp(day: int) -> pl.Expr:
    along = (day - pl.col("ramp_start")) / pl.col("ramp_days")
    return 1 + (pl.col("ramp_factor") - 1) * along.clip(0, 1)


def _wallet(people: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """Return what each customer spends a year with all suppliers; null who never bought.

    It follows from the share of wallet, and holds at least what was or will be spent here.
    """
    base = pl.col("rate") * pl.col("mean_spend") * YEAR_DAYS
    reached = base * pl.max_horizontal(pl.col("ramp_factor"), 1.0)
    realised_here = [known[f"{year}_revenue"] for year in ("last_year", "next_year", "yearly")]
    wallet = pl.max_horizontal(base / pl.col("share_of_wallet"), reached, *realised_here)
    return people.select(pl.when(pl.col("kind") == "buyer").then(wallet)).to_series()


def wallets(people: pl.DataFrame, truth: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return the sales team's estimates of some customers' wallets: customer, day, wallet."""
    rng = chance(rules, "wallets")
    known = np.flatnonzero((truth["wallet"] > 0).fill_null(False).to_numpy())
    who = known[rng.random(len(known)) < ESTIMATED_SHARE]
    who = np.repeat(who, rng.integers(1, MOST_ESTIMATES + 1, len(who)))
    seen = truth["wallet"].to_numpy()[who] * np.exp(rng.normal(0, ESTIMATE_ERROR, len(who)))
    start = people["start"].to_numpy()[who]
    day = season.next_open(
        rules, start + ((rules.n_days - start) * rng.random(len(who))).astype(int)
    )
    return pl.DataFrame(
        {
            "customer": who,
            "day": np.minimum(day, rules.n_days - 1),
            "wallet": np.maximum(np.round(seen / WALLET_STEP) * WALLET_STEP, WALLET_STEP),
        }
    ).sort("day", "customer")
