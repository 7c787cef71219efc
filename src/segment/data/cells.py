"""One column of cells into the type that the contract wants.

What cannot be read becomes null; a cell that held something and became null is at fault.
"""

from collections.abc import Mapping

import dataframely as dy
import polars as pl

from segment.data import days, numerals
from segment.data.place import Place
from segment.data.rules import SourceRules
from segment.data.words import as_text, folded

YES = ("yes", "y", "true", "t", "1", "是", "有")
NO = ("no", "n", "false", "f", "0", "否", "无")
WHOLE_NUMBER_BY_A_SPREADSHEET = r"^(\d+)\.0$"


def fault(column: dy.Column) -> str:
    """Return the reason code of a cell that the column's type cannot hold."""
    if isinstance(column, dy.Float64):
        return "not_a_number"
    if isinstance(column, dy.Date):
        return "not_a_day"
    if isinstance(column, dy.Datetime):
        return "not_a_timestamp"
    return "not_yes_or_no" if isinstance(column, dy.Bool) else "not_one_of"


def typed(
    cells: pl.Series, column: dy.Column, rules: SourceRules, time_zone: str, place: Place
) -> pl.Series:
    """Return cleaned cells in the contract's type, null where they cannot be read.

    Raises:
        DataError: The column as a whole is written in another format than the rules say.
    """
    if isinstance(column, dy.Float64):
        return numerals.read(cells, rules, place)
    if isinstance(column, dy.Date | dy.Datetime):
        moments = days.read(cells, rules, time_zone, place)
        return moments.dt.date() if isinstance(column, dy.Date) else moments
    if isinstance(column, dy.Bool | dy.Enum):
        return _looked_up(cells, column)
    if place.column.endswith("_id"):
        return as_text(cells).str.replace(WHOLE_NUMBER_BY_A_SPREADSHEET, "$1")
    return as_text(cells)


def translated(cells: pl.Series, words: Mapping[str, str]) -> pl.Series:
    """Replace the file's words by the contract's; the word "" is an empty cell."""
    if not words:
        return cells
    theirs = folded(pl.Series(list(words), dtype=pl.String)).to_list()
    ours = (
        folded(cells)
        .fill_null("")
        .replace_strict(
            dict(zip(theirs, words.values(), strict=True)), default=None, return_dtype=pl.String
        )
    )
    return pl.select(pl.coalesce(ours, as_text(cells)).alias(cells.name)).to_series()


def _looked_up(cells: pl.Series, column: dy.Bool | dy.Enum) -> pl.Series:
    """Return the contract's word for each cell, whatever its case or width."""
    words: Mapping[str, str | bool]
    if isinstance(column, dy.Enum):
        words = {word.lower(): word for word in column.categories}
    else:
        words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    return folded(cells).replace_strict(words, default=None, return_dtype=column.dtype)
