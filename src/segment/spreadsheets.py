"""Tables as files that spreadsheets open: CSV and Excel, in which no cell is a formula.

Text that begins like a formula is told to be text: by an apostrophe in CSV, by its type in Excel.
The same rows give the same bytes.
"""

import datetime as dt
import io
import re
from collections.abc import Mapping

import polars as pl
import polars.selectors as cs
import xlsxwriter

# How a cell begins that a spreadsheet would calculate; signs that are not seen are passed over.
FORMULA = r"^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r]"
NUMBER = r"^-[\d.,]+$"  # begins like one and is none
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31  # of a sheet
WIDEST = 60  # characters of a column
MADE_ON = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # a file's date is no news


def as_text(rows: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before every text that a spreadsheet would take for a formula."""
    text = cs.string()
    is_formula = text.str.contains(FORMULA) & ~text.str.contains(NUMBER)
    return rows.with_columns(pl.when(is_formula).then("'" + text).otherwise(text).name.keep())


def csv(rows: pl.DataFrame) -> bytes:
    """Return the rows as a CSV file in UTF-8, with a mark by which Excel knows it."""
    return as_text(rows).write_csv(None, include_bom=True).encode("utf-8")


def workbook(sheets: Mapping[str, pl.DataFrame]) -> bytes:
    """Return the sheets as an Excel file: a bold header that stays in sight, text as text."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "nan_inf_to_errors": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": MADE_ON.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        kinds = {
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "money": book.add_format({"num_format": "#,##0.00"}),
        }
        for name, rows in zip(_sheet_names(sheets), sheets.values(), strict=True):
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            for place, column in enumerate(rows.iter_columns()):
                kind = "day" if column.dtype == pl.Date else "money"
                is_told = column.dtype == pl.Date or column.dtype.is_float()
                page.set_column(place, place, _width(column), kinds[kind] if is_told else None)
                page.write_string(0, place, column.name, bold)
                page.write_column(1, place, _cells(column))
            if rows.height:
                page.autofilter(0, 0, rows.height, rows.width - 1)
    return buffer.getvalue()


def _cells(column: pl.Series) -> list[object]:
    if column.dtype.is_numeric() or column.dtype in (pl.Date, pl.Boolean):
        return column.to_list()
    return column.cast(pl.String).to_list()


def _width(column: pl.Series) -> int:
    lengths: list[int] = column.cast(pl.String).str.len_chars().fill_null(0).to_list()
    return min(max(len(column.name), *lengths, 0) + 2, WIDEST)


def _sheet_names(sheets: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return names that Excel takes: short, without its marks, each once in any case."""
    found: list[str] = []
    for name in sheets:
        plain = NOT_IN_NAMES.sub(" ", name).strip()[:LONGEST_NAME] or "-"
        number, known = 2, {one.casefold() for one in found}
        made = plain
        while made.casefold() in known:
            ending = f" {number}"
            made, number = plain[: LONGEST_NAME - len(ending)] + ending, number + 1
        found.append(made)
    return found
