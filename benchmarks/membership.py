"""The club on real members, and how long a million customers take through these schemes.

The airline loyalty data (a folder with customer_flight_activity.parquet and
customer_loyalty_history.csv, as Maven Analytics has them) become a points ledger with one posting a
member-month earned and one redeemed, on the last day of the month. A loyalty number that has
several rows a month has them in every month, and rows with points never agree: they are several
streams of flights under one number, so that they are added up. Levels are assessed at every month
end; a member counts from the month of enrolment to that of cancellation.

    python benchmarks/membership.py airline_loyalty [1000000]
"""

import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from segment import points, survey
from segment.config import Settings
from segment.points import PointRules
from segment.schema import SATISFACTION_INDICATORS, SATISFACTION_LEVELS
from segment.schemes import levels, lifecycle, membership, satisfaction, triggers

SETTINGS = Settings()
CLUB = PointRules()
KEY = ["Loyalty Number", "Year", "Month"]
AS_OF = dt.date(2026, 10, 31)
MOST_CHANGED = 0.05
POSTINGS, EVENTS, ANSWERS = 5, 3, 2  # a customer, of the million
RULES = {
    "by the floors of segment.toml": SETTINGS.membership,
    "four levels from 1,000, 3,000 and 5,000": membership.MembershipRules(
        labels=("platinum", "gold", "silver", "ordinary"),
        floors=(5_000.0, 3_000.0, 1_000.0),
        price_factors=(0.80, 0.88, 0.90, 0.95),
    ),
    "levels where this club's points lie": membership.MembershipRules(
        floors=(3_000.0, 2_000.0, 1_500.0, 750.0)
    ),
}


def month_end(year: str, month: str) -> pl.Expr:
    """Return the last day of a month."""
    return pl.date(pl.col(year), pl.col(month), 1).dt.month_end()


def duplicates(activity: pl.DataFrame) -> pl.DataFrame:
    """Print what the repeated member-months are; return member-months with their points added."""
    twice = activity.filter(pl.struct(KEY).is_duplicated())
    told = twice.group_by(KEY).agg(
        n_rows=pl.len(),
        is_alike=pl.struct(pl.exclude(KEY)).n_unique() == 1,
        n_with_points=((pl.col("Points Accumulated") > 0) | (pl.col("Points Redeemed") > 0)).sum(),
    )
    several = told.filter(pl.col("n_with_points") > 1)
    n_extra = activity.height - activity.select(KEY).n_unique()
    months = told.group_by("Loyalty Number").len()["len"]
    print(
        f"{activity.height:,} rows, {activity['Loyalty Number'].n_unique():,} members; "
        f"{n_extra:,} rows repeat a member and month: {len(months)} numbers with "
        f"{told['n_rows'].min()} or {told['n_rows'].max()} rows in each of {months.min()} months"
    )
    print(
        f"  of {several.height:,} such months with points in several rows "
        f"{several['is_alike'].sum()} have rows that agree: these are streams of flights of their "
        "own, and are added up"
    )
    summed = activity.group_by(KEY).agg(pl.col("Points Accumulated", "Points Redeemed").sum())
    first = activity.unique(KEY, keep="first", maintain_order=True)
    for name, kept in (("added up", summed), ("all but the first set aside", first)):
        gained, used = kept.select(pl.col("Points Accumulated", "Points Redeemed").sum()).row(0)
        print(f"  {name}: {gained:,.1f} points earned, {used:,} redeemed")
    return summed


def ledger(months: pl.DataFrame) -> pl.DataFrame:
    """Return the postings of the member-months."""
    on = {
        "customer_id": pl.col("Loyalty Number").cast(pl.String),
        "date": month_end("Year", "Month"),
    }
    parts = [
        months.select(**on, kind=pl.lit("earned"), points=pl.col("Points Accumulated")),
        months.select(**on, kind=pl.lit("redeemed"), points=-pl.col("Points Redeemed").cast(float)),
    ]
    return pl.concat(parts).filter(pl.col("points") != 0)


def members(history: pl.DataFrame) -> pl.DataFrame:
    """Return each member's first and last month of membership; the last is null while it holds."""
    return history.group_by(pl.col("Loyalty Number").cast(pl.String).alias("customer_id")).agg(
        enrolled=month_end("Enrollment Year", "Enrollment Month").min(),
        cancelled=month_end("Cancellation Year", "Cancellation Month").max(),
    )


def print_balances(rows: pl.DataFrame, days: list[dt.date]) -> None:
    """Print the balances of all members at some month ends, and that each adds up."""
    start = time.perf_counter()
    by_month = pl.concat(
        points.balances(rows, day, CLUB).with_columns(day=pl.lit(day)) for day in days
    )
    seconds = time.perf_counter() - start
    gap = pl.col("points_earned") - pl.col("points_used") - pl.col("points_expired")
    off = by_month.select((gap - pl.col("points_balance")).abs().max()).item()
    over = by_month.filter(pl.col("points_balance") < 0)
    print(
        f"balances of {by_month.height:,} member-months in {seconds:.1f} s; earned less used less "
        f"expired is off by {off:.3f}; {over.height:,} are overdrawn "
        f"({over['customer_id'].n_unique():,} members: what they earned before is not known)"
    )
    print(by_month.filter(pl.col("day").is_in(days[5::6])).group_by("day").agg(
        pl.len().alias("members"), pl.col(points.TOTALS).sum().round(0)
    ).sort("day"))  # fmt: skip


def moves(rows: pl.DataFrame, who: pl.DataFrame, days: list[dt.date],
          rules: membership.MembershipRules) -> pl.DataFrame:  # fmt: skip
    """Return per month how many members hold a level, and how many changed it."""
    own = membership.replay(rows, days, rules, CLUB).join(who, on="customer_id")
    there = (pl.col("enrolled") <= pl.col("assessed_on")) & (
        pl.col("cancelled").is_null() | (pl.col("cancelled") >= pl.col("assessed_on"))
    )
    place = pl.col(membership.LABEL).to_physical().cast(pl.Int16)
    before = place.shift(1).over("customer_id", order_by="assessed_on")
    # who has earned nothing yet is an ordinary member as well
    silent = who.join(pl.DataFrame({"assessed_on": days}), how="cross").join(
        own.select("customer_id", "assessed_on"), on=["customer_id", "assessed_on"], how="anti"
    )
    moved = own.with_columns(was=before.fill_null(len(rules.labels) - 1), place=place)
    none = pl.lit(len(rules.labels) - 1, dtype=pl.Int16)
    every = pl.concat(
        [
            moved.select("assessed_on", "enrolled", "cancelled", "was", "place"),
            silent.select("assessed_on", "enrolled", "cancelled", was=none, place=none),
        ],
        how="vertical_relaxed",
    )
    return (
        every.filter(there)
        .group_by("assessed_on")
        .agg(
            members=pl.len(),
            up=(pl.col("place") < pl.col("was")).mean(),
            down=(pl.col("place") > pl.col("was")).mean(),
            above=(pl.col("place") < len(rules.labels) - 1).mean(),
        )
        .with_columns(moved=pl.col("up") + pl.col("down"))
        .sort("assessed_on")
    )


def print_moves(rows: pl.DataFrame, who: pl.DataFrame, days: list[dt.date]) -> None:
    """Print how many members change their level a month, by several rules."""
    for name, rules in RULES.items():
        told = moves(rows, who, days, rules)
        usual = told.filter(pl.col("assessed_on") >= days[rules.period_months])
        for when, part in (("all 24 months", told), ("once a period is full", usual)):
            share = part["moved"]
            n_over = int((share > MOST_CHANGED).sum())
            print(
                f"{name}, {when}: {share.mean():.3%} of the members move a month, "
                f"{share.max():.3%} at most; above 5% in {n_over} of {part.height} months; "
                f"{part['above'].to_list()[-1]:.1%} are above the lowest level at the end"
            )
        if rules == SETTINGS.membership:
            print(told.with_columns(pl.col("up", "down", "moved", "above").round(4)))


def timed(name: str, made: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Print how long a step takes, and how much of the processor, which others may be using."""
    start, work = time.perf_counter(), time.process_time()
    frame = made()
    seconds, work = time.perf_counter() - start, time.process_time() - work
    print(f"  {seconds:6.2f} s, {work:6.2f} s of processor: {name}")
    return frame


def million(n: int) -> None:
    """Print how long `n` customers take, with their ledger, events and answers."""
    rng = np.random.default_rng(2026)
    print(
        f"{n:,} customers, {n * POSTINGS:,} postings, {n * EVENTS:,} events, "
        f"{n * ANSWERS:,} answers"
    )
    names = pl.Series([f"C{i:07d}" for i in range(n)])

    def who(each: int) -> pl.Series:
        return names.gather(rng.integers(0, n, n * each))

    def days(each: int, back: int) -> pl.Series:
        ago = pl.Series(rng.integers(0, back, n * each)).cast(pl.Int32)
        return (pl.repeat(AS_OF, n * each, eager=True).cast(pl.Int32) - ago).cast(pl.Date)

    taken = rng.random(n * POSTINGS) < 0.2
    size = rng.integers(1, 2_000, n * POSTINGS).astype(float)
    rows = pl.DataFrame(
        {
            "customer_id": who(POSTINGS), "date": days(POSTINGS, 1_000),
            "kind": np.where(taken, "redeemed", "earned"),
            "points": np.where(taken, -size / 2, size),
        }
    )  # fmt: skip
    seen = pl.DataFrame(
        {
            "customer_id": who(EVENTS), "at": days(EVENTS, 120).cast(pl.Datetime("us")),
            "kind": rng.choice(["view", "view", "favourite", "basket", "paid"], n * EVENTS),
            "product_id": rng.choice([f"P{i:03d}" for i in range(100)], n * EVENTS),
        }
    )  # fmt: skip
    ticks = pl.DataFrame(
        {
            "response_id": np.arange(n * ANSWERS).astype(str), "customer_id": who(ANSWERS),
            "indicator": rng.choice(SATISFACTION_INDICATORS, n * ANSWERS),
            "level": rng.choice(SATISFACTION_LEVELS, n * ANSWERS),
            "responded_on": days(ANSWERS, 365),
            "remark": rng.choice(["No complaints.", "Arrived broken.", "送货准时。"], n * ANSWERS),
        }
    )  # fmt: skip
    recency = rng.integers(0, 900, n)
    customers = pl.DataFrame(
        {
            "customer_id": names, "frequency": rng.integers(0, 30, n), "recency": recency,
            "T": recency + rng.integers(0, 200, n), "last_gap_days": rng.integers(1, 90, n),
            "p_alive": rng.random(n), "purchases_last_year": rng.integers(0, 40, n),
        }
    )  # fmt: skip
    club, asked, seen_rules = SETTINGS.membership, SETTINGS.survey, SETTINGS.triggers
    timed("lifecycle", lambda: lifecycle.assign(customers, SETTINGS.lifecycle))
    timed("shop_levels", lambda: levels.assign(customers, SETTINGS.shop_levels))
    told = timed("membership, the ledger",
                 lambda: membership.add(customers, rows, AS_OF, club, CLUB))  # fmt: skip
    held = timed("membership, the levels", lambda: membership.assign(told, club))
    timed("membership, the levels of a month later", lambda: membership.assign(told, club, held))
    told = timed("satisfaction, the survey", lambda: survey.add(customers, ticks, AS_OF, asked))
    timed("satisfaction, the bands", lambda: satisfaction.assign(told, SETTINGS.satisfaction))
    told = timed("triggers, the events", lambda: triggers.add(customers, seen, AS_OF, seen_rules))
    timed("triggers, the label", lambda: triggers.assign(told, seen_rules))


if __name__ == "__main__":
    pl.Config.set_tbl_rows(30)
    pl.Config.set_tbl_cols(12)
    folder = Path(sys.argv[1])
    activity = pl.read_parquet(folder / "customer_flight_activity.parquet")
    history = pl.read_csv(folder / "customer_loyalty_history.csv", encoding="utf8-lossy")
    months = duplicates(activity)
    rows, who = ledger(months), members(history)
    ends = months.select(month_end("Year", "Month").unique().sort()).to_series().to_list()
    print_balances(rows, ends)
    print_moves(rows, who, ends)
    million(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
