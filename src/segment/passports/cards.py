"""Passports as cards: printed for one customer, and opened from every label of a table.

A card is marked-up text without an address of its own; `tables.table(opens=…)` puts it behind
the label that it belongs to. Every value in it is escaped.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import polars as pl

from segment.page import Piece
from segment.passports import versions
from segment.passports.crossing import Line, ordered
from segment.passports.issuing import CUSTOMER, PROSPECT
from segment.passports.kind import Kind
from segment.passports.words import in_words, written
from segment.schema import require
from segment.tables import header, label
from segment.text import day, phrase

PARTS = ("worth", "rule", "past", "kept", "why", "would_change", "holds", "made_by")
Part = tuple[str, Sequence[str]]
LINES = {"label": pl.String, "code": pl.String, "column": pl.String, "at": pl.Float64}


def show(issued: pl.DataFrame, who: str, *, language: str = "en", currency: str = "") -> Piece:
    """Return all passports of one customer, or of one prospect, as a piece of the page.

    Raises:
        DataError: `issued` is not what `issue` returns.
    """
    found = in_words(issued.filter(pl.col(_key(issued)) == who), language, currency)
    if found.is_empty():
        said = phrase("passport.part.none", language, customer=who)
        return Piece(f'<p class="absent">{escape(said)}</p>', said)
    shown, lines = [], [who]
    for row in found.to_dicts():
        parts = _parts(row)
        title, card = _titled(row, parts, who, language)
        shown.append(f'<div class="passport">{card}</div>')
        lines += ["", title]
        lines += [f"  {_name(part, language)}: {' '.join(said)}" for part, said in parts]
    return Piece("".join(shown), "\n".join(lines))


def cards(
    issued: pl.DataFrame, shown: pl.DataFrame, *, language: str = "en", currency: str = ""
) -> pl.DataFrame:
    """Return the cards of those in `shown`, for the labels that are columns of it.

    Columns: customer_id (or prospect_id), label, code, title, card (marked-up text). Where
    `shown` has the column name, a card carries the name.

    Raises:
        DataError: `shown` lacks customer_id, or `issued` is not what `issue` returns.
    """
    key = _key(issued)
    require(shown, [key], by="passports.cards")
    named = pl.coalesce("name", key) if "name" in shown.columns else pl.col(key)
    names = shown.select(key, name=named).unique(key)
    found = (
        issued.filter(pl.col("label").is_in(shown.columns))
        .join(names, on=key, how="inner", maintain_order="left")
        .pipe(in_words, language, currency)
    )
    made = [
        (row[key], row["label"], row["code"], *_titled(row, _parts(row), row["name"], language))
        for row in found.to_dicts()
    ]
    columns = (key, "label", "code", "title", "card")
    return pl.DataFrame(made, schema=dict.fromkeys(columns, pl.String), orient="row")


def rule_cards(
    kinds: Iterable[Kind], lines: pl.DataFrame | None, as_of: dt.date, *,
    language: str = "en", currency: str = "",
) -> pl.DataFrame:  # fmt: skip
    """Return a card of the rule for each code of each label: label, code, title, card.

    All codes of a label open the same card.

    They are opened where a label stands for all who have it, as in tables by label. `lines` are
    those of all labels; a label without any is told by its rule alone.

    Raises:
        DataError: `lines` lacks a column.
    """
    known = pl.DataFrame(schema=LINES) if lines is None else lines
    require(known, LINES, by="passports.rule_cards")
    made = []
    for kind in kinds:
        its = known.filter(pl.col("label") == kind.label)
        made_by = phrase(
            "passport.made_by_rules",
            language,
            day=day(as_of, language),
            rules=versions.of_rules(kind.rules, *kind.rests_on),
            code=versions.PACKAGE,
        )
        found = {row["code"]: Line(row["code"], row["column"], row["at"]) for row in its.to_dicts()}
        said = [_line(kind.label, one, language, currency) for one in ordered(kind.codes, found)]
        told = [("rule", [kind.describe(language)]), ("lines", said), ("made_by", [made_by])]
        parts = [part for part in told if part[1]]
        title = header(kind.label, language)  # one card for all its codes
        card = _card(title, "", parts, language)
        made += [(kind.label, code, title, card) for code in kind.codes]
    columns = ("label", "code", "title", "card")
    return pl.DataFrame(made, schema=dict.fromkeys(columns, pl.String), orient="row")


def _key(issued: pl.DataFrame) -> str:
    return PROSPECT if PROSPECT in issued.columns else CUSTOMER


def _line(name: str, line: Line, language: str, currency: str) -> str:
    way = "nobody" if line.at is None else "below" if line.is_below else "from"
    return phrase(
        f"passport.lines.{way}",
        language,
        code=label(line.code, f"scheme.{name}", language),
        column=header(line.column, language),
        at=written(line.at, line.column, language, currency),
    )


def _parts(row: dict[str, Any]) -> list[Part]:
    """Return the parts of a passport that say something, each as its sentences."""
    said = {part: [row[part]] if isinstance(row[part], str) else row[part] for part in PARTS}
    # a value that is all that the rule compares, and exact, is told by the rule
    if row["column"] == row["line_column"] and row["value_low"] is None:
        del said["worth"]
    return [(part, texts) for part, texts in said.items() if any(texts)]


def _titled(row: dict[str, Any], parts: Sequence[Part], who: str, language: str) -> tuple[str, str]:
    title = f"{header(row['label'], language)}: {row['called']}"
    return title, _card(title, who, parts, language)


def _card(title: str, who: str, parts: Sequence[Part], language: str) -> str:
    whose = f"<small>{escape(who)}</small>" if who else ""
    rows = "".join(
        f"<div><dt>{escape(_name(part, language))}</dt><dd>{_listed(said)}</dd></div>"
        for part, said in parts
    )
    return f"<p><b>{escape(title)}</b> {whose}</p><dl>{rows}</dl>"


def _listed(said: Sequence[str]) -> str:
    if len(said) == 1:
        return escape(said[0])
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in said)}</ul>"


def _name(part: str, language: str) -> str:
    return phrase(f"passport.part.{part}", language)
