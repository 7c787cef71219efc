"""How much of later growth the flagged fifth captures on a real shop, beside past revenue.

Online Retail II is read from a Parquet file as UCI has it (quantity, price, invoice_at,
customer_id, stock_code, country): purchases less refunds of known customers. What was known of a
customer after one year is laid beside the next one; each fifth of the customers is judged by a
lesson that had not seen it. How the folds are dealt moves the share by a point, so it is dealt ten
times. The quantile is that of the forecast's next year among customers alike, held out likewise.

    python benchmarks/growth.py online_retail_ii.parquet
"""

import datetime as dt
import sys
import warnings

import polars as pl

import segment
from segment import growth
from segment.growth import alike, years

AS_OF = dt.date(2011, 12, 9)
A_YEAR_AGO = AS_OF - dt.timedelta(days=365)
SEEDS = (growth.GrowthRules().seed, *range(9))
QUANTILES = (0.5, 0.6, 0.7, 0.8, 0.9)


def online_retail(path: str) -> pl.DataFrame:
    """Return what known customers bought and sent back."""
    return (
        pl.read_parquet(path)
        .filter(pl.col("customer_id").is_not_null(), pl.col("price") > 0)
        .select(
            pl.col("customer_id").cast(pl.String),
            product_id="stock_code",
            region="country",
            date=pl.col("invoice_at").dt.date(),
            amount=pl.col("quantity") * pl.col("price"),
        )
    )


def print_captured(rows: pl.DataFrame) -> None:
    """Print what each rule captured, by the shipped rules and over other ways to deal."""
    for seed in SEEDS:
        held = growth.yardstick(rows, AS_OF, growth.GrowthRules(seed=seed))
        if held is None:
            raise SystemExit("The history is too short to learn from.")
        if seed == SEEDS[0]:
            print(f"{held.n_customers:,} customers, {held.growth_share:.0%} of whom grew")
            print(f"lead over past revenue {held.lead:.3f}", end="")
            print(f" (90% range {held.lead_low:.3f} to {held.lead_high:.3f})")
            for row in held.reliability.iter_rows(named=True):
                print(f"  tenth {row['tenth']:2}: said {row['said']:.3f}, {row['happened']:.3f}")
        shares = ", ".join(f"{rule} {share:.3f}" for rule, share in held.captured.iter_rows())
        print(f"captured by {held.flagged_share:.0%}, folds dealt by {seed}: {shares}")


def print_coverage(rows: pl.DataFrame) -> None:
    """Print how many are worth no more than the quantile of customers alike."""
    known = rows.filter(pl.col("date") <= A_YEAR_AGO)
    regions = known.group_by("customer_id").agg(pl.col("region").sort().first())
    worth = (
        segment.forecast(known, A_YEAR_AGO, 365)
        .with_columns(actual_value="clv")
        .join(regions, on="customer_id", how="left")
        .join(years.breadth(known), on="customer_id", how="left")
        .filter(pl.col("actual_value").is_not_null())
    )
    for quantile in QUANTILES:
        rules = growth.GrowthRules(potential_quantile=quantile)
        covered = growth.coverage(alike.add_peers(worth, rules))
        print(f"quantile {quantile:.0%}: {covered:.1%} are worth no more")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    shop = online_retail(sys.argv[1])
    print_captured(shop)
    print_coverage(shop)
