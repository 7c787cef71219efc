"""The forecast made again as it would have been made, beside what then happened.

At each origin the models are fitted to what was known at its end, and asked about the customers
known by then. What a customer spent is net of refunds; nothing bought is 0, not unknown.
"""

import datetime as dt
from dataclasses import replace

import polars as pl

from segment import clv, summary
from segment.backtest import naive
from segment.backtest.origins import Plan
from segment.backtest.rules import BacktestRules, with_model
from segment.schema import require

SCHEMA = {
    "origin": pl.Date, "method": pl.String, "customer_id": pl.String, "predicted": pl.Float64,
    "low": pl.Float64, "high": pl.Float64,
    "actual": pl.Float64,
}  # fmt: skip
HASHES = 2.0**64


def replay(
    transactions: pl.DataFrame, plan: Plan, forecast: clv.ClvRules, rules: BacktestRules
) -> pl.DataFrame:
    """Return what each method would have said of each customer at each origin, and what came.

    Columns: origin, method, customer_id, predicted, its range low and high (null for
    naive rules), actual. The methods are the
    candidates, or the one model that `forecast` names, then the naive rules.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    require(transactions, ["customer_id", "date", "amount"], by="backtest.replay")
    rows = transactions.select("customer_id", "date", "amount").filter(pl.col("date") <= plan.as_of)
    rows = sample(rows, plan, rules)
    models = candidates(forecast, rules)
    parts = [_at(rows, origin, plan.horizon_days, models, forecast) for origin in plan.origins]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *parts])


def candidates(forecast: clv.ClvRules, rules: BacktestRules) -> tuple[str, ...]:
    """Return the purchase models that compete: one alone where the rules name it."""
    return rules.candidates if forecast.purchase_model == "auto" else (forecast.purchase_model,)


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


def _at(
    rows: pl.DataFrame,
    origin: dt.date,
    horizon_days: int,
    models: tuple[str, ...],
    forecast: clv.ClvRules,
) -> pl.DataFrame:
    before = rows.filter(pl.col("date") <= origin)
    history = summary.read(before, origin)
    known = history.customers.filter(pl.col("frequency").is_not_null())
    ahead = replace(forecast, horizon_days=horizon_days)
    said = [_said(history, with_model(ahead, name), name) for name in models]
    guessed = naive.predict(known, before, origin, horizon_days)
    first, last = (origin + dt.timedelta(days=n) for n in (1, horizon_days))
    actual = naive.spent(known, rows, first, last).rename({"spent": "actual"})
    return (
        pl.concat([*said, guessed], how="diagonal")
        .join(actual, on="customer_id", maintain_order="left")
        .select(pl.lit(origin).alias("origin"), pl.col(list(SCHEMA)[1:]))
    )


def _said(history: summary.History, rules: clv.ClvRules, name: str) -> pl.DataFrame:
    model = clv.fit(history, rules)
    customers = clv.predict(history.customers, model, rules)
    return customers.select(
        "customer_id",
        pl.lit(name).alias("method"),
        predicted="expected_revenue",
        low="revenue_low",
        high="revenue_high",
    )
