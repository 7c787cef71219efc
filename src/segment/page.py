"""Pieces of the manager's page that are neither table nor figure: sentences, points, tiles.

Each shows itself in a notebook as HTML in which every value is escaped: a customer's name or
remark can never become markup.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from math import isnan
from typing import Any

import polars as pl

from segment import counting, sparkline
from segment.text import money, number, percent, phrase, span

ARROWS = {1: "▲", -1: "▼", 0: "●"}
SMALLEST_CHANGE = 0.005  # less than half a percent is "unchanged"
EXACT = 9  # decimals of a change, so that one on the line is not below it by a rounding
SINCE = {"month_ago": "page.month_ago", "year_ago": "page.year_ago"}


@dataclass(frozen=True)
class Piece:
    """A piece of the page: `html` for the page, `plain` where there is no HTML."""

    html: str
    plain: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.plain}


def say(key: str, language: str, **values: object) -> Piece:
    """Return the phrase of `key`, filled in, as a paragraph."""
    return text(phrase(key, language, **values))


def text(sentence: str) -> Piece:
    """Return a sentence as a paragraph."""
    return Piece(f"<p>{escape(sentence)}</p>", sentence)


def absent(table: str, language: str) -> Piece:
    """Say in one line what would make a section appear whose table is not there."""
    text = phrase(f"absent.{table}", language)
    return Piece(f'<p class="absent">{escape(text)}</p>', text)


def points(sentences: Iterable[str]) -> Piece:
    """Return sentences as a list of main points; without any, nothing is shown."""
    texts = list(sentences)
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    shown = f'<ul class="points">{items}</ul>' if texts else ""
    return Piece(shown, "\n".join(f"- {text}" for text in texts))


def tiles(figures: pl.DataFrame, language: str, currency: str) -> Piece:
    """Return key figures as tiles, each with its change on the month and on the year.

    `figures` is what `keyfigures.key_figures` returns. Money and counts change by a percentage,
    shares by points; a figure that is unknown has no tile, one without a past no change. Where
    there is a column `line`, the tile draws it.
    """
    known = figures.with_columns(pl.col("now", *SINCE).fill_nan(None))
    shown = known.filter(pl.col("now").is_not_null()).to_dicts()
    cards, lines = [], []
    for row in shown:
        name = phrase(f"keyfigure.{row['figure']}", language)
        value = written(row["now"], row["kind"], language, currency)
        moves = [
            change(row["now"], row[column], row["kind"], phrase(since, language), language)
            for column, since in SINCE.items()
        ]
        changes = [text for text in moves if text]
        parts = [("name", name), ("value", value), *(("change", text) for text in changes)]
        spans = "".join(f'<span class="{kind}">{escape(text)}</span>' for kind, text in parts)
        line = _line(row, language, currency)
        cards.append(f'<div class="tile" id="figure-{row["figure"]}">{spans}{line}</div>')
        lines.append(f"{name}: {value}" + (f" ({'; '.join(changes)})" if changes else ""))
    return Piece(f'<div class="tiles">{"".join(cards)}</div>', "\n".join(lines))


def _line(row: Mapping[str, Any], language: str, currency: str) -> str:
    """Draw how a figure moved, with lowest and highest in words for who cannot see it."""
    values = [None if value is None or isnan(value) else value for value in row.get("line") or ()]
    known = [value for value in values if value is not None]
    if not known:
        return ""
    ends = {"first": known[0], "last": known[-1], "lowest": min(known), "highest": max(known)}
    said = {name: written(it, row["kind"], language, currency) for name, it in ends.items()}
    alt = phrase("page.line", language, months=number(len(values), language), **said)
    return sparkline.drawn(values, alt)


def written(value: float, kind: str, language: str, currency: str) -> str:
    """Write a figure of a kind: money, count or share."""
    if kind == "money":
        return money(value, currency, language)
    return percent(value, language, 1) if kind == "share" else counting.customers(value, language)


def change(
    now: float, then: float | None, kind: str, since: str, language: str, *, arrow: bool = True
) -> str:
    """Say with arrow and word how a figure moved against an earlier one.

    Nothing is said where the earlier one is unknown, nor of money or counts that were not above
    zero, of which there is no percentage.
    """
    if then is None or (kind != "share" and then <= 0):
        return ""
    moved = round(now - then if kind == "share" else (now - then) / then, EXACT)
    way = 0 if abs(moved) < SMALLEST_CHANGE else (1 if moved > 0 else -1)
    size = (
        phrase("page.points_of_share", language, points=number(abs(moved) * 100, language, 1))
        if kind == "share"
        else percent(abs(moved), language, 1)
    )
    said = phrase({1: "page.up", -1: "page.down", 0: "page.unchanged"}[way], language, by=size)
    told = phrase("page.moved", language, said=said, since=since)
    return f"{ARROWS[way]} {told}" if arrow else told


def no_prospects(graded: pl.DataFrame | None, language: str) -> Piece:
    """Say why there is no list of prospects: no table, nobody graded, or none open.

    `graded` is what `prospects.predict` returns, None where there is no table.
    """
    if graded is None:
        return absent("prospects", language)
    if graded["grade"].null_count() < graded.height:
        return say("page.no_open_prospects", language)
    rate = percent(graded["close_probability"].mean(), language)  # type: ignore[arg-type]
    return say("page.prospects_abstained", language, rate=rate)


def interval(share: float, horizon_days: int, language: str) -> Piece:
    """Say how to read the bounds of a forecast."""
    return say(
        "page.interval", language, share=percent(share, language), span=span(horizon_days, language)
    )
