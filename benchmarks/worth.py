"""Who costs more than he brings, and what all are worth, on made-up companies whose truth is known.

Each company is the sample with another seed. Below zero is who is truly expected to bring less
margin in the next year than serving costs; found is who is below zero or on watch by the odds. The
simple rule beside it: last year's margin less last year's cost was below zero. Customers of a year
or more are looked at. Worth and cost are those of the horizon before discounting, as the truth is;
the last columns are the shares of next year's outcomes that fell within their 80% range, of all and
of those who are likely still there.

    python benchmarks/worth.py [SEED ...]
"""

import sys

import polars as pl

from segment import clv, sample, summary, value
from segment.clv import ClvRules
from segment.sample import SampleRules
from segment.schemes.value_groups import ValueGroupRules
from segment.summary import YEAR_DAYS
from segment.value import ValueRules

SEEDS = (SampleRules().seed, *range(3, 11))
FORECAST, RULES, GROUPS = ClvRules(purchase_model="pareto_nbd"), ValueRules(), ValueGroupRules()


def judged(company: sample.Company) -> pl.DataFrame:
    """Return every customer's worth beside the truth."""
    tables, as_of = company.tables, company.rules.last_on
    bought = tables["transactions"]
    history = summary.read(bought, as_of)
    model = clv.fit(history, FORECAST)
    served = value.activities(bought, tables["costs"], tables["invoices"], RULES, as_of)
    undiscounted = pl.col("clv") / (pl.col("expected_revenue") * pl.col("margin_rate"))
    blocked = tables["customers"].select("customer_id", "blocked_on")
    return (
        history.customers.join(blocked, on="customer_id", how="left")
        .pipe(value.add_margin, bought, tables["products"], 0.30, RULES)
        .pipe(clv.predict, model, FORECAST)
        .pipe(value.add_worth, served, model, RULES, FORECAST)
        .join(company.truth["customers"], on="customer_id", suffix="_true")
        .filter(pl.col("actual_value").is_not_null())
        .with_columns(discount=undiscounted.fill_nan(1.0))
    )


def measured(customers: pl.DataFrame) -> dict[str, float]:
    """Return the shares found and wrongly flagged, the bias of worth and cost, and what is held."""
    old = customers.filter(pl.col("T") >= YEAR_DAYS)
    is_below = pl.col("is_below_zero")
    flags = {
        "found": pl.col("p_below_zero") >= GROUPS.watch_probability,
        "simple": pl.col("last_year_margin") < pl.col("last_year_cost"),
    }
    shares = old.select(
        flag.filter(which).mean().alias(f"{name}_{kind}")
        for name, flag in flags.items()
        for kind, which in (("below", is_below), ("others", ~is_below))
    ).row(0, named=True)
    outcome = (pl.col("next_year_margin") - pl.col("next_year_cost")) * pl.col("discount")
    held = outcome.is_between(pl.col("value_low") - 1e-6, pl.col("value_high") + 1e-6)
    worth = (pl.col("actual_value") / pl.col("discount")).sum()
    cost = (pl.col("cost_to_serve") / pl.col("discount")).sum()
    sums = customers.select(
        worth_bias=worth / pl.col("expected_contribution").sum() - 1,
        cost_bias=cost / pl.col("expected_cost").sum() - 1,
        held=held.mean(),
        held_there=held.filter(pl.col("p_served") > 0.5).mean(),
    ).row(0, named=True)
    return {"n_below": old["is_below_zero"].sum()} | shares | sums


def main() -> None:
    """Print a row for each company, and their mean."""
    seeds = [int(word) for word in sys.argv[1:]] or SEEDS
    rows = [
        {"seed": seed} | measured(judged(sample.make(SampleRules(seed=seed)))) for seed in seeds
    ]
    table = pl.DataFrame(rows)
    mean = table.select(pl.lit("mean").alias("seed"), pl.all().exclude("seed").mean())
    with pl.Config(tbl_rows=-1, tbl_cols=-1, float_precision=3, tbl_width_chars=200):
        print(table.cast({"seed": pl.String, "n_below": pl.Float64}).vstack(mean))


if __name__ == "__main__":
    main()
