"""Which rows of the sample are damaged, in the ways real exports are.

A damaged row is a spoilt copy of a real one beside it, so that what passes the door is exactly
the company. Harmless oddities are put on the real rows themselves: the door has to read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

SEPARATOR = ","
TORN = "\ue000"  # stands for a separator that is not quoted, until the file is written
FAR_FUTURE = ("2062-03-14", "2062-11-02", "2206-01-05")
NO_SUCH_DAY = ("2026-02-31", "2025-04-31", "2024-06-00")
FULL_WIDTH = dict(zip("0123456789", "０１２３４５６７８９", strict=True))

Change = tuple[str, ...] | pl.Expr


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """Some spoilt copies of rows: which `reason` the door will give for which `column`.

    Attributes:
        column: Null where the whole line is at fault.
        change: By column, texts that are put in one after the other, or an expression on text.
        is_block: The copies are neighbours, as when a part is exported twice.
    """

    table: str
    column: str | None
    reason: str
    n_rows: int
    change: Mapping[str, Change] = field(default_factory=dict)
    is_block: bool = False


@dataclass(frozen=True, kw_only=True)
class Oddity:
    """Some rows written in an unusual way that means the same."""

    table: str
    column: str
    n_rows: int
    written: pl.Expr
    where: pl.Expr | None = None


def _text(table: str, column: str, reason: str, *texts: str, times: int = 1) -> Flaw:
    return Flaw(
        table=table, column=column, reason=reason, n_rows=len(texts) * times, change={column: texts}
    )


def _again(table: str, column: str, n_rows: int) -> Flaw:
    return Flaw(table=table, column=column, reason="duplicate", n_rows=n_rows, is_block=True)


def _day(column: str, days: int) -> pl.Expr:
    return pl.col(column).str.to_date().dt.offset_by(f"{days}d").cast(pl.String)


LOST = {"outcome": ("lost",), "contract_value": ("",), "loss_reason": ("price",)}
OPEN = {"outcome": ("open",), "closed_on": ("",), "contract_value": ("",), "loss_reason": ("",)}

FLAWS = (
    _text("transactions", "customer_id", "empty", "", " ", "NULL", times=3),
    _text("transactions", "date", "not_a_day", *NO_SUCH_DAY),
    _text("transactions", "date", "after_as_of", *FAR_FUTURE),
    _text("transactions", "amount", "empty", "N/A", "", times=2),
    _text("transactions", "amount", "not_a_number", "1.234,50", "#REF!", "2.080,00", times=2),
    _text("transactions", "currency", "other_currency", "USD", "GBP", "CHF", times=2),
    Flaw(
        table="transactions", column=None, reason="torn_line", n_rows=5,
        change={"family": pl.col("family") + TORN + " loose"},
    ),
    _again("transactions", "line_id", 40),
    _text("customers", "customer_id", "empty", "", times=2),
    _text("customers", "registered_on", "not_a_day", *NO_SUCH_DAY[:2]),
    Flaw(
        table="customers", column=None, reason="torn_line", n_rows=2,
        change={"name": (f"Baker{TORN} Sons & Co", f"Lee{TORN} Partners")},
    ),
    _again("customers", "customer_id", 4),
    _text("costs", "customer_id", "empty", "", times=3),
    _text("costs", "date", "not_a_day", *NO_SUCH_DAY[:2]),
    _text("costs", "date", "after_as_of", *FAR_FUTURE[:2]),
    _text("costs", "amount", "not_a_number", "see note", "#VALUE!"),
    _text("costs", "amount", "out_of_range", "-64.10", "-12.00", times=2),
    _text("products", "margin_rate", "out_of_range", "35", "21.5"),
    _again("products", "product_id", 2),
    _text("invoices", "amount", "out_of_range", "0.00", "-180.40", times=2),
    _text("invoices", "is_disputed", "not_yes_or_no", "perhaps", times=2),
    Flaw(
        table="invoices", column="due_on", reason="due_before_issued", n_rows=4,
        change={"due_on": _day("issued_on", -30)},
    ),
    Flaw(
        table="invoices", column="settled_on", reason="settled_before_issued", n_rows=4,
        change={"settled_on": _day("issued_on", -3)},
    ),
    Flaw(
        table="invoices", column="issued_on", reason="after_as_of", n_rows=2,
        change={"issued_on": FAR_FUTURE[:1], "due_on": FAR_FUTURE[1:2], "settled_on": ("",)},
    ),
    _again("invoices", "invoice_id", 6),
    _text("prospects", "outcome", "not_one_of", "pending", "wno", "on hold"),
    _text("prospects", "created_on", "not_a_day", *NO_SUCH_DAY[:2]),
    Flaw(
        table="prospects", column="closed_on", reason="closed_before_created", n_rows=4,
        change={**LOST, "closed_on": _day("created_on", -14)},
    ),
    Flaw(
        table="prospects", column="closed_on", reason="closed_without_day", n_rows=3,
        change={**LOST, "closed_on": ("",)},
    ),
    Flaw(
        table="prospects", column="closed_on", reason="open_with_closing_day", n_rows=3,
        change={**OPEN, "closed_on": _day("created_on", 20)},
    ),
    Flaw(
        table="prospects", column="created_on", reason="after_as_of", n_rows=1,
        change={**OPEN, "created_on": FAR_FUTURE[:1]},
    ),
    _again("prospects", "prospect_id", 3),
    _text("judgements", "judged_grade", "not_one_of", "hot", "E"),
    _text("judgements", "judged_on", "not_a_day", NO_SUCH_DAY[0]),
    _again("judgements", "prospect_id", 2),
    _text("wallets", "customer_id", "empty", ""),
    _text("wallets", "wallet", "not_a_number", "about 5k", "?"),
    _text("wallets", "wallet", "out_of_range", "0", "-2500"),
    _text("points", "points", "not_a_number", "ten", "#N/A!"),
    _text("points", "kind", "not_one_of", "bonus", "earnt", times=2),
    Flaw(
        table="points", column="points", reason="redeemed_not_negative", n_rows=4,
        change={"kind": ("redeemed",), "points": ("120", "300")},
    ),
    _text("survey", "level", "not_one_of", "ok", "5", times=2),
    _text("survey", "indicator", "not_one_of", "price", times=2),
    _text("survey", "responded_on", "not_a_day", *NO_SUCH_DAY[:2]),
    _again("survey", "response_id", 6),
    _text("events", "customer_id", "empty", "", times=5),
    _text("events", "kind", "not_one_of", "click", "scroll", times=2),
    _text("events", "at", "empty", "", times=3),
    _text("events", "at", "after_as_of", "2062-03-14 09:30:00", times=2),
    _text("orders", "status", "not_one_of", "shipped?", "complted", times=2),
    _text("orders", "ordered_on", "not_a_day", *NO_SUCH_DAY[:2]),
    _text("orders", "amount", "out_of_range", "-45.00", times=2),
    _again("orders", "order_id", 5),
    _text("staff", "hours_per_week", "out_of_range", "400"),
    _again("staff", "staff_id", 1),
    _text("cards", "payment", "not_one_of", "F", "AA"),
    _text("cards", "assessed_on", "not_a_day", *NO_SUCH_DAY[:1]),
    _again("cards", "customer_id", 3),
    _text("exceptions", "expires_on", "not_a_day", NO_SUCH_DAY[0]),
    Flaw(
        table="exceptions", column="expires_on", reason="expires_before_decided", n_rows=1,
        change={"expires_on": _day("decided_on", -30)},
    ),
)  # fmt: skip

# What makes a copy a row of its own: a number of the column that identifies a row, never used.
FRESH_KEYS = {
    "transactions": ("line_id", "L99{}"),
    "customers": ("customer_id", "C99{}"),
    "products": ("product_id", "NEW-{}"),
    "invoices": ("invoice_id", "INV99{}"),
    "prospects": ("prospect_id", "P99{}"),
    "judgements": ("prospect_id", "P99{}"),
    "survey": ("response_id", "R99{}"),
    "orders": ("order_id", "B99{}"),
    "staff": ("staff_id", "S99{}"),
    "cards": ("customer_id", "C99{}"),
}

_THOUSANDS = r"^(\d+)(\d{3}\.)"
ODDITIES = (
    Oddity(table="transactions", column="customer_id", n_rows=12,
           written=pl.col("customer_id") + "  "),
    Oddity(table="transactions", column="quantity", n_rows=8,
           written=pl.col("quantity").str.replace_many(FULL_WIDTH)),
    Oddity(table="transactions", column="amount", n_rows=10,
           written=pl.col("amount").str.replace(_THOUSANDS, "${1}\u00a0${2}"),
           where=pl.col("amount").str.contains(_THOUSANDS)),
    Oddity(table="costs", column="amount", n_rows=5,
           written=pl.col("amount").str.replace_many(FULL_WIDTH)),
    Oddity(table="costs", column="customer_id", n_rows=5, written=" " + pl.col("customer_id")),
    Oddity(table="wallets", column="wallet", n_rows=6,
           written=pl.col("wallet").str.replace(_THOUSANDS, "${1} ${2}"),
           where=pl.col("wallet").str.contains(_THOUSANDS)),
    Oddity(table="orders", column="status", n_rows=6, written=pl.col("status") + " "),
)  # fmt: skip
