"""Labels that open a card: a button and a popover of the browser's own, without a script.

A click on the label, or Enter, opens its card above the page; Esc, a click beside it or its own
button closes it. Every card has an address of its own, made of the table's and its place.
Source: HTML Living Standard, section 6.12, "The popover attribute".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import polars as pl

from segment.schema import require
from segment.text import phrase

KEYS = ("customer_id", "prospect_id")
COLUMNS = ("label", "code", "title", "card")
PREFIX = "passport"  # begins every address: nothing else on a page may be opened by a label
ADDRESS = re.compile(r"[^\w-]+")
# For notebooks, which have no style sheet; a page has its own.
CSS = (
    ".passport { max-width: 34rem; white-space: normal; text-align: left; font-weight: normal; }"
    " .opens { font: inherit; padding: 0; border: 0; background: none; color: inherit;"
    " text-decoration: underline dotted; cursor: pointer; }"
)


@dataclass(frozen=True)
class Card:
    """What a label opens: the title that is read aloud, the marked-up text, its address."""

    title: str
    text: str
    address: str


def of_cells(
    frame: pl.DataFrame, labels: Mapping[str, str], cards: pl.DataFrame, table: str
) -> dict[str, list[Card | None]]:
    """Return the card of each cell of the columns that are labels, by column.

    `labels` names the label that each column holds. A card is found by customer and code where
    cards and frame know the customer, else by code; a cell without one is None.

    Raises:
        DataError: `cards` are no cards.
    """
    require(cards, COLUMNS, by="the cards of a table")
    found: dict[str, list[Card | None]] = {}
    for place, (column, label) in enumerate(labels.items()):
        its = cards.filter(pl.col("label") == label)
        keys = [key for key in KEYS if key in its.columns and key in frame.columns][:1]
        keys = [key for key in keys if its[key].null_count() < its.height]
        if its.is_empty():
            continue
        asked = frame.select(*keys, code=pl.col(column).cast(pl.String))
        of_code = its.unique([*keys, "code"], keep="first", maintain_order=True)
        rows = asked.join(
            of_code.select(*keys, "code", "title", "card"),
            on=[*keys, "code"],
            how="left",
            maintain_order="left",
        ).select("title", "card")
        found[column] = [
            None if card is None else Card(title, card, address(table, place, row))
            for row, (title, card) in enumerate(rows.iter_rows())
        ]
    return found


def of_headers(
    names: Iterable[str], label: str, cards: pl.DataFrame, table: str
) -> dict[str, Card]:
    """Return the cards of columns that are themselves codes of a label.

    Raises:
        DataError: `cards` are no cards.
    """
    require(cards, COLUMNS, by="the cards of a table")
    its = cards.filter(pl.col("label") == label).unique("code", keep="first")
    by_code = {row["code"]: row for row in its.to_dicts()}
    return {
        name: Card(by_code[name]["title"], by_code[name]["card"], address(table, "head", place))
        for place, name in enumerate(names)
        if name in by_code
    }


def address(table: str, *places: object) -> str:
    """Return the address of a card, from that of its table and its place in it."""
    return ADDRESS.sub("-", "-".join(map(str, (PREFIX, table, *places))))


def opened(words: pl.Series, cards: Iterable[Card | None], language: str) -> pl.Series:
    """Return a column of labels in words as marked-up text, each of which opens its card."""
    made = [marked_up(one, card, language) for one, card in zip(words, cards, strict=True)]
    return pl.Series(words.name, made, dtype=pl.String)


def marked_up(words: str | None, card: Card | None, language: str) -> str | None:
    """Return a label as marked-up text that opens its card; without one the words, escaped."""
    if words is None:
        return None
    if card is None:
        return escape(words)
    closes = escape(phrase("passport.part.close", language))
    return (
        f'<button type="button" class="opens" popovertarget="{card.address}">{escape(words)}'
        f'</button><div class="{PREFIX}" id="{card.address}" role="dialog" popover="auto" '
        f'aria-label="{escape(card.title)}">{card.text}<button type="button" class="closes" '
        f'popovertarget="{card.address}" popovertargetaction="hide">{closes}</button></div>'
    )
