"""What changed between two months, as a person at the terminal reads it.

The most important comes first; a part in which nothing changed is a word in the last line.
"""

import json
from collections.abc import Iterator
from typing import Any

from segment.errors import ConfigError, nearest
from segment.report import comparison_cells as cells
from segment.report import comparison_groups
from segment.report.card import RunCard
from segment.report.compare import MAIN_LABEL, PARTS, Comparison, Rows
from segment.report.comparison_cells import LANGUAGE
from segment.text import money, number, phrases, word

DIGITS = 12  # of a SHA-256
NAMES = {
    "figures": "figures", "groups": "groups", "moves": "who moved",
    "corrections": "corrections of the past", "rules": "rules", "code": "code",
    "packages": "packages", "rows": "rows of the data", "files": "files of the data",
}  # fmt: skip


def lines(found: Comparison, *, label: str = MAIN_LABEL, customers: bool) -> Iterator[str]:
    """Return the lines of a comparison; `label` is the one whose groups are shown in full.

    Raises:
        ConfigError: Neither month gives that label.
    """
    if found.moved and label not in found.moved:
        raise ConfigError(
            f"The two months share no label '{label}'{nearest(label, found.moved)}; they share "
            f"{', '.join(found.moved)}."
        )
    yield f"{_named(found.before)} → {_named(found.now)}, {found.now.company}"
    for part in PARTS:
        if (rows := found.parts[part]) and (said := list(_said(part, found, rows, label))):
            yield from ("", *said)
        if (
            part == "moves"
            and customers
            and (named := list(comparison_groups.customers(found, label)))
        ):
            yield from ("", *named)
    yield ""
    unknown = [NAMES[part] for part in PARTS if found.parts[part] is None]
    same = [NAMES[part] for part in PARTS if found.parts[part] == []]
    if unknown:
        yield f"Not kept by one of the months, so not compared: {', '.join(unknown)}."
    if same:
        yield f"Nothing changed in {', '.join(same)}."


def _said(part: str, found: Comparison, rows: Rows, label: str) -> Iterator[str]:
    if part == "groups":
        return comparison_groups.sizes(found, rows, label)
    if part == "moves":
        return comparison_groups.moves(found, rows, label)
    told = {
        "figures": _figures, "corrections": _corrections, "rules": _rules, "code": _marks,
        "packages": _marks, "rows": _counts, "files": _files,
    }  # fmt: skip
    return told[part](found, rows)


def _named(card: RunCard) -> str:
    return f"{card.month} ({card.status}, counted to {card.as_of})"


def _figures(found: Comparison, rows: Rows) -> Iterator[str]:
    yield from cells.table(
        ["Figure", *cells.columns(found), "change"],
        [
            [_figure(row["figure"]), *cells.both(found, row["before"], row["now"], row["kind"])]
            for row in rows
        ],
    )


def _figure(name: str) -> str:
    own = {"n_open_prospects": "Open prospects", "n_actions": "Actions",
           "expected_value": "Expected value of open prospects"}  # fmt: skip
    known = phrases(LANGUAGE)
    return own.get(name) or known.get(f"keyfigure.{name}") or word("column", name, LANGUAGE)


def _corrections(found: Comparison, rows: Rows) -> Iterator[str]:
    last = min(found.before.as_of, found.now.as_of)
    who = number(rows[0]["n_customers"], LANGUAGE)
    by = money(rows[0]["change"], found.now.currency, LANGUAGE, 2)
    yield f"Corrections of the past, up to {last}: rows of {who} customers, {by} together."


def _rules(found: Comparison, rows: Rows) -> Iterator[str]:
    yield from cells.table(
        ["Rule", *cells.columns(found)],
        [[row["key"], *(_shown(row[name]) for name in ("before", "now"))] for row in rows],
        n_left=3,
    )


def _marks(found: Comparison, rows: Rows) -> Iterator[str]:
    what = next(iter(rows[0]))
    yield from cells.table(
        [what.capitalize() if what == "package" else "Code", *cells.columns(found)],
        [[row[what], *(_brief(row[name]) for name in ("before", "now"))] for row in rows],
        n_left=3,
    )


def _counts(found: Comparison, rows: Rows) -> Iterator[str]:
    words = {
        "n_in": "rows in", "n_accepted": "accepted", "n_set_aside": "set aside",
        "n_excluded": "excluded", "n_later": "later than the last day",
    }  # fmt: skip
    yield from cells.table(
        ["Table", "count", *cells.columns(found), "change"],
        [
            [
                row["table"],
                words[row["count"]],
                *cells.both(found, row["before"], row["now"], "count"),
            ]
            for row in rows
        ],
        n_left=2,
    )


def _files(found: Comparison, rows: Rows) -> Iterator[str]:
    yield from cells.table(
        [
            "File",
            *(f"{it}, {what}" for it in cells.columns(found) for what in ("bytes", "SHA-256")),
        ],
        [
            [
                row["file"],
                *(
                    cell
                    for held in (row["before"], row["now"])
                    for cell in (
                        (number(held["size"], LANGUAGE), _brief(held["sha256"]))
                        if held
                        else ("not there", "")
                    )
                ),
            ]
            for row in rows
        ],
    )


def _shown(value: Any) -> str:
    """Return a rule's value as segment.toml would write it."""
    return "not there" if value is None else json.dumps(value, ensure_ascii=False)


def _brief(value: str | None) -> str:
    """Return a version in full, and of a hash enough to tell it from others."""
    is_hash = value is not None and len(value) == len("0" * 64)
    return "not there" if value is None else value[:DIGITS] if is_hash else value
