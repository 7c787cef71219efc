"""Deals in the making: features known at creation decide the chance, time decides the rest.

A deal is won in the end with a logistic chance; how long that takes is Weibull, and losing takes
longer than winning, so that an open deal grows less hopeful day by day. Two fields are filled
only after closing.
"""

import numpy as np
import polars as pl

from segment.sample.rules import YEAR_DAYS, SampleRules, chance
from segment.sample.words import Bools, Floats, Ints, entries, named, words

# What decides, in log-odds; the rest stands in words.toml.
BASE_LOG_ODDS, YEARLY_DRIFT = -1.95, -0.12
SHOWROOM_LOG_ODDS = 1.7  # strong, and honest
CONTACT_LOG_ODDS, MOST_CONTACTS = 0.28, 5  # each contact; more than so many help no further
DISCOUNT_LOG_ODDS = -5.0  # for a discount of the whole price
ORDER_LOG_ODDS = -0.25  # for each doubling of the first order against the usual
# How the features are spread.
USUAL_SIZE, SIZE_SPREAD = 11.0, 0.9  # heads; log-normal
USUAL_ORDER, ORDER_SPREAD, ORDER_FOLLOWS_SIZE = 900.0, 0.9, 0.4  # EUR; log-normal
ORDER_STEP, LEAST_ORDER = 10.0, 50.0
SHOWROOM_SHARE, MEAN_CONTACTS = 0.3, 1.6
DISCOUNT, MOST_DISCOUNT = (0.03, 0.06), 0.25  # normal, never below 0
ORDERS_IN_CONTRACT, CONTRACT_SPREAD = 12.0, 0.4
WIN_SHAPE, WIN_DAYS = 1.3, 55.0
LOSS_SHAPE, LOSS_DAYS = 1.1, 80.0
MISSING = {"company_size": 0.08, "first_order_estimate": 0.12}
LATE_FIELDS = ("contract_value", "loss_reason")
HORIZONS = (90, 180)


def make(rules: SampleRules, staff: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the prospects as the company sees them, and the truth about each; days as numbers."""
    rng, n = chance(rules, "prospects"), rules.n_prospects
    created = np.sort(rng.integers(0, rules.n_days, n))
    features = _features(n, staff, rng)
    chance_won = _chance_won(features, created)
    is_won = rng.random(n) < chance_won
    won_after = WIN_DAYS * rng.weibull(WIN_SHAPE, n)
    lost_after = LOSS_DAYS * rng.weibull(LOSS_SHAPE, n)
    closed = created + 1 + np.where(is_won, won_after, lost_after).astype(int)
    is_open = closed >= rules.n_days
    eventual = np.where(is_won, "won", "lost")
    seen = pl.DataFrame(
        {
            "prospect_id": [f"P{i + 1:05d}" for i in range(n)],
            "created": created,
            "outcome": np.where(is_open, "open", eventual),
            "closed": pl.Series(closed, dtype=pl.Int64).set(pl.Series(is_open), None),
        }
    )
    truth = pl.DataFrame(
        {
            "prospect_id": seen["prospect_id"],
            "created": created,
            "eventual_outcome": eventual,
            "eventual_closed": closed,
            "p_won": chance_won,
            **{f"p_won_{h}": chance_won * _by(h, WIN_SHAPE, WIN_DAYS) for h in HORIZONS},
            **_from_now(chance_won, rules.n_days - created, is_open),
        }
    )
    parts = [seen, _with_gaps(features, rng), _late(seen, features, rng)]
    return pl.concat(parts, how="horizontal"), truth


def fields() -> pl.DataFrame:
    """Return every feature of the prospects and whether it is filled only after closing."""
    honest = (
        "source",
        "industry",
        "region",
        "company_size",
        "first_order_estimate",
        "has_visited_showroom",
        "discount_asked",
        "n_contacts_first_week",
        "staff_id",
    )
    return pl.DataFrame(
        {
            "field": [*honest, *LATE_FIELDS],
            "is_late": [False] * len(honest) + [True] * len(LATE_FIELDS),
        }
    )


def _features(n: int, staff: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return what is known at creation, nothing missing yet."""
    sales = staff.filter(pl.col("role") == "sales")["staff_id"].to_numpy()
    size = USUAL_SIZE * np.exp(rng.normal(0, SIZE_SPREAD, n))
    first_order = USUAL_ORDER * np.exp(rng.normal(0, ORDER_SPREAD, n))
    first_order *= (size / USUAL_SIZE) ** ORDER_FOLLOWS_SIZE
    return pl.DataFrame(
        {
            "source": named("sources", entries("sources", rng, n)),
            "industry": named("industries", entries("industries", rng, n)),
            "region": named("regions", entries("regions", rng, n)),
            "company_size": np.maximum(np.rint(size), 1).astype(int),
            "first_order_estimate": np.maximum(
                np.round(first_order / ORDER_STEP) * ORDER_STEP, LEAST_ORDER
            ),
            "has_visited_showroom": rng.random(n) < SHOWROOM_SHARE,
            "discount_asked": np.round(np.clip(rng.normal(*DISCOUNT, n), 0, MOST_DISCOUNT), 2),
            "n_contacts_first_week": rng.poisson(MEAN_CONTACTS, n),
            "staff_id": sales[rng.integers(0, len(sales), n)],
        }
    )


def _chance_won(features: pl.DataFrame, created: Ints) -> Floats:
    """Return the chance of each prospect to be won in the end."""
    log_odds = (
        BASE_LOG_ODDS
        + YEARLY_DRIFT * created / YEAR_DAYS
        + _of(features["source"], "sources")
        + _of(features["industry"], "industries")
        + _of(features["region"], "regions")
        + SHOWROOM_LOG_ODDS * features["has_visited_showroom"].to_numpy()
        + CONTACT_LOG_ODDS * features["n_contacts_first_week"].clip(0, MOST_CONTACTS).to_numpy()
        + DISCOUNT_LOG_ODDS * features["discount_asked"].to_numpy()
        + ORDER_LOG_ODDS * np.log2(features["first_order_estimate"].to_numpy() / USUAL_ORDER)
    )
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def _of(column: pl.Series, part: str) -> Floats:
    return np.array([words()[part][name]["win"] for name in column])


def _with_gaps(features: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Lose some values by pure chance."""
    return features.with_columns(
        pl.when(pl.Series(rng.random(features.height) >= share)).then(name).alias(name)
        for name, share in MISSING.items()
    )


def _late(seen: pl.DataFrame, features: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return the fields that somebody fills in when the deal is closed."""
    n = seen.height
    reason = named("loss_reasons", entries("loss_reasons", rng, n))
    orders = pl.Series(ORDERS_IN_CONTRACT * np.exp(rng.normal(0, CONTRACT_SPREAD, n)))
    value = features["first_order_estimate"] * orders
    is_won, is_lost = seen["outcome"] == "won", seen["outcome"] == "lost"
    return seen.select(
        contract_value=pl.when(is_won).then(value.round(0)),
        loss_reason=pl.when(is_lost).then(reason),
    )


def _by(days: float | Floats | Ints, shape: float, scale: float) -> Floats:
    """Return the chance that a Weibull time is over within `days`; closing takes a day at least."""
    waited = np.maximum(np.asarray(days, dtype=float), 0)
    return np.asarray(1 - np.exp(-((waited / scale) ** shape)))


def _from_now(chance_won: Floats, age: Ints, is_open: Bools) -> dict[str, pl.Series]:
    """Return the chances of the open deals from the end of the data on, given how long they waited.

    Bayes: what is still open after `age` days is the rarer won the longer it waits.
    """
    waited = age - 1
    open_won = chance_won * (1 - _by(waited, WIN_SHAPE, WIN_DAYS))
    open_lost = (1 - chance_won) * (1 - _by(waited, LOSS_SHAPE, LOSS_DAYS))
    still = open_won + open_lost
    within = {
        f"p_won_{h}_from_now": chance_won
        * (_by(waited + h, WIN_SHAPE, WIN_DAYS) - _by(waited, WIN_SHAPE, WIN_DAYS))
        / still
        for h in HORIZONS
    }
    found = {"p_won_from_now": open_won / still, **within}
    hidden = pl.Series(~is_open)
    return {name: pl.Series(values).set(hidden, None) for name, values in found.items()}
