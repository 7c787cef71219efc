"""How each customer bought in the last year: how often, how much, how evenly, what and when.

A year holds each season once, so that a behaviour moves with the customer and not with the
calendar. Shares of a few purchases say little about the next ones, so they are drawn towards
everybody's, and evenness towards that of chance.
"""

import datetime as dt

import polars as pl

from segment.behaviour.features import ALWAYS, FAMILY
from segment.behaviour.rules import BehaviourRules
from segment.schema import require

YEAR_DAYS = 365
MILLION = 1_000_000
FEWEST_SEEN_DAYS = 91  # a newcomer's pace is told as if seen for a quarter at the least
PRIOR_PURCHASES = 4  # everybody's mix counts as so many purchases more
PRIOR_GAPS, CHANCE = 3, 0.5  # gaps at random are as wide as they are spread: evenness one half
WEB_DAYS = 91  # events are kept for months, not for years
OTHERS = "others"


def add(
    customers: pl.DataFrame,
    transactions: pl.DataFrame,
    as_of: dt.date,
    rules: BehaviourRules,
    *,
    products: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add each customer's behaviour of the last 365 days; null for who has too little history.

    purchases_a_year (purchase days, for newcomers at their pace), spend_a_purchase (net money),
    products_a_purchase (different products a purchase day, lines where none is named), evenness
    (0 in bursts, about 0.5 by chance, 1 like a clock), refund_share, quarter_1_share to
    quarter_4_share (of the money, by calendar quarter); where products are named reorder_share
    (of what is bought, bought on an earlier day too); where families are known, one share each;
    with events web_days (of the last 91).

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, ["customer_id"], by="behaviour")
    require(transactions, ["customer_id", "date", "amount"], by="behaviour")
    lines = _lines(transactions, as_of, products)
    year = lines.filter(pl.col("date") > as_of - dt.timedelta(days=YEAR_DAYS))
    days = _days(year)
    found = [_pace(days, lines, as_of, rules), _season(year)]
    if year["product_id"].null_count() < year.height:
        found.append(_reorders(year))
    if year["family"].null_count() < year.height:
        found.append(_families(year, rules))
    if events is not None:
        found.append(_on_web(customers, events, as_of))
    told, *others = found
    for other in others:
        told = told.join(other, on="customer_id", how="left")
    stale = [name for name in customers.columns if name in told.columns[1:]]
    return customers.drop(stale).join(told, on="customer_id", how="left", maintain_order="left")


def _lines(
    transactions: pl.DataFrame, as_of: dt.date, products: pl.DataFrame | None
) -> pl.DataFrame:
    """Return what was bought and sent back, in whole millionths, whose sums are exact."""
    text = pl.lit(None, dtype=pl.String)
    absent = [
        text.alias(name) for name in ("product_id", "family") if name not in transactions.columns
    ]
    whole = (pl.col("amount") * MILLION).round().cast(pl.Int128)
    known = transactions.with_columns(absent).select(
        "customer_id", pl.col("date").cast(pl.Date), whole, "product_id", "family"
    )
    if products is not None:
        of_product = products.select("product_id", of_product="family")
        known = known.join(of_product, on="product_id", how="left").with_columns(
            family=pl.coalesce("of_product", "family")
        )
    return known.filter(pl.col("date") <= as_of).select(
        "customer_id", "date", "amount", "product_id", "family"
    )


def _days(year: pl.DataFrame) -> pl.DataFrame:
    """Return one row a purchase day: customer_id, date, n_products; refunds are beside it."""
    bought = year.filter(pl.col("amount") >= 0)
    by_day = bought.group_by("customer_id", "date").agg(n_lines=pl.len())
    named = (
        bought.filter(pl.col("product_id").is_not_null())
        .unique(["customer_id", "date", "product_id"])
        .group_by("customer_id", "date")
        .agg(n_products=pl.len())
    )
    return (
        by_day.join(named, on=["customer_id", "date"], how="left")
        .with_columns(n_products=pl.coalesce("n_products", "n_lines"))
        .sort("customer_id", "date")
    )


def _pace(
    days: pl.DataFrame, lines: pl.DataFrame, as_of: dt.date, rules: BehaviourRules
) -> pl.DataFrame:
    since = lines.filter(pl.col("amount") >= 0).group_by("customer_id").agg(pl.col("date").min())
    money, year_ago = pl.col("amount"), as_of - dt.timedelta(days=YEAR_DAYS)
    sums = (
        lines.filter(pl.col("date") > year_ago)
        .group_by("customer_id")
        .agg(net=money.sum(), back=money.filter(money < 0).sum(),
             bought=money.filter(money > 0).sum())
    )  # fmt: skip
    seen = (pl.lit(as_of) - pl.col("date")).dt.total_days() + 1
    gap = pl.col("date").diff().over("customer_id").dt.total_days()
    even = pl.col("gap_mean") / (pl.col("gap_mean") + pl.col("gap_sd"))
    return (
        days.with_columns(gap=gap)
        .group_by("customer_id", maintain_order=True)
        .agg(n=pl.len(), n_products=pl.col("n_products").sum(), n_gaps=pl.col("gap").count(),
             gap_mean=pl.col("gap").mean(), gap_sd=pl.col("gap").std(ddof=0))
        .filter(pl.col("n") >= rules.fewest_purchases)
        .join(since, on="customer_id")
        .join(sums, on="customer_id")
        .select(
            "customer_id",
            purchases_a_year=pl.col("n") * YEAR_DAYS / seen.clip(FEWEST_SEEN_DAYS, YEAR_DAYS),
            spend_a_purchase=(pl.col("net") / MILLION / pl.col("n")).clip(lower_bound=0),
            products_a_purchase=pl.col("n_products") / pl.col("n"),
            evenness=(even * pl.col("n_gaps") + CHANCE * PRIOR_GAPS)
            / (pl.col("n_gaps") + PRIOR_GAPS),
            refund_share=pl.when(pl.col("bought") > 0)
            .then(-(pl.col("back") / pl.col("bought")))
            .fill_null(0.0)
            .clip(0, 1),
        )
    )  # fmt: skip


def _season(year: pl.DataFrame) -> pl.DataFrame:
    quarter = pl.format("quarter_{}_share", pl.col("date").dt.quarter())
    return _mix(year, quarter, ALWAYS[-4:])


def _families(year: pl.DataFrame, rules: BehaviourRules) -> pl.DataFrame:
    """Return the share of each customer's money in each family; a line of no family counts not."""
    known = year.filter(pl.col("family").is_not_null())
    first = (
        known.filter(pl.col("amount") > 0)
        .group_by("family")
        .agg(pl.col("amount").sum())
        .sort("amount", "family", descending=[True, False])
        .head(rules.most_families)["family"]
        .sort()
    )
    is_first = pl.col("family").is_in(first.implode())
    name = pl.lit(FAMILY) + pl.when(is_first).then("family").otherwise(pl.lit(OTHERS))
    names = [FAMILY + one for one in first]
    more = [FAMILY + OTHERS] if known.filter(~is_first).height else []
    return _mix(known, name, list(dict.fromkeys([*names, *more])))


def _mix(rows: pl.DataFrame, kind: pl.Expr, kinds: list[str] | tuple[str, ...]) -> pl.DataFrame:
    """Return the share of each customer's money by kind, drawn towards everybody's shares."""
    bought = rows.filter(pl.col("amount") > 0).with_columns(kind=kind)
    n = bought.group_by("customer_id").agg(n=pl.col("date").n_unique(), all=pl.col("amount").sum())
    total = float(bought["amount"].sum()) or 1.0
    every = dict(bought.group_by("kind").agg(pl.col("amount").sum()).iter_rows())
    wide = bought.group_by("customer_id", "kind").agg(pl.col("amount").sum())
    absent = [name for name in kinds if name not in every]
    prior = PRIOR_PURCHASES
    return (
        wide.pivot(on="kind", index="customer_id", values="amount")
        .with_columns(pl.lit(0.0).alias(name) for name in absent)
        .join(n, on="customer_id")
        .select(
            "customer_id",
            *(
                (pl.col(name).fill_null(0.0) / pl.col("all") * pl.col("n")
                 + prior * (every.get(name, 0.0) / total))
                .truediv(pl.col("n") + prior)
                .alias(name)
                for name in kinds
            ),
        )
    )  # fmt: skip


def _reorders(year: pl.DataFrame) -> pl.DataFrame:
    return (
        year.filter(pl.col("amount") >= 0, pl.col("product_id").is_not_null())
        .unique(["customer_id", "date", "product_id"])
        .group_by("customer_id")
        .agg(reorder_share=1 - pl.col("product_id").n_unique() / pl.len())
    )


def _on_web(customers: pl.DataFrame, events: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Return on how many of the last days each customer was on the web: 0 without an event."""
    require(events, ["customer_id", "at"], by="behaviour")
    day = pl.col("at").dt.date()
    seen = (
        events.filter(day <= as_of, day > as_of - dt.timedelta(days=WEB_DAYS))
        .group_by("customer_id")
        .agg(web_days=day.n_unique())
    )
    return (
        customers.select("customer_id")
        .unique()
        .join(seen, on="customer_id", how="left")
        .with_columns(pl.col("web_days").fill_null(0))
    )
