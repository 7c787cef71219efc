"""How many customers of a real shop change their ABC class in a month, with and without a margin.

Online Retail II is read from a Parquet file as UCI has it (quantity, price, invoice_at,
customer_id): purchases less refunds of known customers. Each class goes by the revenue of the 365
days up to a month's end, as known then, at thirteen ends from 30 November 2010, the first with a
whole year, to 30 November 2011: twelve changes. Compared are customers who have a class in both
months: once those who brought money in the year up to each, once all who were ever seen.

A change flips back when the next month undoes it; twelve months hold eleven that can be undone.
Shares are means over the months. Bars for the shipped rules: at most 5% of the customers change
their class, at most 4% of the changes flip back, at least 90% of the classes are what the lines
alone say.

    python benchmarks/stability.py online_retail_ii.parquet
"""

import dataclasses
import datetime as dt
import sys

import polars as pl

from segment import stability
from segment.config import Settings
from segment.schemes import pareto
from segment.stability import StabilityRules

AS_OF = dt.date(2011, 11, 30)  # the last month that the data cover whole
MOST_CHANGED, MOST_FLIPPED, LEAST_AGREEMENT = 0.05, 0.04, 0.90


def online_retail(path: str) -> pl.DataFrame:
    """Return what known customers bought and sent back."""
    return (
        pl.read_parquet(path)
        .filter(pl.col("customer_id").is_not_null(), pl.col("price") > 0)
        .select(
            pl.col("customer_id").cast(pl.String),
            date=pl.col("invoice_at").dt.date(),
            amount=pl.col("quantity") * pl.col("price"),
        )
    )


def print_traces(frames: stability.Months, who: str) -> None:
    """Print how still both classes were, without a margin and as shipped, and each month."""
    for rules in (Settings().abc, Settings().abc_heads):
        for margin in (0.0, rules.margin):
            said = dataclasses.replace(rules, margin=margin)
            each = stability.trace(frames, pareto.assign, said).filter(
                pl.col("n_customers").is_not_null()
            )
            shares = ("changed_share", "flipped_back_share", "agreement")
            changed, flipped, agreement = (each[name].mean() for name in shares)
            print(f"{who}, {rules.label}, margin {margin:.0%}: {changed:.2%} change,", end=" ")
            print(f"{flipped:.2%} of the changes flip back, {agreement:.2%} as the lines say")
            months = zip(each["as_of"], each["changed_share"], strict=True)
            print("  " + ", ".join(f"{day:%Y-%m} {share:.1%}" for day, share in months))
        if not (changed <= MOST_CHANGED and flipped <= MOST_FLIPPED):
            raise SystemExit(f"{rules.label} is relabelled too often.")
        if agreement < LEAST_AGREEMENT:
            raise SystemExit(f"{rules.label} agrees too little with what the lines say.")


if __name__ == "__main__":
    shop = online_retail(sys.argv[1])
    everybody = stability.months(shop, AS_OF, StabilityRules())
    spent = {day: one.filter(pl.col("revenue_last_year") > 0) for day, one in everybody.items()}
    print_traces(spent, "who brought money in the year")
    print_traces(everybody, "all ever seen")
    tried = stability.margin_for(spent, pareto.assign, Settings().abc, StabilityRules())
    print(tried)
    print(stability.describe(tried, StabilityRules(), Settings().abc))
