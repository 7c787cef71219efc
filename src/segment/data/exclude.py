"""Rows that are left out by a declared rule, such as postage and manual corrections."""

from collections.abc import Sequence

import polars as pl

from segment.data.arrange import Arranged
from segment.data.loaded import EXCLUDED
from segment.data.raw import plain
from segment.data.rules import ExcludeRule
from segment.data.verdict import Fault
from segment.data.words import as_text, folded
from segment.errors import DataError, listed, nearest


def excluded(arranged: Arranged, rules: Sequence[ExcludeRule]) -> list[Fault]:
    """Return the rows that each rule leaves out.

    Raises:
        DataError: A rule's column is neither in the contract's part of the file nor in the file.
    """
    return [
        Fault(rows=_matching(cells, rule), column=rule.column, reason=rule.reason, kind=EXCLUDED)
        for rule in rules
        for cells in columns(arranged, rule.column)
    ]


def columns(arranged: Arranged, name: str) -> list[pl.Series]:
    """Return the cells under a contract's name or a header, one item for each of its spellings.

    Raises:
        DataError: There is no such column.
    """
    if name in arranged.cells.columns:
        return [arranged.cells[name]]
    headers = [header for header in arranged.source.columns if plain(header) == plain(name)]
    if not headers:
        known = [*arranged.cells.columns, *arranged.source.columns]
        raise DataError(
            f"An exclude rule of [data.{arranged.table}] names the column '{name}', which is not "
            f"there{nearest(name, known)}; the file has {listed(arranged.source.columns, 12)}."
        )
    return [arranged.source[header] for header in headers]


def _matching(cells: pl.Series, rule: ExcludeRule) -> pl.Series:
    words = folded(pl.Series(rule.values, dtype=pl.String))
    is_named = folded(cells).fill_null("").is_in(words.implode())
    if not rule.pattern:
        return is_named
    found = as_text(cells).str.strip_chars().str.contains(f"(?i){rule.pattern}")
    return is_named | found.fill_null(False)
