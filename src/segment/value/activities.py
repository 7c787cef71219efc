"""What serving customers took: visits, contacts, deliveries, returns, late payments.

The cost of serving follows activities, each of which has a price (Cooper & Kaplan 1991, "Profit
priorities from activity-based costing"). Some come with orders, such as a delivery; they stop when
the orders do. Others go on with the calendar, such as visits. Which is which is told by their
days, unless declared: what nearly always falls on a purchase or refund or soon after follows it.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from segment.schema import require
from segment.summary import YEAR_DAYS
from segment.value import pricing
from segment.value.rules import COUNTED, ValueRules

AFTER_DAYS = 3  # a delivery on Monday for an order of Friday still follows it
FOLLOWING_SHARE = 0.90
MOST_TRIED = 50_000  # postings of an activity that tell what it follows
OLDER_WEIGHT = 0.5  # what is older than a year counts half, as with purchases
OTHER = "other"  # an activity without a name
LATE = "late payment"
MANY = 30  # postings that tell since when an activity is recorded, and what it usually costs
LARGEST = 50  # times the middle of an activity's amounts; more is taken for a slip
POSTING = {
    "customer_id": pl.String, "date": pl.Date, "activity": pl.String,
    "times": pl.Float64, "amount": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Activities:
    """What each customer took, and what each activity costs.

    `counts` has a row for each customer and activity: times, cost and square (the sum of squared
    costs), in the prices of today, in which postings older than a year count half. `kinds` has a
    row for each activity: follows (orders or calendar), times and cost of the last year, the price
    of one today and rise_rate, by how much that rises in a year, since when it is recorded.
    `served` has first_on, the first posting of a customer, and last_on, the last that went by the
    calendar. `n_capped` postings of `capped` money were above fifty times the middle of their
    activity and count as that; `unused` are declared activities with no posting.
    """

    as_of: dt.date
    n_capped: int
    capped: float
    unused: tuple[str, ...]
    counts: pl.DataFrame
    kinds: pl.DataFrame
    served: pl.DataFrame

    @property
    def is_known(self) -> bool:
        """Whether anything is known of what serving costs."""
        return not self.kinds.is_empty()


def activities(
    transactions: pl.DataFrame,
    costs: pl.DataFrame | None,
    invoices: pl.DataFrame | None,
    rules: ValueRules,
    as_of: dt.date,
) -> Activities:
    """Gather what serving customers took up to `as_of`.

    Raises:
        DataError: A frame lacks a column.
    """
    require(transactions, ["customer_id", "date", "amount"], by="value.activities")
    known = transactions.with_columns(pl.col("date").cast(pl.Date)).filter(pl.col("date") <= as_of)
    start = as_of - dt.timedelta(days=rules.cost_window_days)
    postings = pl.concat(
        [_posted(costs, rules), *_counted(known, rules), _late(invoices, rules, as_of)]
    ).filter(pl.col("date") <= as_of, pl.col("date") > start)
    most = LARGEST * pl.col("amount").median().over("activity")
    is_slip = (pl.len().over("activity") >= MANY) & (most > 0) & (pl.col("amount") > most)
    slips = postings.filter(is_slip)
    postings = postings.with_columns(amount=pl.when(is_slip).then(most).otherwise("amount"))
    postings = pricing.in_todays_prices(postings, as_of, unmoved=(*COUNTED, LATE))
    is_late = (pl.lit(as_of) - pl.col("date")).dt.total_days() < YEAR_DAYS
    weight = pl.when(is_late).then(1.0).otherwise(OLDER_WEIGHT)
    follows = _follows(postings, known, rules)
    by_calendar = follows.filter(follows="calendar")["activity"]
    kinds = (
        postings.group_by("activity", maintain_order=True)
        .agg(
            *(pl.col(name).filter(is_late).sum() for name in ("times", "amount")),
            price=_price(is_late),
            rise_rate=pl.col("rise_rate").first(),
            first=pl.col("date").min(),
            n=pl.len(),
        )
        .join(follows, on="activity")
        .sort("amount", "activity", descending=[True, False])
        .with_columns(since=_since())
    )
    return Activities(
        as_of=as_of,
        n_capped=slips.height,
        capped=float(slips["amount"].sum()),
        unused=tuple(
            name
            for name in (*rules.tariff, *rules.follows_orders)
            if name not in {*COUNTED, *kinds["activity"]}
        ),
        counts=postings.group_by("customer_id", "activity", maintain_order=True)
        .agg(
            times=(pl.col("times") * weight).sum(),
            cost=(pl.col("today") * weight).sum(),
            square=(pl.col("today") ** 2 * weight).sum(),
        )
        .sort("customer_id", "activity"),
        kinds=kinds.select(
            "activity",
            "follows",
            "times",
            pl.col("amount").alias("cost"),
            "price",
            "rise_rate",
            "since",
        ),
        served=postings.group_by("customer_id", maintain_order=True).agg(
            first_on=pl.col("date").min(),
            last_on=pl.col("date").filter(pl.col("activity").is_in(by_calendar.implode())).max(),
        ),
    )


def _since() -> pl.Expr:
    """Return since when an activity is recorded: many postings tell, of a few their ledger does."""
    is_counted = pl.col("activity").is_in([*COUNTED, LATE])
    ledger = pl.col("first").min().over(is_counted)
    return pl.when(pl.col("n") >= MANY).then("first").otherwise(ledger)


def _price(is_late: pl.Expr) -> pl.Expr:
    """Return what an activity costs today: by the last year, or by all if it had none."""
    lately = pl.col("today").filter(is_late).sum() / pl.col("times").filter(is_late).sum()
    ever = pl.col("today").sum() / pl.col("times").sum()
    return pl.when(is_late.any()).then(lately).otherwise(ever)


def _posted(costs: pl.DataFrame | None, rules: ValueRules) -> pl.DataFrame:
    """Return the cost postings, those of an activity with a price at that."""
    if costs is None:
        return pl.DataFrame(schema=POSTING)
    require(costs, ["customer_id", "date", "amount"], by="value.activities")
    activity = pl.col("activity") if "activity" in costs.columns else pl.lit(None, pl.String)
    prices = {name: float(price) for name, price in rules.tariff.items() if name not in COUNTED}
    named = costs.with_columns(
        pl.col("date").cast(pl.Date), activity=activity.fill_null(OTHER), times=pl.lit(1.0)
    )
    price = pl.col("activity").replace_strict(
        list(prices), list(prices.values()), default=None, return_dtype=pl.Float64
    )
    return named.with_columns(amount=pl.coalesce(price, "amount")).select(POSTING.keys())


def _counted(transactions: pl.DataFrame, rules: ValueRules) -> list[pl.DataFrame]:
    """Return orders, lines and returns as postings, those of them that have a price."""
    names = [name for name in COUNTED if name in rules.tariff]
    is_sold = pl.col("amount") > 0
    order = [pl.col("order_id")] if "order_id" in transactions.columns else []
    times = {
        "order": pl.struct("date", *order).filter(is_sold).n_unique(),
        "line": is_sold.sum(),
        "return": (pl.col("amount") < 0).sum(),
    }
    return [
        transactions.group_by("customer_id", "date", maintain_order=True)
        .agg(times=times[name].cast(pl.Float64))
        .filter(pl.col("times") > 0)
        .with_columns(activity=pl.lit(name), amount=pl.col("times") * float(rules.tariff[name]))
        .select(POSTING.keys())
        for name in names
    ]


def _late(invoices: pl.DataFrame | None, rules: ValueRules, as_of: dt.date) -> pl.DataFrame:
    """Return the interest on what was owed after its due day, posted on that day."""
    if invoices is None or rules.financing_rate_annual == 0:
        return pl.DataFrame(schema=POSTING)
    require(invoices, ["customer_id", "due_on", "settled_on", "amount"], by="value.activities")
    until = pl.min_horizontal(pl.col("settled_on").fill_null(as_of), pl.lit(as_of))
    days_late = (until - pl.col("due_on")).dt.total_days()
    interest = pl.col("amount") * rules.financing_rate_annual * days_late / YEAR_DAYS
    return (
        invoices.filter(days_late > 0)
        .with_columns(date="due_on", activity=pl.lit(LATE), times=pl.lit(1.0), amount=interest)
        .select(POSTING.keys())
    )


def _follows(postings: pl.DataFrame, transactions: pl.DataFrame, rules: ValueRules) -> pl.DataFrame:
    """Tell for each activity whether it follows orders or goes on with the calendar."""
    sure = (*COUNTED, LATE, *rules.follows_orders)
    tried = (
        postings.select("customer_id", "date", "activity")
        .filter(pl.int_range(pl.len()).over("activity") < MOST_TRIED)
        .sort("date")
    )
    days = (
        transactions.select("customer_id", "date")
        .join(tried.select("customer_id").unique(), on="customer_id", how="semi")
        .sort("date")
        .with_columns(bought_on="date")
    )
    beside = tried.join_asof(
        days, on="date", by="customer_id", tolerance=f"{AFTER_DAYS}d", check_sortedness=False
    )
    share = pl.col("bought_on").is_not_null().mean()
    is_following = pl.col("activity").is_in(sure) | (
        (pl.col("share") >= FOLLOWING_SHARE) & (len(rules.follows_orders) == 0)
    )
    return (
        beside.group_by("activity", maintain_order=True)
        .agg(share=share)
        .select(
            "activity",
            follows=pl.when(is_following).then(pl.lit("orders")).otherwise(pl.lit("calendar")),
        )
    )
