"""What a customer will likely bring: purchases times spend, with an interval and discounted.

`fit` learns the two models from the summary, `predict` adds the forecast to it, `forecast` does
both from transactions. The interval is that of the outcome, not of its mean: purchases and their
spend are drawn from the models for each customer.
Source: Fader & Hardie 2005 ("RFM and CLV: using iso-value curves"); discounting by the day.
"""

import datetime as dt
import itertools
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from segment import checks, purchases, spend, summary
from segment.errors import ConfigError
from segment.schema import require

WEEK_DAYS = 7.0
DISCOUNT_STEP_DAYS = 30  # purchases inside a step are discounted to its middle
CUSTOMERS_A_CHUNK = 20_000  # bounds the memory that drawing takes


@dataclass(frozen=True, kw_only=True)
class ClvRules:
    """How far the forecast looks, what money later is worth now, and which models are used."""

    horizon_days: int = 365
    discount_rate_annual: float = 0.10
    margin_rate: float = 0.30
    purchase_model: Literal["auto", "bg_nbd", "mbg_nbd", "nbd"] = "auto"
    spend_basis: Literal["all", "repeat"] = "all"
    interval: float = 0.80
    n_draws: int = 200
    seed: int = 2026

    def __post_init__(self) -> None:
        checks.whole(self, "horizon_days", least=1)
        checks.share(self, "discount_rate_annual")
        checks.one_of(self, "purchase_model", ("auto", "bg_nbd", "mbg_nbd", "nbd"))
        checks.one_of(self, "spend_basis", ("all", "repeat"))
        checks.whole(self, "n_draws", least=1)
        checks.whole(self, "seed", least=0)
        checks.share(self, "interval")
        if self.interval in (0, 1):
            raise ConfigError(f"interval is {self.interval}; it lies between 0 and 1.")
        if not (checks.is_number(self.margin_rate) and -1 <= self.margin_rate <= 1):
            raise ConfigError(
                f"margin_rate is {self.margin_rate!r}; it is a share of the price from -1 to 1."
            )


@dataclass(frozen=True, kw_only=True)
class ClvModel:
    """The two fitted models behind a forecast."""

    purchases: purchases.PurchaseModel
    spend: spend.SpendModel

    @property
    def parameters(self) -> pl.DataFrame:
        """One row a parameter: model, parameter, estimate (time in weeks, spend in money)."""
        rows = [
            (model.name, symbol, value)
            for model in (self.purchases, self.spend)
            for symbol, value in model.parameters.items()
        ]
        return pl.DataFrame(rows, schema=["model", "parameter", "estimate"], orient="row")


def fit(customers: pl.DataFrame, rules: ClvRules) -> ClvModel:
    """Fit the purchase and the spend model to a summary of one row a customer.

    Raises:
        DataError: `customers` is not a summary.
    """
    require(
        customers, ["frequency", "recency", "T", "monetary_value", "repeat_value"], by="clv.fit"
    )
    known = customers.filter(pl.col("frequency").is_not_null())
    x, t_x, T = _history(known)
    if rules.spend_basis == "repeat":
        n, mean = x, _floats(known, "repeat_value")
    else:
        n, mean = x + 1, _floats(known, "monetary_value")
    return ClvModel(
        purchases=purchases.fit_best(x, t_x, T, rules.purchase_model), spend=spend.fit(n, mean)
    )


def predict(customers: pl.DataFrame, model: ClvModel, rules: ClvRules) -> pl.DataFrame:
    """Add p_alive, the expected purchases, spend and revenue, its interval, and clv.

    expected_revenue, revenue_low and revenue_high are money over the horizon, not discounted;
    clv is the discounted margin, by the column `margin_rate` where the frame has one and by the
    rules' rate where not. A customer without a purchase in the data gets nulls.

    Raises:
        DataError: `customers` is not a summary.
    """
    spend_column = "repeat_value" if rules.spend_basis == "repeat" else "monetary_value"
    require(customers, ["customer_id", "frequency", "recency", "T", spend_column], by="clv.predict")
    days = rules.horizon_days
    known = customers.filter(pl.col("frequency").is_not_null())
    history = _history(known)
    n, mean = _spend_history(known, rules)
    bought = purchases.expected(model.purchases, *history, days / WEEK_DAYS)
    per_purchase = spend.expected(model.spend, n, mean)
    discounted = _discounted_purchases(model.purchases, history, days, rules.discount_rate_annual)
    low, high = _interval(known, model, rules, days)
    forecast = pl.DataFrame(
        {
            "customer_id": known["customer_id"],
            "p_alive": purchases.p_alive(model.purchases, *history),
            "expected_purchases": bought,
            "expected_spend": per_purchase,
            "expected_revenue": bought * per_purchase,
            "revenue_low": low,
            "revenue_high": high,
            "discounted_revenue": discounted * per_purchase,
        }
    )
    rate = (
        pl.col("margin_rate") if "margin_rate" in customers.columns else pl.lit(rules.margin_rate)
    )
    return (
        customers.join(forecast, on="customer_id", how="left", maintain_order="left")
        .with_columns(clv=pl.col("discounted_revenue") * rate)
        .drop("discounted_revenue")
    )


def forecast(
    transactions: pl.DataFrame | pl.LazyFrame,
    as_of: dt.date,
    horizon_days: int | None = None,
    rules: ClvRules | None = None,
) -> pl.DataFrame:
    """Forecast every customer from transactions: customer_id, date, amount (negative: refund).

    One row a customer, by customer_id: the summary's columns and those of `predict`. The horizon
    is that of the rules (365 days) unless `horizon_days` says otherwise.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
        ConfigError: `horizon_days` is below 1.
    """
    rules = rules or ClvRules()
    if horizon_days is not None:
        rules = replace(rules, horizon_days=horizon_days)
    customers = summary.summarise(transactions, as_of)
    return predict(customers, fit(customers, rules), rules)


def _floats(frame: pl.DataFrame, column: str) -> purchases.Floats:
    return frame[column].cast(pl.Float64).to_numpy()


def _history(
    customers: pl.DataFrame,
) -> tuple[purchases.Floats, purchases.Floats, purchases.Floats]:
    return (
        _floats(customers, "frequency"),
        _floats(customers, "recency") / WEEK_DAYS,
        _floats(customers, "T") / WEEK_DAYS,
    )


def _spend_history(
    customers: pl.DataFrame, rules: ClvRules
) -> tuple[purchases.Floats, purchases.Floats]:
    if rules.spend_basis == "repeat":
        return _floats(customers, "frequency"), _floats(customers, "repeat_value")
    return _floats(customers, "frequency") + 1, _floats(customers, "monetary_value")


def _discounted_purchases(
    model: purchases.PurchaseModel,
    history: tuple[purchases.Floats, purchases.Floats, purchases.Floats],
    days: int,
    rate_annual: float,
) -> purchases.Floats:
    edges = np.unique(np.append(np.arange(0, days, DISCOUNT_STEP_DAYS), days))
    total = np.zeros_like(history[0])
    before = np.zeros_like(history[0])
    for start, end in itertools.pairwise(edges):
        until = purchases.expected(model, *history, end / WEEK_DAYS)
        total += (until - before) * (1 + rate_annual) ** (-(start + end) / 2 / summary.YEAR_DAYS)
        before = until
    return total


def _interval(
    customers: pl.DataFrame, model: ClvModel, rules: ClvRules, days: int
) -> tuple[purchases.Floats, purchases.Floats]:
    rng = np.random.default_rng(rules.seed)
    tails = [(1 - rules.interval) / 2, (1 + rules.interval) / 2]
    parts = [np.empty((2, 0))]
    for part in customers.iter_slices(CUSTOMERS_A_CHUNK):
        counts = purchases.draw(
            model.purchases, *_history(part), days / WEEK_DAYS, rules.n_draws, rng
        )
        drawn = spend.draw(model.spend, *_spend_history(part, rules), counts, rng)
        parts.append(np.quantile(drawn, tails, axis=1))
    low, high = np.concatenate(parts, axis=1)
    return low, high
