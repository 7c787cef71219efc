"""The part of a comparison about labels: how large groups are now, who moved, and whom it names."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from segment.report import comparison_cells as cells
from segment.report.compare import Comparison, Rows
from segment.report.comparison_cells import LANGUAGE, MOST_LINES
from segment.text import money, number, word


def sizes(found: Comparison, rows: Rows, label: str) -> Iterator[str]:
    """Return the groups of `label` with their size and their value, those that changed."""
    shown = [row for row in rows if row["label"] == label]
    if not shown:
        return
    months = cells.columns(found)
    yield from cells.table(
        [_label(label), *months, "change", *(f"{it} value" for it in months), "change"],
        [
            [
                word(f"scheme.{label}", row["code"], LANGUAGE),
                *cells.both(found, row["n_before"], row["n_now"], "count"),
                *cells.both(found, row["value_before"], row["value_now"], "money"),
            ]
            for row in shown
        ],
    )  # fmt: skip


def _label(label: str) -> str:
    return word("column", label, LANGUAGE)


def moves(found: Comparison, rows: Rows, label: str) -> Iterator[str]:
    """Return the ways between the groups of `label`, and a line for every other label."""
    shown = [row for row in rows if row["label"] == label]
    if shown:
        yield f"Who moved, {_label(label)}: {_summary(found.moved[label])}."
        yield from cells.table(
            ["from", "to", "customers", "value then", "value now"],
            [
                [
                    *(_code(label, row[name]) for name in ("from_label", "to_label")),
                    number(row["n_customers"], LANGUAGE),
                    *_values(found, row),
                ]
                for row in shown[:MOST_LINES]
            ],
            n_left=2,
        )
        yield from cells.more(len(shown))
    others = [name for name in found.moved if name != label]
    ways = {name: [row for row in rows if row["label"] == name] for name in others}
    table = [
        [name, _summary(found.moved[name]), _most(name, ways[name])]
        for name in others
        if any(_stays(row) for row in ways[name])
    ]
    if table:
        yield ""
        yield from cells.table(
            ["Other labels (--label)", "customers", "most of them"], table, n_left=3
        )


def _summary(moved: pl.DataFrame) -> str:
    """Say how many moved, by direction; one that is not known is to or from no label."""
    counts = dict(moved["direction"].cast(pl.String).value_counts().iter_rows())
    said = [
        f"{number(counts[way], LANGUAGE)} {words}"
        for way, words in (
            ("up", "up"), ("down", "down"), (None, "to or from unknown"), ("came", "came"),
            ("left", "left"),
        )
        if way in counts
    ]  # fmt: skip
    return ", ".join(said)


def _most(label: str, ways: Rows) -> str:
    """Return the way that most went; they are sorted so."""
    way = next(row for row in ways if _stays(row))
    codes = [_code(label, way[name]) for name in ("from_label", "to_label")]
    return f"{codes[0]} → {codes[1]} ({number(way['n_customers'], LANGUAGE)})"


def _values(found: Comparison, row: dict[str, Any]) -> list[str]:
    """Return the value then and now; who came had none then, and who left has none now."""
    then, now = (row[name] for name in ("value_before", "value_now"))
    return [
        "" if row["from_label"] == "came" else money(then, found.before.currency, LANGUAGE),
        "" if row["to_label"] == "left" else money(now, found.now.currency, LANGUAGE),
    ]


def _stays(row: dict[str, Any]) -> bool:
    """Tell whether a way leads from one label to another, not in or out."""
    is_in, is_out = row["from_label"] == "came", row["to_label"] == "left"
    return not is_in and not is_out


def _code(label: str, code: str | None) -> str:
    """Return the word of a label's code; who came or left has no other place."""
    return str(code) if code in ("came", "left") else word(f"scheme.{label}", code, LANGUAGE)


def customers(found: Comparison, label: str) -> Iterator[str]:
    """Return the customers who moved between the groups of `label`."""
    moved = found.moved.get(label)
    if moved is None or moved.is_empty():
        return
    yield f"Customers who moved, {_label(label)}, the most money first:"
    yield from cells.table(
        ["customer", "from", "to", "value then", "value now"],
        [
            [
                str(row["customer_id"]),
                *(_code(label, row[name]) for name in ("from_label", "to_label")),
                *_values(found, row),
            ]
            for row in moved.head(MOST_LINES).to_dicts()
        ],
        n_left=3,
    )
    yield from cells.more(moved.height)
