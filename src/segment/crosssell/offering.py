"""The list of today: what to offer to whom, with how many customers alike bought it.

Of each offer stands how many of the customers alike bought it in the year, beside how many of all
did: the lift, with the lower end of Wilson's interval, which a handful of customers cannot push up.
"""

import datetime as dt

import numpy as np
import polars as pl

from segment import uncertainty
from segment.crosssell import baskets, scoring
from segment.crosssell.baskets import Baskets, Floats, Index
from segment.crosssell.judging import Verdict, places
from segment.crosssell.rules import CrossSellRules
from segment.crosssell.scoring import Alike
from segment.schema import require
from segment.schemes import lookalike

SEEN = {"n_alike": pl.Int64, "n_alike_bought": pl.Int64, "alike_share": pl.Float64,
        "usual_share": pl.Float64, "lift": pl.Float64, "lift_at_least": pl.Float64}  # fmt: skip
OFFERS = {
    "customer_id": pl.String, "place": pl.Int64, "product_id": pl.String, "because": pl.String,
} | SEEN  # fmt: skip
FAVOURITES = {lookalike.LABEL: pl.Enum(lookalike.LABELS), "product_id": pl.String} | SEEN


def offers(
    customers: pl.DataFrame,
    transactions: pl.DataFrame,
    as_of: dt.date,
    verdict: Verdict,
    rules: CrossSellRules,
) -> pl.DataFrame:
    """Return up to `n_offers` products for each customer of the last year, the best first.

    Columns: customer_id, place (1 the best), product_id, because (the product bought that is
    closest to it, or the group), n_alike (who bought that, or are of the group), n_alike_bought,
    alike_share, usual_share (of all customers of the year), lift and lift_at_least. Empty where no
    way of recommending beat the most popular products.

    Raises:
        DataError: `customers` has not been through `lookalike.assign`; a column is missing.
    """
    require(customers, ["customer_id", lookalike.LABEL], by="crosssell")
    if not verdict.helps:
        return pl.DataFrame(schema=OFFERS)
    held, group = _today(customers, transactions, as_of, rules)
    alike = scoring.learn(verdict.way, held, group, len(lookalike.LABELS))
    rows = np.flatnonzero(np.diff(held.year.indptr) > 0)
    found = [
        _offered(alike, some, products)
        for some, products, _ in scoring.best(alike, rows, rules.n_offers)
    ]
    return pl.concat([pl.DataFrame(schema=OFFERS), *found]).with_columns(_lift_at_least(rules))


def favourites(
    customers: pl.DataFrame,
    transactions: pl.DataFrame,
    as_of: dt.date,
    rules: CrossSellRules,
    most: int = 3,
) -> pl.DataFrame:
    """Return what each look-alike group buys more than others do: up to `most` products of each.

    Columns: lookalike_group, product_id, n_alike (who of the group bought at all), n_alike_bought,
    alike_share, usual_share, lift and lift_at_least, by which they are ranked; it is above 1.

    Raises:
        DataError: As `offers`.
    """
    require(customers, ["customer_id", lookalike.LABEL], by="crosssell")
    held, group = _today(customers, transactions, as_of, rules)
    bought, n = scoring.members(held, group, len(lookalike.LABELS))
    code, product = np.nonzero(bought)
    seen = _seen(bought[code, product], n[code], _usual(held)[product])
    names = {
        lookalike.LABEL: pl.Series(lookalike.LABELS).gather(code),
        "product_id": held.products.gather(product),
    }
    return (
        pl.DataFrame(names | seen)
        .cast(FAVOURITES)  # type: ignore[arg-type]
        .with_columns(_lift_at_least(rules))
        .filter(pl.col("lift_at_least") > 1)
        .sort(lookalike.LABEL, "lift_at_least", "product_id", descending=[False, True, False])
        .group_by(lookalike.LABEL, maintain_order=True)
        .head(most)
    )


def _today(
    customers: pl.DataFrame, transactions: pl.DataFrame, as_of: dt.date, rules: CrossSellRules
) -> tuple[Baskets, Index]:
    """Return the baskets of today and the place of each customer's group."""
    held = baskets.fill(transactions, as_of, rules)
    known = customers.select("customer_id", lookalike.LABEL).unique("customer_id")
    labels = pl.DataFrame({"customer_id": held.customers}).join(
        known, on="customer_id", how="left", maintain_order="left"
    )
    return held, places(labels[lookalike.LABEL], lookalike.LABELS)


def _offered(alike: Alike, rows: Index, offered: Index) -> pl.DataFrame:
    """Return the offers of a chunk of customers, with what was seen of those alike."""
    held, width = alike.baskets, offered.shape[1]
    if alike.way == scoring.NEIGHBOURS:
        why, names = _closest(alike, rows, offered), held.products
    else:
        why = np.repeat(alike.group[rows][:, None], width, axis=1)
        names = pl.Series(lookalike.LABELS)
    at, column = np.nonzero(offered >= 0)
    product, why = offered[at, column], why[at, column]
    seen = _seen(alike.both[why, product], alike.n[why], _usual(held)[product])
    listed = {
        "customer_id": held.customers.gather(rows[at]),
        "place": column + 1,
        "product_id": held.products.gather(product),
        "because": names.gather(why),
    }
    return pl.DataFrame(listed | seen).cast(OFFERS)  # type: ignore[arg-type]


def _seen(n_bought: Floats, n_alike: Floats, usual: Floats) -> dict[str, Floats]:
    share = n_bought / n_alike
    return {
        "n_alike": n_alike, "n_alike_bought": n_bought, "alike_share": share, "usual_share": usual,
        "lift": share / usual, "lift_at_least": np.zeros_like(share),
    }  # fmt: skip


def _lift_at_least(rules: CrossSellRules) -> pl.Expr:
    low, _ = uncertainty.wilson(pl.col("alike_share"), pl.col("n_alike"), rules.interval)
    return (low / pl.col("usual_share")).alias("lift_at_least")


def _usual(held: Baskets) -> Floats:
    """Return the share of the customers of the year who bought each product."""
    n = max(int((np.diff(held.year.indptr) > 0).sum()), 1)
    return np.asarray(held.year.sum(axis=0) / n, np.float32).ravel()


def _closest(alike: Alike, rows: Index, offered: Index) -> Index:
    """Return for each offer the product of the customer's year that is closest to it."""
    own = alike.baskets.year[rows]
    owner = np.repeat(np.arange(len(rows)), np.diff(own.indptr))
    near = alike.close[own.indices[:, None], offered[owner]]
    most = np.maximum.reduceat(near, own.indptr[:-1], axis=0)
    place = np.where(near == most[owner], np.arange(len(near))[:, None], len(near))
    first = np.minimum.reduceat(place, own.indptr[:-1], axis=0)
    return np.asarray(own.indices[first], np.intp)
