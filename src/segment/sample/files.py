"""The files of the sample: text for most, two workbooks, one Parquet, and the truth beside them."""

import datetime as dt
from io import BytesIO
from pathlib import Path

import polars as pl
import xlsxwriter

from segment.errors import RunError
from segment.sample.company import UNUSED, Company
from segment.sample.damage import account, spoil
from segment.sample.flaws import SEPARATOR, TORN

WORKBOOKS = ("survey", "staff")
PARQUETS = ("events",)
WITH_MARK = ("customers",)  # a byte order mark, as spreadsheets write it
MADE_AT = dt.datetime(2026, 11, 1)  # a workbook names a day; it must not be today


def write(company: Company, folder: Path) -> None:
    """Write every table into `folder`, and the truth into `folder`/truth.

    Raises:
        RunError: A file cannot be written there.
    """
    truth = {**company.truth, "damage": account()}
    try:
        (folder / "truth").mkdir(parents=True, exist_ok=True)
        for name, text in spoil(company).items():
            path, content = _content(name, text, company)
            (folder / path).write_bytes(content)
        for name, frame in truth.items():
            frame.write_parquet(folder / "truth" / f"{name}.parquet")
    except OSError as error:
        raise RunError(
            f"The sample cannot be written to {folder}: {error.strerror or error}. "
            "Name a folder that can be written to."
        ) from None


def _content(name: str, text: pl.DataFrame, company: Company) -> tuple[str, bytes]:
    clean = company.tables[name].drop(UNUSED.get(name, ()))
    if name in WORKBOOKS:
        return f"{name}.xlsx", _workbook(name, _typed(text, clean))
    if name in PARQUETS:
        return f"{name}.parquet", _parquet(text, clean)
    brought = text.drop(UNUSED.get(name, ()))
    content = brought.write_csv(separator=SEPARATOR).replace(TORN, SEPARATOR)
    return f"{name}.csv", content.encode("utf-8-sig" if name in WITH_MARK else "utf-8")


def _parquet(text: pl.DataFrame, clean: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    text.select(
        pl.col(column).str.to_datetime(time_unit="us") if dtype == pl.Datetime
        else pl.col(column).cast(dtype)
        for column, dtype in clean.schema.items()
    ).write_parquet(buffer)  # fmt: skip
    return buffer.getvalue()


def _typed(text: pl.DataFrame, clean: pl.DataFrame) -> dict[str, list[object]]:
    """Return cells as a spreadsheet holds them: days and numbers where the text is one."""
    found: dict[str, list[object]] = {}
    for column, dtype in clean.schema.items():
        written = text[column]
        is_day = dtype == pl.Date
        typed = written.str.to_date(strict=False) if is_day else written.cast(dtype, strict=False)
        pairs = zip(typed.to_list(), written.to_list(), strict=True)
        found[column] = [cell if value is None else value for value, cell in pairs]
    return found


def _workbook(name: str, columns: dict[str, list[object]]) -> bytes:
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "default_date_format": "yyyy-mm-dd",
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": MADE_AT})
        sheet = book.add_worksheet(name)
        for i, (column, cells) in enumerate(columns.items()):
            sheet.write_column(0, i, [column, *cells])
    return buffer.getvalue()
