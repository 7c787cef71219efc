"""Rows that are left out by a declared rule, such as postage and manual corrections."""

from collections.abc import Sequence

import polars as pl

from segment.data.arrange import Arranged
from segment.data.headers import MOST_HEADERS
from segment.data.loaded import EXCLUDED
from segment.data.rules import ExcludeRule
from segment.data.verdict import Fault
from segment.data.words import as_text, folded
from segment.errors import DataError, listed, nearest


def excluded(arranged: Arranged, rules: Sequence[ExcludeRule]) -> list[Fault]:
    """Return the rows that each rule leaves out.

    Raises:
        DataError: A rule's column is neither one of the contract nor a header of the file.
    """
    return [
        Fault(rows=_matching(cells, rule), column=rule.column, reason=rule.reason, kind=EXCLUDED)
        for rule in rules
        for cells in _columns(arranged, rule)
    ]


def _columns(arranged: Arranged, rule: ExcludeRule) -> list[pl.Series]:
    found = arranged.under(rule.column)
    if not found:
        headers = arranged.source.columns
        raise DataError(
            f"The exclude rule '{rule.reason}' of [data.{arranged.table}] names the column "
            f"'{rule.column}', which is not there"
            f"{nearest(rule.column, [*arranged.cells.columns, *headers])}; the file has "
            f"{listed(headers, MOST_HEADERS)}."
        )
    return found


def _matching(cells: pl.Series, rule: ExcludeRule) -> pl.Series:
    words = folded(pl.Series(rule.values, dtype=pl.String))
    is_named = folded(cells).fill_null("").is_in(words.implode())
    if not rule.pattern:
        return is_named
    found = as_text(cells).str.strip_chars().str.contains(f"(?i){rule.pattern}")
    return is_named | found.fill_null(False)
