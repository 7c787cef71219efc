"""Whether recommendations are bought more often than the most popular products, and groups last.

On Online Retail II (a Parquet file as UCI has it; goods of known customers, without what the
example's config excludes) and on the sample company (its folder). Of the customers who came in the
last 61 days, the share is printed who bought one of their five offers, none of which they had ever
bought before: by each way of recommending and by the five most popular products of the 28 days
before, with the lead of the chosen way and its 95% range over customers. The way is chosen in the
61 days before those.

Then the look-alike groups of thirteen ends of month: how many customers, of those in a group both
times, keep it, and how many are in the group whose centre is nearest.

Bars: the lead's range lies above 0; at least nine in ten keep their group in a usual month.

    python benchmarks/crosssell.py online_retail_ii.parquet data/sample
"""

import datetime as dt
import sys
import time
import tomllib
from pathlib import Path

import polars as pl

from segment import behaviour, config, crosssell, inputs, stability
from segment.schemes import lookalike

SETTINGS = config.Settings()
SHOP_END, SAMPLE_END = dt.date(2011, 12, 9), dt.date(2026, 10, 31)
EXAMPLE = Path(__file__).parents[1] / "examples" / "online_retail" / "segment.toml"
LEAST_KEPT = 0.90


def online_retail(path: str) -> pl.DataFrame:
    """Return the goods that known customers bought and sent back."""
    sources = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["data"]["transactions"]
    named = [code for rule in sources["exclude"] for code in rule.get("values", [])]
    patterns = [rule["pattern"] for rule in sources["exclude"] if "pattern" in rule]
    code = pl.col("stock_code").str.to_uppercase()
    is_no_good = code.is_in(named) | pl.any_horizontal(code.str.contains(one) for one in patterns)
    return (
        pl.read_parquet(path)
        .filter(pl.col("customer_id").is_not_null(), pl.col("price") > 0, ~is_no_good)
        .select(
            pl.col("customer_id").cast(pl.String),
            product_id="stock_code",
            date=pl.col("invoice_at").dt.date(),
            amount=pl.col("quantity") * pl.col("price"),
        )
    )


def print_groups(
    rows: pl.DataFrame, as_of: dt.date, products: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Print how many keep their group each month; return the last month's customers, centres."""
    before, centres, kept = None, None, []
    for day, seen in sorted(stability.months(rows, as_of, SETTINGS.stability).items()):
        then = behaviour.add(seen, rows, day, SETTINGS.buying, products=products)
        tried = lookalike.tries(then, SETTINGS.lookalike, centres)
        centres = lookalike.centres(then, SETTINGS.lookalike, centres, tried)
        now = lookalike.assign(then, SETTINGS.lookalike, before, centres)
        own, nearest = pl.col("lookalike_group"), pl.col("lookalike_group_by_line")
        (as_nearest,) = now.select((own == nearest).mean()).row(0)
        if before is not None:
            was = before.select("customer_id", was="lookalike_group")
            both = now.join(was, on="customer_id").drop_nulls(["was", "lookalike_group"])
            (share,) = both.select((own == pl.col("was")).mean()).row(0)
            kept.append(share)
            print(f"  {day:%Y-%m}: {share:.1%} of {both.height:,} keep their group,", end=" ")
            print(
                f"{as_nearest:.1%} of all are in the nearest, {centres['code'].n_unique()} groups"
            )
        before = now
    print(f"  mean {sum(kept) / len(kept):.1%}, least {min(kept):.1%}")
    if sum(kept) / len(kept) < LEAST_KEPT:
        raise SystemExit("Too many customers change their look-alike group.")
    said = behaviour.apart(before, "lookalike_group")
    for code, words in behaviour.words.portrait(said, "lookalike_group", "en", "EUR").iter_rows():
        print(f"  {code}: {words}")
    return before, centres


def print_offers(
    rows: pl.DataFrame, as_of: dt.date, centres: pl.DataFrame, products: pl.DataFrame | None
) -> None:
    """Print how many customers bought an offer, and by how much that beats the most popular."""
    start = time.perf_counter()
    verdict = crosssell.judge(
        rows, as_of, centres, SETTINGS.crosssell, SETTINGS.lookalike, SETTINGS.buying, products
    )
    took = time.perf_counter() - start
    for way, after, n, rate in verdict.tried.iter_rows():
        print(f"  after {after}, {way}: {rate:.3f} of {n:,} customers bought an offer")
    print(f"  chosen: {verdict.way}; lead {verdict.lead:.3f}", end=" ")
    print(f"({verdict.lead_low:.3f} to {verdict.lead_high:.3f}), judged in {took:.1f} s")
    if not verdict.helps:
        raise SystemExit("Recommending does not beat the most popular products.")


if __name__ == "__main__":
    shop = online_retail(sys.argv[1])
    tables = inputs.read(SETTINGS, Path(sys.argv[2]), SAMPLE_END).tables
    sample = (tables["transactions"], SAMPLE_END, tables["products"])
    for name, (bought, end, goods) in {"shop": (shop, SHOP_END, None), "sample": sample}.items():
        print(f"{name}: {bought.height:,} lines, {bought['product_id'].n_unique():,} products")
        _, places = print_groups(bought, end, goods)
        print_offers(bought, end, places, goods)
