"""Behaviour triggers: a basket unpaid, a favourite of two months, a product looked at again.

Each is a reason for an offer while it is fresh. A payment for a product ends what came before it: a
basket, a favourite, and the looking at it. A payment that names no product pays every basket of the
customer. Of several triggers the one nearest to a purchase gives the label.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from segment import checks, cuts
from segment.schema import require
from segment.text import as_written, phrase

LABEL = "trigger"
LABELS = ("basket", "favourite", "views", "none")
KINDS = LABELS[:-1]
COUNTS = ("baskets_unpaid", "favourites_long", "products_viewed")
NEEDED = ("customer_id", "at", "kind", "product_id")
KEY = ("customer_id", "product_id")


@dataclass(frozen=True, kw_only=True)
class TriggerRules:
    """After how long a basket and a favourite count, and how many views in how many days.

    A basket counts once it has been unpaid for `basket_hours`, a favourite from `favourite_days`
    on, and a product that was viewed `views` times within the last `view_days` days.
    """

    basket_hours: int = 24
    favourite_days: int = 60
    views: int = 3
    view_days: int = 7

    def __post_init__(self) -> None:
        checks.whole(self, "basket_hours", least=0)
        checks.whole(self, "favourite_days", least=0)
        checks.whole(self, "views", least=1)
        checks.whole(self, "view_days", least=1)


def needs(rules: TriggerRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads."""
    return COUNTS


def find(events: pl.DataFrame, as_of: dt.date, rules: TriggerRules) -> pl.DataFrame:
    """Return one row a customer, product and trigger, as known at the end of `as_of`.

    Columns: customer_id, product_id (null for a basket of which it is not known), trigger (an
    Enum), since_at (the first of the events that are open), n_events (of them). Baskets come first,
    then favourites, then views; of each the latest first.

    Raises:
        DataError: `events` lacks a column.
    """
    require(events, NEEDED, by="triggers")
    end = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time())
    at = pl.col("at").dt.replace_time_zone(None).cast(pl.Datetime("us"))
    known = events.select(
        "customer_id", "product_id", at=at, kind=pl.col("kind").cast(pl.String)
    ).filter(pl.col("at") < end)
    still_open = _still_open(known)
    of_product = pl.col("product_id").is_not_null()
    # a favourite counts by days of the calendar, a basket by hours
    is_old = (pl.lit(as_of) - pl.col("at").dt.date()).dt.total_days() >= rules.favourite_days
    week = end - dt.timedelta(days=rules.view_days)
    parts = [
        _counted(still_open.filter(kind="basket")).filter(
            pl.col("since_at") <= end - dt.timedelta(hours=rules.basket_hours)
        ),
        _counted(still_open.filter(of_product & is_old, kind="favourite")),
        _counted(still_open.filter(of_product & (pl.col("at") >= week), kind="view")).filter(
            pl.col("n_events") >= rules.views
        ),
    ]
    return pl.concat(
        part.select(*KEY, pl.lit(kind, dtype=pl.Enum(KINDS)).alias(LABEL), "since_at", "n_events")
        for kind, part in zip(KINDS, parts, strict=True)
    ).sort(LABEL, "since_at", *KEY, descending=[False, True, False, False])


def _still_open(known: pl.DataFrame) -> pl.DataFrame:
    """Return the events after which nothing was paid that ends them."""
    paid = known.filter(kind="paid")
    by_product = paid.group_by(KEY).agg(paid_at=pl.col("at").max())
    by_basket = paid.filter(pl.col("product_id").is_null())
    whole = by_basket.group_by("customer_id").agg(all_paid_at=pl.col("at").max())
    # a basket of an unknown product is paid by any payment
    any_paid = paid.group_by("customer_id").agg(any_paid_at=pl.col("at").max())
    no_product, is_basket = pl.col("product_id").is_null(), pl.col("kind") == "basket"
    ended = (
        (pl.col("at") <= pl.col("paid_at")).fill_null(value=False)
        | (is_basket & (pl.col("at") <= pl.col("all_paid_at"))).fill_null(value=False)
        | (is_basket & no_product & (pl.col("at") <= pl.col("any_paid_at"))).fill_null(value=False)
    )
    return (
        known.filter(pl.col("kind") != "paid")
        .join(by_product, on=KEY, how="left")
        .join(whole, on="customer_id", how="left")
        .join(any_paid, on="customer_id", how="left")
        .filter(~ended)
    )


def _counted(events: pl.DataFrame) -> pl.DataFrame:
    return events.group_by(KEY).agg(since_at=pl.col("at").min(), n_events=pl.len().cast(pl.Int64))


def few(found: pl.DataFrame, n: int) -> pl.DataFrame:
    """Return the first `n` of each trigger, in the order of `find`.

    Raises:
        DataError: `found` is not what `find` returns.
    """
    require(found, [LABEL], by="triggers")
    return found.group_by(LABEL, maintain_order=True).head(n).select(found.columns)


def add(
    customers: pl.DataFrame, events: pl.DataFrame | None, as_of: dt.date, rules: TriggerRules
) -> pl.DataFrame:
    """Add baskets_unpaid, favourites_long and products_viewed to one row a customer.

    They count products; 0 where there is nothing, null for everybody where there are no events.

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, ["customer_id"], by="triggers")
    alone = customers.drop(COUNTS, strict=False)
    if events is None:
        return alone.with_columns(pl.lit(None, dtype=pl.Int64).alias(name) for name in COUNTS)
    counts = (
        find(events, as_of, rules)
        .group_by("customer_id")
        .agg(
            (pl.col(LABEL) == kind).sum().cast(pl.Int64).alias(name)
            for kind, name in zip(KINDS, COUNTS, strict=True)
        )
    )
    return alone.join(counts, on="customer_id", how="left", maintain_order="left").with_columns(
        pl.col(COUNTS).fill_null(0)
    )


def assign(customers: pl.DataFrame, rules: TriggerRules) -> pl.DataFrame:
    """Add `trigger`: the first that fits, in the order basket, favourite, views; else none.

    Raises:
        DataError: `customers` lacks a column, or one holds no numbers.
    """
    cuts.require_numbers(customers, needs(rules), by="triggers")
    basket, favourite, views = (pl.col(name) > 0 for name in COUNTS)
    label = (
        pl.when(~pl.all_horizontal(pl.col(COUNTS).is_not_null()))
        .then(None)
        .when(basket)
        .then(pl.lit("basket"))
        .when(favourite)
        .then(pl.lit("favourite"))
        .when(views)
        .then(pl.lit("views"))
        .otherwise(pl.lit("none"))
    )
    return customers.with_columns(label.cast(pl.Enum(LABELS)).alias(LABEL))


def describe(rules: TriggerRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    return phrase(
        "scheme.triggers.rule",
        language,
        hours=as_written(rules.basket_hours, language),
        days=as_written(rules.favourite_days, language),
        views=as_written(rules.views, language),
        within=as_written(rules.view_days, language),
    )
