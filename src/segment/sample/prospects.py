"""Deals in the making: features known at creation decide the chance, time decides the rest.

A deal is won in the end with a logistic chance; how long that takes is Weibull, and losing takes
longer than winning, so that an open deal grows less hopeful day by day. Two fields are filled
only after closing.
"""

import numpy as np
import polars as pl

from segment.sample.rules import SampleRules, chance
from segment.sample.words import Bools, Floats, Ints, words

BASE_LOG_ODDS, YEARLY_DRIFT = -1.95, -0.12
SOURCE_LOG_ODDS = (0.9, 0.1, 0.3, 0.4, -0.7)  # in the order of words.toml
SOURCE_SHARES = (0.18, 0.36, 0.16, 0.10, 0.20)
INDUSTRY_LOG_ODDS = (0.2, 0.3, 0.0, -0.3, 0.4, 0.1, -0.5)
REGION_LOG_ODDS = (0.2, 0.1, 0.0, -0.1, -0.4)
SHOWROOM_SHARE, SHOWROOM_LOG_ODDS = 0.3, 1.7  # strong, and honest
CONTACT_LOG_ODDS, DISCOUNT_LOG_ODDS = 0.28, -5.0  # a contact; a whole price (1.0)
ORDER_LOG_ODDS = -0.25  # for each doubling of the first order against the usual
USUAL_ORDER, ORDER_SPREAD = 900.0, 0.9
WIN_SHAPE, WIN_DAYS = 1.3, 55.0
LOSS_SHAPE, LOSS_DAYS = 1.1, 80.0
MISSING = {"company_size": 0.08, "first_order_estimate": 0.12}
LATE_FIELDS = ("contract_value", "loss_reason")
HORIZONS = (90, 180)


def make(rules: SampleRules, staff: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the prospects as the company sees them, and the truth about each; days as numbers."""
    rng, n = chance(rules, "prospects"), rules.n_prospects
    created = np.sort(rng.integers(0, rules.n_days, n))
    features, log_odds = _features(created, staff, rng)
    chance_won = 1 / (1 + np.exp(-log_odds))
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
    return pl.concat([seen, features, _late(seen, features, rng)], how="horizontal"), truth


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


def _features(
    created: Ints,
    staff: pl.DataFrame,
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, Floats]:
    n = len(created)
    sources, regions = words()["prospects"]["sources"], words()["regions"]
    industries = list(words()["industries"])
    source = rng.choice(len(sources), n, p=SOURCE_SHARES)
    industry, region = rng.integers(0, len(industries), n), rng.integers(0, len(regions), n)
    size = np.exp(rng.normal(2.4, 0.9, n))
    first_order = USUAL_ORDER * np.exp(rng.normal(0, ORDER_SPREAD, n)) * (size / 11) ** 0.4
    visited = rng.random(n) < SHOWROOM_SHARE
    contacts = rng.poisson(1.6, n)
    discount = np.round(np.clip(rng.normal(0.03, 0.06, n), 0, 0.25), 2)
    log_odds = (
        BASE_LOG_ODDS
        + YEARLY_DRIFT * created / 365
        + np.array(SOURCE_LOG_ODDS)[source]
        + np.array(INDUSTRY_LOG_ODDS)[industry]
        + np.array(REGION_LOG_ODDS)[region]
        + SHOWROOM_LOG_ODDS * visited
        + CONTACT_LOG_ODDS * np.minimum(contacts, 5)
        + DISCOUNT_LOG_ODDS * discount
        + ORDER_LOG_ODDS * np.log2(first_order / USUAL_ORDER)
    )
    sales = staff.filter(pl.col("role") == "sales")["staff_id"].to_numpy()
    found = pl.DataFrame(
        {
            "source": np.array(sources)[source],
            "industry": np.array(industries)[industry],
            "region": np.array(regions)[region],
            "company_size": np.maximum(np.rint(size), 1).astype(int),
            "first_order_estimate": np.maximum(np.round(first_order, -1), 50.0),
            "has_visited_showroom": visited,
            "discount_asked": discount,
            "n_contacts_first_week": contacts,
            "staff_id": sales[rng.integers(0, len(sales), n)],
        }
    ).with_columns(
        pl.when(pl.Series(rng.random(n) >= share)).then(name).alias(name)
        for name, share in MISSING.items()
    )
    return found, log_odds


def _late(seen: pl.DataFrame, features: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return the fields that somebody fills in when the deal is closed."""
    n = seen.height
    reason = rng.choice(words()["prospects"]["loss_reasons"], n, p=[0.35, 0.3, 0.12, 0.13, 0.1])
    value = features["first_order_estimate"].fill_null(USUAL_ORDER) * pl.Series(
        12 * np.exp(rng.normal(0, 0.4, n))
    )
    is_won, is_lost = seen["outcome"] == "won", seen["outcome"] == "lost"
    return seen.select(
        contract_value=pl.when(is_won).then(value.round(0)),
        loss_reason=pl.when(is_lost).then(pl.Series(reason)),
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
