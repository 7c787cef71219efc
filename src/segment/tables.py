"""Frame to table: codes become words, columns get their header and unit, numbers line up.

What a column holds follows from its name, as the vocabulary fixes it: money, a share, a count,
a day. Headers are the phrases `column.<name>`; a column that an analyst added keeps its name.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
from great_tables import GT, html, style
from great_tables import loc as place

from segment import opening
from segment.errors import DataError
from segment.opening import Card
from segment.schema import require
from segment.text import phrase, phrases

MONEY = {
    "actual_value", "amount", "amount_before", "amount_in_period", "amount_now", "arrears_amount",
    "average_order_value", "disputed_amount", "margin_last_year", "change",
    "clv", "cost", "cost_to_serve", "expected_change", "expected_growth",
    "expected_revenue", "expected_spend", "expected_value", "growth_potential", "monetary_value",
    "money", "money_accepted", "money_at_stake", "money_excluded", "money_in", "money_later",
    "likely_revenue", "money_set_aside", "overdue_amount", "peer_value", "potential_value",
    "price", "revenue", "revenue_high", "revenue_last_year", "revenue_lately", "revenue_low",
    "revenue_usual", "revenue_year_before", "value", "value_before", "value_high", "value_low",
    "value_if_won", "value_now", "wallet", "wallet_gap",
}  # fmt: skip
SHARES = {
    "agreement", "close_probability", "high", "low", "margin", "p_alive", "p_below_zero",
    "p_growth", "p_served", "person_high", "person_low", "probability_high", "probability_low",
    "share_of_wallet", "strength", "strength_high", "strength_low", "watch_chance",
}  # fmt: skip
KINDS = ("money", "share", "count", "decimal", "day", "text")
UNKNOWN = "—"
NO_LABEL = "null"  # how polars calls the column of a null


def table(
    frame: pl.DataFrame, *, id: str, language: str, currency: str = "",
    money_decimals: int = 0, decimals: int = 2, vocabulary: Mapping[str, str] | None = None,
    across: str = "", opens: pl.DataFrame | None = None, under: str | None = None,
) -> GT:  # fmt: skip
    """Return `frame` as a table: `id` is its fixed anchor, `currency` the unit of its money.

    A label column's words are those of `scheme.<column>`; `vocabulary` names another section
    for a column, and `across` one for the headers of columns that are labels themselves.
    `opens` are cards of `passports.cards` or `rule_cards`: each label opens its own, by customer
    where the frame has customers. With a name beside it the customer_id only finds the card.
    `under` is a column whose words stand above the rows that share them, in their order.

    Raises:
        DataError: `opens` are no cards.
    """
    sections = {name: f"scheme.{name}" for name in frame.columns} | dict(vocabulary or {})
    shown = frame.with_columns(
        in_words(frame[name], sections[name], language)
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Enum | pl.Boolean) or name in (vocabulary or {})
    )
    cells, tops = _cards(frame, sections, across, opens, id)
    shown = shown.with_columns(
        opening.opened(shown[name], cards, language) for name, cards in cells.items()
    )
    if opens is not None and "name" in frame.columns:
        shown = shown.drop(opening.KEYS, strict=False)
    kinds = {name: _kind(name, dtype) for name, dtype in shown.schema.items()}
    of_kind = {kind: [name for name in kinds if kinds[name] == kind] for kind in KINDS}
    heads: dict[str, Any] = {
        name: label(name, across, language) if across else header(name, language, currency)
        for name in shown.columns
    }
    heads |= {
        name: html(opening.marked_up(heads[name], card, language) or "")
        for name, card in tops.items()
    }
    return (
        GT(shown, id=id, groupname_col=under)  # a locale costs .1 s; en and zh write numbers alike
        .cols_label(**heads)
        .cols_align("left", columns=of_kind["text"])
        .cols_align("right", columns=[name for name in kinds if kinds[name] != "text"])
        .fmt_number(of_kind["money"], decimals=money_decimals)
        .fmt_percent(of_kind["share"], decimals=1)
        .fmt_integer(of_kind["count"])
        .fmt_number(of_kind["decimal"], decimals=decimals)
        .fmt_date(of_kind["day"], date_style="iso")
        .fmt(str, columns=list(cells))  # marked-up text, in which every value is escaped
        .opt_css(opening.CSS if opens is not None else "")
        .sub_missing(missing_text=UNKNOWN)
        .tab_style(style.text(weight="bold"), place.column_labels())
    )


def _cards(
    frame: pl.DataFrame,
    sections: Mapping[str, str],
    across: str,
    opens: pl.DataFrame | None,
    id: str,
) -> tuple[dict[str, list[Card | None]], dict[str, Card]]:
    """Return the cards behind the labels of the cells, by column, and of the headers."""
    if opens is None:
        return {}, {}
    labels = {name: sections[name].removeprefix("scheme.") for name in frame.columns}
    tops = opening.of_headers(frame.columns, across.removeprefix("scheme."), opens, id)
    return opening.of_cells(frame, labels, opens, id), tops


def in_words(codes: pl.Series, section: str, language: str) -> pl.Series:
    """Put the words of `section` for the codes of a column; yes and no for true and false."""
    if codes.dtype == pl.Boolean:
        section = "word"
    texts = codes.cast(pl.String)
    words = {code: label(code, section, language) for code in texts.unique().drop_nulls()}
    return texts.replace(words)


def label(code: str, section: str, language: str) -> str:
    """Return the word for a code, an acronym with itself behind it: "most valuable (MVC)"."""
    if code == NO_LABEL:
        return phrase("word.unknown", language)
    known = phrases(language)
    words = next(
        (
            known[key]
            for at in (section, "scheme.direction", "column")
            if (key := f"{at}.{code}") in known
        ),
        code,
    )
    is_acronym = code.isupper() and len(code) > 1 and words != code
    return f"{words} ({code})" if is_acronym else words


def header(column: str, language: str, currency: str = "") -> str:
    """Return a column's header, with the unit of money in it."""
    words = phrases(language).get(f"column.{column}", column.replace("_", " "))
    return f"{words} ({currency})" if currency and column in MONEY else words


def by_label(customers: pl.DataFrame, name: str) -> pl.DataFrame:
    """Sum customers and money by a label, best first: one row a label, empty ones too.

    Customers without a label come last, as a row of null, if there are any.

    Raises:
        DataError: `customers` lacks a column, or the label is no Enum.
    """
    money = ("revenue_last_year", "expected_revenue", "actual_value")
    require(customers, ["customer_id", name, *money], by="tables.by_label")
    codes = _codes(customers, name)
    unknown = [None] if customers[name].null_count() else []
    every = pl.DataFrame({name: [*codes.categories, *unknown]}, schema={name: codes})
    n, n_all = pl.col("n_customers"), pl.col("n_customers").sum()
    return (
        every.join(customers, on=name, how="left", nulls_equal=True)
        .group_by(name)
        .agg(pl.col("customer_id").count().alias("n_customers"), pl.col(money).sum())
        .sort(name, nulls_last=True)
        .select(
            name, "n_customers", pl.when(n_all > 0).then(n / n_all).alias("customer_share"), *money
        )
    )


def matrix(moves: pl.DataFrame, values: str = "n_customers") -> pl.DataFrame:
    """Turn a movement into a matrix: a row a label before, a column a label now.

    `values` is what it holds: customers, or money as it was (value_before) or is (value_now). A
    label that is not known comes last, as a row of null and a column called null.

    Raises:
        DataError: `moves` lacks a column, or its labels are no Enum.
    """
    require(moves, ["from_label", "to_label", values], by="tables.matrix")
    _codes(moves, "from_label")
    wide = moves.sort("from_label", "to_label", nulls_last=True).pivot(
        "to_label", index="from_label", values=values, aggregate_function="sum"
    )
    return wide.sort("from_label", nulls_last=True)


def _codes(frame: pl.DataFrame, name: str) -> pl.Enum:
    codes = frame.schema[name]
    if not isinstance(codes, pl.Enum):
        raise DataError(
            f"A table by {name} needs labels as an Enum, best first; {name} holds {codes}. "
            "Take the frame as a scheme's assign returned it."
        )
    return codes


def is_share(name: str) -> bool:
    """Tell whether a column holds shares or probabilities, 0 to 1."""
    return name in SHARES or name.endswith(("_share", "_rate"))


def _kind(name: str, dtype: pl.DataType) -> str:
    if dtype == pl.Date:
        return "day"
    if not dtype.is_numeric():
        return "text"
    if name in MONEY:
        return "money"
    if is_share(name):
        return "share"
    return "count" if dtype.is_integer() or name.endswith("_days") else "decimal"
