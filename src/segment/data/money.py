"""What a row's money is: given, or quantity times price; a refund is negative."""

from collections.abc import Sequence

import polars as pl

from segment.data.account import PARTS_OF_A_UNIT, parts
from segment.data.headers import COMPUTED
from segment.data.loaded import Note
from segment.data.rules import SourceRules
from segment.data.verdict import Fault
from segment.data.words import as_text, folded
from segment.errors import DataError
from segment.schema import marked

# Above it, a float's steps are wider than a hundredth and the money would no longer reconcile.
MOST_MONEY = 2**53 / 100


def add_money(
    table: str, rows: pl.DataFrame, raw: pl.DataFrame, rules: SourceRules
) -> tuple[pl.DataFrame, tuple[Note, ...]]:
    """Fill the amount where it is quantity times price, and give refunds their sign.

    A refund that stood above zero is noted, since its sign changes the sum of the file.

    Raises:
        DataError: Refunds are to be known by an order_id that the file does not have.
    """
    for name in marked(table, "money"):
        if name not in raw.columns and name in COMPUTED:
            quantity, unit_price = COMPUTED[name]
            rows = rows.with_columns((pl.col(quantity) * pl.col(unit_price)).alias(name))
    if not rules.refund_prefix:
        return rows, ()
    if "order_id" not in raw.columns:
        raise DataError(
            f"refund_prefix under [data.{table}] needs the column order_id, which the file does "
            f"not have; say which header holds it under [data.{table}.columns]."
        )
    is_refund = pl.col("order_id").str.to_lowercase().str.starts_with(rules.refund_prefix.lower())
    above = rows.filter(is_refund & (pl.col("amount") > 0))["amount"]
    negative = pl.when(is_refund).then(-pl.col("amount").abs()).otherwise("amount")
    return rows.with_columns(amount=negative), _turned(table, above)


def _turned(table: str, above: pl.Series) -> tuple[Note, ...]:
    if above.is_empty():
        return ()
    money = f"{parts(above) / PARTS_OF_A_UNIT:,.2f}"
    return (Note(key="data.turned", values={"table": table, "count": len(above), "money": money}),)


def too_large(table: str, rows: pl.DataFrame) -> list[Fault]:
    """Return the rows with more money than can be added up exactly."""
    return [
        Fault(rows=(rows[name].abs() > MOST_MONEY), column=name, reason="out_of_range")
        for name in marked(table, "money")
    ]


def foreign(table: str, raw: pl.DataFrame, currency: str) -> list[Fault]:
    """Return the rows in another currency than the company's; an empty cell is the company's.

    Raises:
        DataError: No row is in the company's currency.
    """
    if "currency" not in raw.columns or not marked(table, "money"):
        return []
    is_foreign = (folded(raw["currency"]) != currency.lower()).fill_null(False)
    if is_foreign.any() and is_foreign.all():
        counts = as_text(raw["currency"]).value_counts(sort=True).head(5).rows()
        shown = ", ".join(f"{code} ({count:,})" for code, count in counts)
        raise DataError(
            f"No row of {table} is in {currency}, the company's currency; they are in {shown}. "
            "Set currency under [company] in segment.toml, or say what the file's words mean "
            f'under [data.{table}.values.currency], such as "€" = "EUR".'
        )
    return [Fault(rows=is_foreign, column="currency", reason="other_currency")]


def without(table: str, rows: pl.DataFrame, faults: Sequence[Fault]) -> pl.DataFrame:
    """Null the money of the rows at fault, which must enter no sum."""
    names = marked(table, "money")
    if not names or not faults:
        return rows
    is_out = pl.any_horizontal(fault.rows.fill_null(False) for fault in faults)
    return rows.with_columns(pl.when(~is_out).then(name).alias(name) for name in names)
