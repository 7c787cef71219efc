"""Workbooks into cells, as text, because a column of a sheet may hold anything.

Days come in ISO form, numbers with the decimal mark that the rules declare: what is a number for
the spreadsheet is one for us, however the text cells beside it are written.
"""

from pathlib import Path

import fastexcel
import polars as pl

from segment.data.raw import Raw, named
from segment.data.rules import SourceRules
from segment.errors import DataError, listed, nearest

ALL_SHEETS = "*"
LINE = "\0line"


def read_workbook(path: Path, label: str, rules: SourceRules) -> list[Raw]:
    """Read the declared sheets of a workbook, each with its header in the first filled row.

    Raises:
        DataError: The workbook cannot be opened, or there is no such sheet.
    """
    try:
        book = fastexcel.read_excel(path.read_bytes())
        sheets = {
            sheet: _texts(book, sheet, rules) for sheet in _chosen(book.sheet_names, label, rules)
        }
    except fastexcel.FastExcelError as error:
        raise DataError(
            f"{label} cannot be opened as a workbook: {str(error).splitlines()[0]}. If it is "
            "damaged or protected by a password, open it in Excel and save it anew as .xlsx."
        ) from None
    found = [
        _sheet(texts, rules, label if len(sheets) == 1 else f"{label}, sheet {sheet}")
        for sheet, texts in sheets.items()
        if not texts.is_empty()
    ]
    if not found:
        raise DataError(f"{label} is empty; export it again.")
    return found


def _chosen(names: list[str], label: str, rules: SourceRules) -> list[str]:
    if rules.sheet == ALL_SHEETS:
        return names
    if rules.sheet and rules.sheet not in names:
        raise DataError(
            f"{label} has no sheet '{rules.sheet}'{nearest(rules.sheet, names)}; it has "
            f'{listed(names)}. sheet = "{ALL_SHEETS}" reads all of them.'
        )
    return [rules.sheet] if rules.sheet else names[:1]


def _texts(book: fastexcel.ExcelReader, sheet: str, rules: SourceRules) -> pl.DataFrame:
    """Return the filled rows of a sheet with their numbers, header included."""
    texts: pl.DataFrame = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    if rules.decimal != ".":
        # Only a cell that is a number for the spreadsheet can also be had as yes or no.
        marks = book.load_sheet(sheet, header_row=None, dtypes="boolean").to_polars()
        texts = texts.select(
            pl.when(marks[name].is_not_null())
            .then(pl.col(name).str.replace(r"^(-?\d+)\.(\d+)$", f"${{1}}{rules.decimal}${{2}}"))
            .otherwise(name)
            .alias(name)
            for name in texts.columns
        )
    is_filled = (
        pl.any_horizontal(pl.all().str.strip_chars() != "") if texts.width else pl.lit(False)
    )
    lines = pl.int_range(texts.height, eager=True).alias(LINE)
    return texts.filter(is_filled).with_columns(lines.filter(texts.select(is_filled).to_series()))


def _sheet(texts: pl.DataFrame, rules: SourceRules, file: str) -> Raw:
    header, body, start = list(rules.header), texts, -1
    if not header:
        header = [cell or "" for cell in texts.drop(LINE).row(0)]
        body, start = texts.slice(1), texts[LINE][0]
    if len(header) != texts.width - 1:
        raise DataError(
            f"header in segment.toml names {len(header)} columns, but {file} has "
            f"{texts.width - 1}: {' | '.join(cell or '' for cell in texts.row(0)[:12])}."
        )
    names, repeated = named(header)
    cells = body.drop(LINE)
    cells.columns = names
    return Raw(file=file, cells=cells, row=body[LINE] - start, repeated=repeated)
