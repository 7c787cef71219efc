"""What weighted scores read beside value and credit: a year's margin, how sales changed, the card.

A customer's card is the latest assessment on eight criteria, A to E: judgements of people, and
shown as such. Whatever table is not there leaves its columns unknown, and never at zero.
"""

import polars as pl

from segment.schema import CARD_GRADES, require

CRITERIA = (
    "industry_position", "outlook", "yearly_sales", "payment", "invoicing", "margin",
    "price_agreement", "quality_claims",
)  # fmt: skip
NEEDED = ("customer_id", "revenue_last_year", "revenue_year_before", "margin_rate")
OPTIONAL = ("share_of_wallet",)


def add(customers: pl.DataFrame, cards: pl.DataFrame | None) -> pl.DataFrame:
    """Add margin_last_year, sales_change, assessed_on and the card's eight grades, card_*.

    margin_last_year is in money, refunds taken off and before the cost to serve; sales_change is
    the last year's revenue over that of the year before, 1 for as much, unknown without a year
    before; assessed_on is the day of the latest card. share_of_wallet is added as unknown where
    no wallet was estimated.

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, NEEDED, by="criteria")
    before, year = pl.col("revenue_year_before"), pl.col("revenue_last_year")
    unknown = [name for name in OPTIONAL if name not in customers.columns]
    return customers.with_columns(
        *(pl.lit(None, dtype=pl.Float64).alias(name) for name in unknown),
        margin_last_year=year * pl.col("margin_rate"),
        sales_change=pl.when(before > 0).then(year / before),
    ).pipe(_with_card, cards)


def _with_card(customers: pl.DataFrame, cards: pl.DataFrame | None) -> pl.DataFrame:
    graded = {f"card_{name}": name for name in CRITERIA}
    kinds = pl.Schema({"assessed_on": pl.Date} | dict.fromkeys(graded, pl.Enum(CARD_GRADES)))
    old = customers.drop(list(kinds), strict=False)
    if cards is None:
        return old.with_columns(
            pl.lit(None, dtype=kind).alias(name) for name, kind in kinds.items()
        )
    require(cards, ["customer_id", "assessed_on", *CRITERIA], by="criteria")
    latest = (
        cards.sort("assessed_on", maintain_order=True)
        .unique("customer_id", keep="last", maintain_order=True)
        .select("customer_id", "assessed_on", **graded)
        .cast(kinds)
    )
    return old.join(latest, on="customer_id", how="left", maintain_order="left")
