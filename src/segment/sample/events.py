"""What customers did on the web in the last months: views, favourites, baskets, payments."""

import numpy as np
import polars as pl

from segment.sample.billing import active_at_end
from segment.sample.purchases import choose
from segment.sample.rules import SampleRules, chance
from segment.sample.words import Ints

PERIOD_DAYS = 120
VISITS_A_DAY = 0.07  # without an order; on Sundays too
MOST_VIEWS = 4
FAVOURITE_SHARE, BASKET_SHARE = 0.10, 0.15  # of what was viewed without an order
WISHED_SHARE = 0.35  # of views: of the one product that the customer has an eye on
FIRST_HOUR, HOURS = 7, 12
SECONDS_BETWEEN, PAID_AFTER = 40, 600


def make(
    sold: pl.DataFrame, people: pl.DataFrame, products: pl.DataFrame, rules: SampleRules
) -> pl.DataFrame:
    """Return one row an event: customer, day, second of the day, kind, product."""
    return pl.concat(
        [_with_orders(sold, people, rules), _browsing(people, products, rules)],
        how="vertical_relaxed",
    ).sort("day", "second", "customer", "product", "kind")


def _with_orders(sold: pl.DataFrame, people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return what led to the orders: each line viewed, put in the basket and paid."""
    rng = chance(rules, "events of orders")
    is_online = pl.Series(people["is_online"].to_numpy()[sold["customer"]])
    is_recent = pl.col("day").is_between(rules.n_days - PERIOD_DAYS, rules.n_days - 1)
    lines = sold.filter(is_recent & is_online)
    order: Ints = lines["order_id"].rank("dense").to_numpy().astype(np.int64)
    opened = _seconds(int(order.max(initial=0)) + 1, rng)[order]
    lines = lines.select(
        "customer", "day", "product", second=opened + SECONDS_BETWEEN * lines["line_no"].to_numpy()
    )
    steps = (("view", 0), ("basket", SECONDS_BETWEEN), ("paid", PAID_AFTER))
    return pl.concat(
        [
            lines.with_columns(second=pl.col("second") + after, kind=pl.lit(kind))
            for kind, after in steps
        ]
    )


def _browsing(people: pl.DataFrame, products: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return visits that ended without an order: some leave a favourite or a basket behind."""
    rng = chance(rules, "events of visits")
    there = (active_at_end(people, rules) & people["is_online"]).to_numpy()
    customer, day = np.nonzero(rng.random((people.height, PERIOD_DAYS)) < VISITS_A_DAY)
    customer, day = customer[there[customer]], day[there[customer]]
    is_known = people["start"].to_numpy()[customer] <= day + rules.n_days - PERIOD_DAYS
    customer, day = customer[is_known], day[is_known]
    n = rng.integers(1, MOST_VIEWS + 1, len(day))
    visit = np.repeat(np.arange(len(day)), n)
    nth = np.arange(len(visit)) - (np.cumsum(n) - n)[visit]
    who = customer[visit]
    wished = choose(np.arange(people.height), people, products, rules, rng)[who]
    product = np.where(
        rng.random(len(who)) < WISHED_SHARE, wished, choose(who, people, products, rules, rng)
    )
    views = pl.DataFrame(
        {
            "customer": who,
            "day": day[visit] + rules.n_days - PERIOD_DAYS,
            "product": product,
            "second": _seconds(len(day), rng)[visit] + nth * SECONDS_BETWEEN * 2,
            "kind": "view",
        }
    )
    marks = {"favourite": FAVOURITE_SHARE, "basket": BASKET_SHARE}
    return pl.concat(
        [
            views,
            *(
                views.filter(pl.Series(rng.random(views.height) < share)).with_columns(
                    second=pl.col("second") + SECONDS_BETWEEN, kind=pl.lit(kind)
                )
                for kind, share in marks.items()
            ),
        ]
    )


def _seconds(n: int, rng: np.random.Generator) -> Ints:
    """Return the second of the day at which each of `n` visits begins."""
    return np.asarray(rng.integers(FIRST_HOUR * 3600, (FIRST_HOUR + HOURS) * 3600, n))
