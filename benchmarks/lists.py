"""How often tomorrow's stars rose and watched customers declined, beside what is usual.

On Online Retail II (a Parquet file as UCI has it) and the sample company (its folder). Stars: what
was known a year before the end is laid beside the class a year later; each fifth of the customers
is judged by a lesson that had not seen it where the history holds two years only. Watch list: at
twelve ends of month (six of the shop), what was known then is laid beside the next quarter, in
which a decline is less than half of what all customers together kept up of the year before.

    python benchmarks/lists.py online_retail_ii.parquet data/sample
"""

import datetime as dt
import sys
import warnings
from pathlib import Path

import polars as pl

import growth as shop
import segment
from segment import config, growth, inputs, signals, summary, value
from segment.growth import learning, years
from segment.schemes import lifecycle, pareto, stars, value_groups, watch_list

QUARTER_DAYS, YEAR_DAYS, FOLDS = 91, 365, 5
SHORTEST_DAYS = 90  # a pace is told of no fewer days
SEEDS = range(5)  # how the folds are dealt moves the share by a point or two
SAMPLE_END = dt.date(2026, 10, 31)
SETTINGS = config.Settings()
Tables = dict[str, pl.DataFrame]


def held_out(rows: pl.DataFrame, seed: int) -> growth.GrowthModel:
    """Say who grows in the last year of the shop, of each fifth by the lesson of the others."""
    found = years.find(rows, shop.AS_OF)
    then = years.outcomes(rows, found)
    fold, said = pl.col("customer_id").hash(seed) % FOLDS, []
    for place in range(FOLDS):
        held, others = then.filter(fold == place), then.filter(fold != place)
        lesson = learning.learn(others, years.names(found, then), growth.GrowthRules())
        chance, size = learning.say(lesson, held)
        said.append(held.select("customer_id").with_columns(p_growth=chance, growth_size=size))
    broad = years.breadth(rows.filter(pl.col("date") <= shop.A_YEAR_AGO))
    return growth.GrowthModel(
        customers=broad.join(pl.concat(said), on="customer_id", how="left").sort("customer_id"),
        learned_on=shop.A_YEAR_AGO,
    )


def worth(tables: Tables, as_of: dt.date, model: growth.GrowthModel | None) -> pl.DataFrame:
    """Return the customers with value and growth, as known on a day."""
    rows = tables["transactions"].filter(pl.col("date") <= as_of)
    frame = segment.forecast(rows, as_of, YEAR_DAYS)
    if "customers" in tables:
        who = tables["customers"].select("customer_id", "region", "industry")
        frame = frame.join(who, on="customer_id", how="left")
    return (
        frame.pipe(value.add_margin, rows, tables.get("products"), 0.3)
        .pipe(value.add_costs, tables.get("costs"), value.ValueRules(), as_of, YEAR_DAYS)
        .pipe(growth.add_potential, model, tables.get("wallets"), SETTINGS.growth, YEAR_DAYS)
    )


def print_stars(name: str, then: pl.DataFrame, later: pl.DataFrame) -> None:
    """Print which share of the stars is A or B in `later`, beside past revenue and all C."""
    for classes in (SETTINGS.abc, SETTINGS.abc_heads):
        risen = pareto.assign(later, classes).filter(pl.col(classes.label) != "C")["customer_id"]
        marked = pareto.assign(then, classes).pipe(
            stars.assign, stars.StarRules(class_label=classes.label)
        )
        small = marked.filter(pl.col(classes.label) == "C").with_columns(
            rose=pl.col("customer_id").is_in(risen.implode())
        )
        chosen = small.filter(star="star")
        days = (pl.col("T") + 1).clip(SHORTEST_DAYS, YEAR_DAYS)
        small = small.with_columns(pace=pl.col("revenue_last_year") / days)
        past, pace = (
            small.sort(by, "customer_id", descending=True, nulls_last=True).head(chosen.height)
            for by in ("revenue_last_year", "pace")
        )
        print(
            f"{name}, {classes.label}: {small.height:,} C, {small['rose'].mean():.3f} rise; "
            f"{chosen.height} stars {chosen['rose'].mean():.3f}, as many by past revenue "
            f"{past['rose'].mean():.3f}, by their pace {pace['rose'].mean():.3f}; "
            f"{chosen.filter(pl.col('T') < SHORTEST_DAYS).height} stars are newcomers"
        )


def month_ends(last: dt.date, n: int) -> list[dt.date]:
    """Return the ends of `n` months, the last one first."""
    found = [last]
    while len(found) < n:
        found.append(found[-1].replace(day=1) - dt.timedelta(days=1))
    return found


def watched(tables: Tables, as_of: dt.date) -> pl.DataFrame:
    """Return the key customers of a day, with the watch list and whether they declined."""
    rows = tables["transactions"]
    known = {name: tables.get(name) for name in ("invoices", "costs", "survey")}
    key = (
        worth(tables, as_of, None)
        .pipe(pareto.assign, SETTINGS.abc)
        .pipe(value_groups.assign, SETTINGS.value_groups)
        .pipe(lifecycle.assign, SETTINGS.lifecycle)
        .pipe(signals.add, rows, as_of, SETTINGS.signals, **known)
        .pipe(watch_list.assign, SETTINGS.watch_list)
        .filter(pl.col("watch") != "unwatched")
    )
    end = as_of + dt.timedelta(days=QUARTER_DAYS)
    after = rows.filter(pl.col("date").is_between(as_of, end, closed="right"))
    next_quarter = after.group_by("customer_id").agg(later=pl.col("amount").sum())
    both = key.join(next_quarter, on="customer_id", how="left").fill_null(0)
    kept_up = both["later"].sum() / both["revenue_last_year"].sum()
    declined = pl.col("later") < kept_up / 2 * pl.col("revenue_last_year")
    return both.select(
        "customer_id", "watch", "watch_signs", "silent_days", declined=declined, as_of=as_of
    )


def print_watched(name: str, tables: Tables, last: dt.date, n: int) -> None:
    """Print how many key customers are watched a month, and how many of them declined."""
    key = pl.concat(watched(tables, day) for day in month_ends(last, n))
    there = key.filter(pl.col("silent_days") < QUARTER_DAYS)
    print(
        f"{name}: {key.height / n:.0f} key customers, {key['declined'].mean():.3f} decline; "
        f"of who bought in the last quarter {there['declined'].mean():.3f}"
    )
    for label in ("alarm", "look", "calm"):
        one = key.filter(watch=label)
        print(f"  {label}: {one.height / key.height:.3f}, {one['declined'].mean():.3f} decline")
    for sign in watch_list.SIGNS:
        one = key.filter(pl.col("watch_signs").list.contains(sign))
        if one.height:
            print(f"  {sign}: {one.height / key.height:.3f}, {one['declined'].mean():.3f} decline")
    busy = key.group_by("as_of").agg(
        (pl.col("watch").cast(pl.String).is_in(["alarm", "look"])).mean()
    )
    print(f"  listed a month: {busy['watch'].min():.3f} to {busy['watch'].max():.3f}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    retail, folder = {"transactions": shop.online_retail(sys.argv[1])}, Path(sys.argv[2])
    tables = inputs.read(SETTINGS, folder, SAMPLE_END).tables
    truth = pl.read_parquet(folder / "truth" / "customers.parquet")
    bought = tables["transactions"]
    for seed in SEEDS:
        print_stars(
            f"Online Retail II, folds dealt by {seed}",
            worth(retail, shop.A_YEAR_AGO, held_out(retail["transactions"], seed)),
            summary.summarise(retail["transactions"], shop.AS_OF),
        )
    a_year_ago = SAMPLE_END - dt.timedelta(days=YEAR_DAYS)
    for day, later in (
        (a_year_ago, summary.summarise(bought, SAMPLE_END)),
        (SAMPLE_END, truth.select("customer_id", revenue_last_year="next_year_revenue")),
    ):
        model = growth.fit(bought, day, growth.GrowthRules())
        print_stars(f"sample, known to {day}", worth(tables, day, model), later)
    print_watched("sample", tables, dt.date(2026, 7, 31), 12)
    print_watched("Online Retail II", retail, dt.date(2011, 8, 31), 6)
