"""Orders, their lines and what comes back, for the data and the year after them."""

import numpy as np
import polars as pl

from segment.sample import season
from segment.sample.rules import FUTURE_DAYS, SampleRules, chance
from segment.sample.words import Bools, Floats, Ints, numbers

SPEND_SHAPE = 4.0  # gamma: orders of one customer vary by half of their mean
MIX_STRENGTH = 6.0  # how near a customer's mix of families is to that of the trade
LEAST_WEIGHT = 0.01  # of a family that the trade does not buy
FLATNESS = 2.0  # of the products in a family: the larger, the more alike their sales
MORE_LINES, MOST_LINES = 1.3, 5
WHOLE_RETURNS, PART_RETURNED = 0.6, 0.5  # share of returns that are whole; else this part
RETURNED_SHARE = WHOLE_RETURNS + (1 - WHOLE_RETURNS) * PART_RETURNED
EARLIEST_RETURN, MORE_RETURN_DAYS = 2, 9.0


def family_mix(people: pl.DataFrame, rules: SampleRules) -> Floats:
    """Return what share of each customer's spend goes to each family: customers × families."""
    rng = chance(rules, "family mix")
    trade = numbers("industries", "families")
    weight = MIX_STRENGTH * (trade / trade.sum(axis=1, keepdims=True))[people["industry_at"]]
    drawn = rng.gamma(np.maximum(weight, LEAST_WEIGHT), 1.0)
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def popularity(n_products: int, n_families: int, rules: SampleRules) -> Floats:
    """Return each product's share within its family: families × products of one."""
    rng = chance(rules, "popularity")
    each = n_products // n_families
    rank = np.array([rng.permutation(each) for _ in range(n_families)])
    weight = 1.0 / (FLATNESS + rank)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def intensity(people: pl.DataFrame, rules: SampleRules, first: int, last: int) -> Floats:
    """Return the chance of an order on each day from `first` to before `last`, while active."""
    at = np.arange(first, last)
    start, length = people["ramp_start"].to_numpy(), people["ramp_days"].to_numpy()
    along = np.clip((at[None, :] - start[:, None]) / length[:, None], 0.0, 1.0)
    ramp = 1 + (people["ramp_factor"].to_numpy()[:, None] - 1) * along
    rate = people["rate"].to_numpy()[:, None] * season.buying(rules)[None, first:last]
    return np.asarray(1 - np.exp(-rate * ramp))


def is_active(people: pl.DataFrame, first: int, last: int) -> Bools:
    """Return whether each customer is there on each day from `first` to before `last`."""
    at = np.arange(first, last)[None, :]
    came = at >= people["start"].to_numpy()[:, None]
    return np.asarray(came & (at < people["end"].to_numpy()[:, None]))


def orders(people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return one row an order, in the order of days: order_id, customer (its row), day, aim.

    `aim` is the money the customer meant to spend; quantities are whole, so the lines add up
    to it on average only.
    """
    rng = chance(rules, "orders")
    n_days = rules.n_days + FUTURE_DAYS
    buys = rng.random((people.height, n_days)) < intensity(people, rules, 0, n_days)
    buys &= is_active(people, 0, n_days)
    first = people["first_purchase"].to_numpy()
    buys[np.flatnonzero(first >= 0), first[first >= 0]] = True
    day, customer = np.nonzero(buys.T)
    aim = people["mean_spend"].to_numpy()[customer] * season.prices(rules)[day]
    return pl.DataFrame(
        {
            "order_id": [f"B{i + 1:06d}" for i in range(len(day))],
            "customer": customer,
            "day": day,
            "aim": aim * rng.gamma(SPEND_SHAPE, 1 / SPEND_SHAPE, len(day)),
        }
    )


def lines(
    orders: pl.DataFrame, people: pl.DataFrame, products: pl.DataFrame, rules: SampleRules
) -> pl.DataFrame:
    """Return one row a line of the orders: its order's columns, product, quantity, unit_price."""
    rng = chance(rules, "lines")
    n = np.minimum(1 + rng.poisson(MORE_LINES, orders.height), MOST_LINES)
    order = np.repeat(np.arange(orders.height), n)
    first = np.cumsum(n) - n
    weight = rng.exponential(1.0, len(order))
    aim = orders["aim"].to_numpy()[order] * weight / np.add.reduceat(weight, first)[order]
    product = choose(orders["customer"].to_numpy()[order], people, products, rules, rng)
    level = season.prices(rules)[orders["day"].to_numpy()[order]]
    unit_price = np.round(products["list_price"].to_numpy()[product] * level, 2)
    # Rounded up or down by chance, so that the mean spend is kept.
    quantity = np.floor(aim / unit_price + rng.random(len(order))).astype(int)
    is_empty = np.add.reduceat(quantity, first)[order] == 0
    quantity[is_empty & (np.arange(len(order)) == first[order])] = 1
    return (
        orders[order]
        .with_columns(line_no=np.arange(len(order)) - first[order], product=product)
        .with_columns(quantity=quantity, unit_price=unit_price)
        .filter(pl.col("quantity") > 0)
    )


def choose(
    customer: Ints,
    people: pl.DataFrame,
    products: pl.DataFrame,
    rules: SampleRules,
    rng: np.random.Generator,
) -> Ints:
    """Return a product (its row) for each of the given customers, by their mix of families."""
    mix = family_mix(people, rules)
    family = _draw(mix[customer], rng)
    share = popularity(products.height, mix.shape[1], rules)
    return np.asarray(family * share.shape[1] + _draw(share[family], rng))


def _draw(shares: Floats, rng: np.random.Generator) -> Ints:
    """Return, for each row of shares, a column by chance."""
    u = rng.random(len(shares))[:, None]
    return np.asarray((u > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1))


def refunds(lines: pl.DataFrame, people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return the lines that come back, whole or in part, some days after they were sold."""
    rng, n = chance(rules, "refunds"), lines.height
    rate = people["return_rate"].to_numpy()[lines["customer"]]
    part = np.where(rng.random(n) < WHOLE_RETURNS, 1.0, PART_RETURNED)
    back = np.floor(lines["quantity"].to_numpy() * part + rng.random(n)).astype(int)
    later = EARLIEST_RETURN + rng.exponential(MORE_RETURN_DAYS, n).astype(int)
    day = season.next_open(rules, lines["day"].to_numpy() + later)
    is_back = (rng.random(n) < rate) & (back > 0) & (day < rules.n_days + FUTURE_DAYS)
    return lines.with_columns(quantity=-back, day=day).filter(is_back)


def ledger(sold: pl.DataFrame, back: pl.DataFrame) -> pl.DataFrame:
    """Return sales and refunds by day, with line_id and amount in cents' precision."""
    return (
        pl.concat([sold, back])
        .sort("day", "order_id", "line_no", "quantity", descending=[False, False, False, True])
        .with_columns(
            line_id=pl.format("L{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7)),
            amount=(pl.col("quantity") * pl.col("unit_price")).round(2),
        )
    )
