"""What a customer could be worth: the potential among customers alike, and the odds of growing.

`potential_value` is an upper quantile of `actual_value` among customers of the same trade,
region and age, bounded by the wallet where one is estimated. `p_growth` is the probability that
the next year brings more revenue than the last one, learned from the year before: the summary a
year ago against what then happened, so that like seasons are compared.
Sources: Peppers and Rogers (unrealised potential from the range among similar customers);
Rosset, Perlich et al., KDD 2007 (a wallet is a high conditional quantile).
"""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from segment.errors import ConfigError
from segment.schema import require
from segment.summary import YEAR_DAYS, summarise

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

PEER_COLUMNS = ("industry", "region")  # what may make customers alike, where it is known
AGE_BANDS_DAYS = (180, 365, 730)


@dataclass(frozen=True, kw_only=True)
class GrowthRules:
    """What is within reach, and how much history it takes to learn who grows."""

    potential_quantile: float = 0.80
    fewest_peers: int = 30
    fewest_learners: int = 200
    seed: int = 2026

    def __post_init__(self) -> None:
        if not 0.5 <= self.potential_quantile < 1:  # noqa: PLR2004 (the middle is no potential)
            raise ConfigError(
                f"growth.potential_quantile is {self.potential_quantile}; it lies from 0.5 "
                "to below 1."
            )
        if self.fewest_peers < 1 or self.fewest_learners < 1:
            raise ConfigError("growth.fewest_peers and growth.fewest_learners are 1 or more.")


@dataclass(frozen=True, kw_only=True)
class GrowthModel:
    """Who grew in the last year, as learned from what was known a year before it."""

    pipeline: "Pipeline"
    learned_on: dt.date
    n_customers: int
    growth_share: float


def fit(transactions: pl.DataFrame, as_of: dt.date, rules: GrowthRules) -> GrowthModel | None:
    """Learn who grows from the last whole year; None where the history is too short.

    Two whole years are needed, since last year is compared with the one before. Newcomers
    take part: that their first year is not whole shows in their age, which is a feature.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    year_ago = as_of - dt.timedelta(days=YEAR_DAYS)
    first_on = transactions["date"].min()
    if first_on is None or not isinstance(first_on, dt.date):
        return None
    if first_on > year_ago - dt.timedelta(days=YEAR_DAYS - 1):
        return None
    now = summarise(transactions, as_of).select("customer_id", grown_to="revenue_last_year")
    known = pl.col("frequency").is_not_null()
    then = summarise(transactions, year_ago).filter(known).join(now, on="customer_id")
    grew = (then["grown_to"] > then["revenue_last_year"]).to_numpy()
    if then.height < rules.fewest_learners or grew.all() or not grew.any():
        return None
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow; needed here only)
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import SplineTransformer, StandardScaler  # noqa: PLC0415

    pipeline = make_pipeline(
        StandardScaler(),
        SplineTransformer(n_knots=4, degree=2, knots="quantile", extrapolation="constant"),
        LogisticRegression(C=1.0, max_iter=1000),
    ).fit(_features(then), grew)
    return GrowthModel(
        pipeline=pipeline, learned_on=year_ago, n_customers=then.height,
        growth_share=float(grew.mean()),
    )  # fmt: skip


def _features(customers: pl.DataFrame) -> np.ndarray:
    age = pl.col("T") + 1
    last, before = pl.col("revenue_last_year").clip(0), pl.col("revenue_year_before").clip(0)
    return customers.select(
        purchases=pl.col("frequency").log1p(),
        freshness=pl.col("recency") / age,
        age=age.log(),
        size=last.log1p(),
        trend=last.log1p() - before.log1p(),
        rhythm=(pl.col("frequency") / age).sqrt(),
    ).to_numpy()


def add_potential(
    customers: pl.DataFrame,
    model: GrowthModel | None,
    wallets: pl.DataFrame | None,
    rules: GrowthRules,
    horizon_days: int,
) -> pl.DataFrame:
    """Add potential_value, growth_potential (0 or more), p_growth and expected_growth (money).

    `wallets` holds the yearly spend with all suppliers; its latest estimate bounds the
    potential. `p_growth` is null without a model; `expected_growth` is p_growth times
    growth_potential, and without a model p_alive times it, since the lost do not grow.

    Raises:
        DataError: `customers` lacks a column of `value.add_costs`.
    """
    require(
        customers, ["customer_id", "T", "actual_value", "margin_rate", "revenue_last_year"],
        by="growth.add_potential",
    )  # fmt: skip
    within_reach = _peer_quantile(customers, rules)
    frame = customers.with_columns(potential_value=within_reach)
    if wallets is not None:
        latest = wallets.sort("estimated_on").group_by("customer_id").agg(pl.col("wallet").last())
        ceiling = (
            pl.col("wallet") * pl.col("margin_rate") * horizon_days / YEAR_DAYS
            - pl.col("cost_to_serve").fill_null(0.0)
        )  # fmt: skip
        frame = (
            frame.join(latest, on="customer_id", how="left", maintain_order="left")
            .with_columns(
                potential_value=pl.min_horizontal("potential_value", ceiling),
                share_of_wallet=(pl.col("revenue_last_year") / pl.col("wallet")).clip(0, 1),
            )
            .drop("wallet")
        )
    potential = pl.max_horizontal("potential_value", "actual_value")
    return (
        frame.with_columns(
            potential_value=pl.when(pl.col("actual_value").is_not_null()).then(potential)
        )
        .with_columns(
            growth_potential=pl.col("potential_value") - pl.col("actual_value"),
            p_growth=_p_growth(frame, model),
        )
        .with_columns(
            expected_growth=pl.col("growth_potential")
            * pl.col("p_growth" if model is not None else "p_alive")
        )
    )


def _peer_quantile(customers: pl.DataFrame, rules: GrowthRules) -> pl.Expr:
    """The upper quantile among the closest peers that are many enough."""
    value = pl.col("actual_value")
    age = pl.col("T").cut(list(AGE_BANDS_DAYS), left_closed=True)
    known = [pl.col(name) for name in PEER_COLUMNS if name in customers.columns]
    closest_first = [[*known, age], [*known[:1], age], [age]]

    def quantile(peers: list[pl.Expr]) -> pl.Expr:
        enough = value.count().over(peers) >= rules.fewest_peers
        return pl.when(enough).then(value.quantile(rules.potential_quantile, "linear").over(peers))

    return pl.coalesce(
        *(quantile(peers) for peers in closest_first),
        value.quantile(rules.potential_quantile, "linear"),
    )


def _p_growth(customers: pl.DataFrame, model: GrowthModel | None) -> pl.Series:
    unknown = pl.Series("p_growth", [None] * customers.height, dtype=pl.Float64)
    has_bought = customers["frequency"].is_not_null()
    if model is None or not has_bought.any():
        return unknown
    probability = model.pipeline.predict_proba(_features(customers.filter(has_bought)))[:, 1]
    return unknown.scatter(has_bought.arg_true(), probability)
