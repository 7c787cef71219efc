"""The forecast made again as it would have been made, beside what then happened.

At each origin the models are fitted to what was known at its end, and asked about the customers
known by then. What a customer spent is net of refunds; nothing bought is 0, not unknown.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from segment import clv, summary
from segment.backtest import naive
from segment.backtest.judging import choose
from segment.backtest.measures import measure
from segment.backtest.origins import Plan
from segment.backtest.rules import BacktestRules, candidates, with_model
from segment.schema import require

SCHEMA = {
    "origin": pl.Date, "method": pl.String, "customer_id": pl.String, "predicted": pl.Float64,
    "low": pl.Float64, "high": pl.Float64,
    "actual": pl.Float64,
}  # fmt: skip
RANGES = {
    "origin": pl.Date, "method": pl.String, "customer_id": pl.String, "low": pl.Float64,
    "high": pl.Float64,
}  # fmt: skip
HASHES = 2.0**64


@dataclass(frozen=True, kw_only=True)
class Try:
    """The models fitted to what was known at the end of a day, by name."""

    origin: dt.date
    history: summary.History
    models: Mapping[str, clv.ClvModel]


def replay(
    transactions: pl.DataFrame, plan: Plan, forecast: clv.ClvRules, rules: BacktestRules
) -> pl.DataFrame:
    """Return what each method would have said of each customer at each origin, and what came.

    Columns: origin, method, customer_id, predicted, its range low and high, actual. The methods
    are the candidates, or the one model that `forecast` names, then the naive rules. Only the
    model that `choose` takes has ranges, which are most of the work; of the others they are null.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    require(transactions, ["customer_id", "date", "amount"], by="backtest.replay")
    rows = transactions.select("customer_id", "date", "amount").filter(pl.col("date") <= plan.as_of)
    rows = sample(rows, plan, rules)
    models = candidates(forecast, rules)
    ahead = replace(forecast, horizon_days=plan.horizon_days)
    tries = [_try(rows, origin, models, ahead) for origin in plan.origins]
    said = pl.concat([pl.DataFrame(schema=SCHEMA), *(_said(it, rows, ahead) for it in tries)])
    chosen = choose(measure(said), forecast, rules).purchase_model
    ranges = [pl.DataFrame(schema=RANGES), *(_ranges(it, chosen, ahead) for it in tries)]
    keys = ["origin", "method", "customer_id"]
    return (
        said.drop("low", "high")
        .join(pl.concat(ranges), on=keys, how="left", maintain_order="left")
        .select(list(SCHEMA))
    )


def is_sampled(plan: Plan, rules: BacktestRules) -> bool:
    """Tell whether there are more customers than the rules let in."""
    return plan.n_customers > rules.most_customers


def sample(transactions: pl.DataFrame, plan: Plan, rules: BacktestRules) -> pl.DataFrame:
    """Return the rows of about `most_customers` customers, or all where they are no more.

    Who is in it hangs on the identifier and the seed alone, so that next month's sample is the
    same but for its share.
    """
    if not is_sampled(plan, rules):
        return transactions
    place = pl.col("customer_id").hash(rules.seed).cast(pl.Float64) / HASHES
    return transactions.filter(place < rules.most_customers / plan.n_customers)


def _try(rows: pl.DataFrame, origin: dt.date, models: tuple[str, ...], ahead: clv.ClvRules) -> Try:
    """Fit the models to what was known at the end of `origin`: the clock and spend are shared."""
    history = summary.read(rows.filter(pl.col("date") <= origin), origin)
    first = clv.fit(history, with_model(ahead, models[0]))
    others = {name: clv.refit(first, history, with_model(ahead, name)) for name in models[1:]}
    return Try(origin=origin, history=history, models={models[0]: first} | others)


def _said(tried: Try, rows: pl.DataFrame, ahead: clv.ClvRules) -> pl.DataFrame:
    origin, days = tried.origin, ahead.horizon_days
    known = tried.history.customers.filter(pl.col("frequency").is_not_null())
    said = [
        clv.expected(known, model, ahead).select(
            "customer_id", pl.lit(name).alias("method"), predicted="expected_revenue"
        )
        for name, model in tried.models.items()
    ]
    guessed = naive.predict(known, rows.filter(pl.col("date") <= origin), origin, days)
    first, last = (origin + dt.timedelta(days=n) for n in (1, days))
    actual = naive.spent(known, rows, first, last).rename({"spent": "actual"})
    unknown = pl.lit(None, dtype=pl.Float64)
    return (
        pl.concat([*said, guessed], how="diagonal")
        .join(actual, on="customer_id", maintain_order="left")
        .with_columns(origin=pl.lit(origin), low=unknown, high=unknown)
        .select(list(SCHEMA))
    )


def _ranges(tried: Try, chosen: str, ahead: clv.ClvRules) -> pl.DataFrame:
    ranged = clv.predict(tried.history.customers, tried.models[chosen], ahead)
    return ranged.select(
        "customer_id",
        origin=pl.lit(tried.origin),
        method=pl.lit(chosen),
        low="revenue_low",
        high="revenue_high",
    ).select(list(RANGES))
