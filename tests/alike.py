"""Invented shops in which it is known who buys alike, and what."""

import datetime as dt

import polars as pl

AS_OF = dt.date(2026, 10, 31)
SCHEMA = {
    "customer_id": pl.String, "date": pl.Date, "amount": pl.Float64, "product_id": pl.String,
    "family": pl.String,
}  # fmt: skip


def bought(*rows: tuple[str, int, float, str | None, str | None]) -> pl.DataFrame:
    """Lines so many days before AS_OF: customer, days, amount, product, family."""
    lines = [(who, AS_OF - dt.timedelta(days=ago), *rest) for who, ago, *rest in rows]
    return pl.DataFrame(lines, schema=SCHEMA, orient="row")


def customers(transactions: pl.DataFrame) -> pl.DataFrame:
    return transactions.select("customer_id").unique().sort("customer_id")


def two_kinds(n_each: int = 40, until: dt.date = AS_OF) -> pl.DataFrame:
    """Half buy a little every two weeks, half a lot every ten weeks; each a bit of its own."""
    lines = []
    for place in range(n_each):
        for ago in range(place % 7, 700, 14):
            lines.append((f"often{place:02}", ago, 20.0 + place % 5, "tea", "Drinks"))
        for ago in range(place % 35, 700, 70):
            lines.append((f"large{place:02}", ago, 900.0 + 40 * (place % 5), "pan", "Kitchen"))
    return bought(*lines).filter(pl.col("date") <= until)


def two_tastes(n_each: int = 60) -> pl.DataFrame:
    """Who bought cups buys saucers lately, who bought nails buys hammers; all buy bread.

    Each customer bought one of two openers last winter and every customer came in the two
    stretches of two months that recommendations are tried on. The companion that belongs to the
    opener is bought first in one of these.
    """
    lines = []
    for taste, opener, companion in (("c", "cup", "saucer"), ("n", "nail", "hammer")):
        for place in range(n_each):
            who = f"{taste}{place:02}"
            lines += [(who, ago, 10.0, opener, None) for ago in (300, 200)]
            lines += [(who, ago, 2.0, "bread", None) for ago in (250, 140, 100, 40, 10)]
            first = (230, 130, 90, 30)[place % 4]
            lines.append((who, first, 8.0, companion, None))
    return bought(*lines)
