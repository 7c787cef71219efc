"""Frame to table: codes become words, columns get their header and unit, numbers line up.

What a column holds follows from its name, as the vocabulary fixes it: money, a share, a count,
a day. Headers are the phrases `column.<name>`; a column that an analyst added keeps its name.
"""

import polars as pl
from great_tables import GT, style
from great_tables import loc as place

from segment.text import phrases, word

MONEY = {
    "actual_value", "amount", "average_order_value", "clv", "cost_to_serve", "expected_growth",
    "expected_revenue", "expected_spend", "growth_potential", "monetary_value", "money",
    "money_accepted", "money_at_stake", "money_excluded", "money_in", "money_later",
    "money_set_aside", "potential_value", "revenue", "revenue_high", "revenue_last_year",
    "revenue_low", "revenue_year_before", "value", "value_high", "value_low", "wallet",
}  # fmt: skip
SHARES = {
    "close_probability", "p_alive", "p_growth", "predicted", "probability_high",
    "probability_low", "realised", "realised_high", "realised_low",
}  # fmt: skip
UNKNOWN = "—"


def table(
    frame: pl.DataFrame, *, id: str, language: str, currency: str = "", title: str = "",
    money_decimals: int = 0,
) -> GT:  # fmt: skip
    """Return `frame` as a table: `id` is its fixed anchor, `currency` the unit of its money."""
    shown = frame.with_columns(
        pl.col(name).cast(pl.String).replace(words)
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Enum)
        and (words := {code: label(code, name, language) for code in dtype.categories})
    )
    numeric = [name for name, dtype in shown.schema.items() if dtype.is_numeric()]
    kinds = {name: _kind(name, shown.schema[name]) for name in shown.columns}
    built = (
        GT(shown, id=id, locale=language)
        .cols_label({name: header(name, language, currency) for name in shown.columns})
        .cols_align("right", columns=numeric)
        .fmt_number([n for n in shown.columns if kinds[n] == "money"], decimals=money_decimals)
        .fmt_percent([n for n in shown.columns if kinds[n] == "share"], decimals=1)
        .fmt_integer([n for n in shown.columns if kinds[n] == "count"])
        .fmt_number([n for n in shown.columns if kinds[n] == "decimal"], decimals=2)
        .sub_missing(missing_text=UNKNOWN)
    )
    if title:
        built = built.tab_header(title)
    return built.tab_style(style.text(weight="bold"), place.column_labels())


def label(code: str | None, column: str, language: str) -> str:
    """Return the word for a label's code: `label.<column>.<code>`, else the code."""
    return word(f"label.{column}", code, language)


def header(column: str, language: str, currency: str = "") -> str:
    """Return a column's header, with the unit of money in it."""
    words = phrases(language).get(f"column.{column}", column.replace("_", " "))
    return f"{words} ({currency})" if currency and column in MONEY else words


def _kind(name: str, dtype: pl.DataType) -> str:
    if not dtype.is_numeric():
        return "text"
    if name in MONEY:
        return "money"
    if name in SHARES or name.endswith(("_share", "_rate")):
        return "share"
    return "count" if dtype.is_integer() or name.endswith("_days") else "decimal"
