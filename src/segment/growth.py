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

from segment import checks
from segment.errors import ConfigError
from segment.schema import require
from segment.summary import YEAR_DAYS, summarise

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

PEER_COLUMNS = ("industry", "region")  # what may make customers alike, where it is known
AGE_BANDS_DAYS = (180, 365, 730)
FEATURES = ("purchases", "freshness", "age", "size", "rhythm")
TREND = "trend"  # against the year before, where the data reach so far back
FEWEST_TREND_DAYS = 90  # of that year; fewer are too few to stand for all of it


@dataclass(frozen=True, kw_only=True)
class GrowthRules:
    """What is within reach, and how much history it takes to learn who grows."""

    potential_quantile: float = 0.80
    fewest_peers: int = 30
    fewest_learners: int = 200

    def __post_init__(self) -> None:
        checks.share(self, "potential_quantile")
        if not 0.5 <= self.potential_quantile < 1:  # noqa: PLR2004 (the middle is no potential)
            raise ConfigError(
                f"potential_quantile is {self.potential_quantile}; it lies from 0.5 to below 1."
            )
        checks.whole(self, "fewest_peers", least=1)
        checks.whole(self, "fewest_learners", least=1)


@dataclass(frozen=True, kw_only=True)
class GrowthModel:
    """Who grew in the last year, as learned from what was known a year before it."""

    pipeline: "Pipeline"
    features: tuple[str, ...]
    learned_on: dt.date
    n_customers: int
    growth_share: float


def fit(transactions: pl.DataFrame, as_of: dt.date, rules: GrowthRules) -> GrowthModel | None:
    """Learn who grows from the last whole year; None where the history is too short.

    Two whole years are needed, since last year is compared with the one before. It is learned
    from those who brought something before: who comes back from nothing is won back and has
    not grown. Newcomers take part: that their year is not whole shows in their age, a feature.
    The trend against the year before that is a feature where the data hold a quarter of it or
    more, which then counts as a year: what lies before the data is unknown, not zero.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    require(transactions, ["customer_id", "date", "amount"], by="growth.fit")
    year = dt.timedelta(days=YEAR_DAYS)
    year_ago = as_of - year
    first_on = transactions["date"].min()
    if not isinstance(first_on, dt.date) or first_on > _start(year_ago):
        return None
    n_days = min(YEAR_DAYS, (year_ago - year - first_on).days + 1)
    features = (*FEATURES, TREND) if n_days >= FEWEST_TREND_DAYS else FEATURES
    whole_year = pl.col("revenue_year_before") * (YEAR_DAYS / max(n_days, 1))
    now = summarise(transactions, as_of).select("customer_id", grown_to="revenue_last_year")
    then = (
        summarise(transactions, year_ago)
        .filter(_can_grow())
        .join(now, on="customer_id", maintain_order="left")
        .with_columns(revenue_year_before=whole_year)
    )
    grew = (then["grown_to"] > then["revenue_last_year"]).to_numpy()
    if then.height < rules.fewest_learners or grew.all() or not grew.any():
        return None
    pipeline = _pipeline().fit(_features(then, features), grew)
    return GrowthModel(
        pipeline=pipeline, features=features, learned_on=year_ago, n_customers=then.height,
        growth_share=float(grew.mean()),
    )  # fmt: skip


def _pipeline() -> "Pipeline":
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow; needed here only)
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import SplineTransformer, StandardScaler  # noqa: PLC0415

    return make_pipeline(
        StandardScaler(),
        SplineTransformer(n_knots=4, degree=2, knots="quantile", extrapolation="constant"),
        LogisticRegression(C=1.0, max_iter=1000),
    )


def _can_grow() -> pl.Expr:
    return pl.col("frequency").is_not_null() & (pl.col("revenue_last_year") > 0)


def _start(year_end: dt.date) -> dt.date:
    return year_end - dt.timedelta(days=YEAR_DAYS - 1)


def _features(customers: pl.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    age = pl.col("T") + 1
    last, before = pl.col("revenue_last_year").clip(0), pl.col("revenue_year_before").clip(0)
    every = {
        "purchases": pl.col("frequency").log1p(),
        "freshness": pl.col("recency") / age,
        "age": age.log(),
        "size": last.log1p(),
        "rhythm": (pl.col("frequency") / age).sqrt(),
        TREND: last.log1p() - before.log1p(),
    }
    return customers.select(every[name].alias(name) for name in names).to_numpy()


def add_potential(
    customers: pl.DataFrame,
    model: GrowthModel | None,
    wallets: pl.DataFrame | None,
    rules: GrowthRules,
    horizon_days: int,
) -> pl.DataFrame:
    """Add potential_value, growth_potential (0 or more), p_growth and expected_growth (money).

    `wallets` holds the yearly spend with all suppliers; its latest estimate bounds the
    potential. `p_growth` is null without a model and for who brought nothing in the last year.
    `expected_growth` is p_growth times growth_potential, 0 for who brought nothing; without a
    model p_alive takes the place of p_growth, since the lost do not grow.

    Raises:
        DataError: `customers` lacks a column of `value.add_costs`.
    """
    require(
        customers,
        [
            "customer_id", "frequency", "recency", "T", "revenue_last_year", "revenue_year_before",
            "p_alive", "margin_rate", "cost_to_serve", "actual_value",
        ],
        by="growth.add_potential",
    )  # fmt: skip
    within_reach = _peer_quantile(customers, rules)
    frame = customers.with_columns(potential_value=within_reach)
    if wallets is not None:
        require(wallets, ["customer_id", "estimated_on", "wallet"], by="growth.add_potential")
        latest = (
            wallets.sort("estimated_on", maintain_order=True)
            .group_by("customer_id")
            .agg(pl.col("wallet").last())
        )
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
            * (pl.col("p_growth").fill_null(0.0) if model is not None else pl.col("p_alive"))
        )
    )


def _peer_quantile(customers: pl.DataFrame, rules: GrowthRules) -> pl.Expr:
    """The upper quantile among the closest peers that are many enough."""
    value = pl.col("actual_value")
    age = pl.sum_horizontal(pl.col("T") >= edge for edge in AGE_BANDS_DAYS)
    known = [pl.col(name) for name in PEER_COLUMNS if name in customers.columns]
    closest_first = [[*known, age], [*known[:1], age], [age]]

    def quantile(peers: list[pl.Expr]) -> pl.Expr:
        enough = value.count().over(peers) >= rules.fewest_peers
        # customers of an unknown trade are not of one trade
        is_known = pl.all_horizontal(peer.is_not_null() for peer in peers)
        return pl.when(enough & is_known).then(
            value.quantile(rules.potential_quantile, "linear").over(peers)
        )

    return pl.coalesce(
        *(quantile(peers) for peers in closest_first),
        value.quantile(rules.potential_quantile, "linear"),
    )


def _p_growth(customers: pl.DataFrame, model: GrowthModel | None) -> pl.Series:
    unknown = pl.Series("p_growth", [None] * customers.height, dtype=pl.Float64)
    can_grow = customers.select(_can_grow()).to_series()
    if model is None or not can_grow.any():
        return unknown
    probability = model.pipeline.predict_proba(
        _features(customers.filter(can_grow), model.features)
    )[:, 1]
    return unknown.scatter(can_grow.arg_true(), probability)
