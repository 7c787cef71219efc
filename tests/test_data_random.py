"""Whatever a file holds, the door answers with rows or with a sentence."""

import datetime as dt
import io
import shutil
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from data_door import loaded
from segment import data
from segment.errors import SegmentError
from segment.schema import TABLES

QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = st.sampled_from(
    [",", ";", "\t", "|", '"', '""', "\n", "\r\n", "\r", " ", "\ufeff", "\u00a0", "\u3000", "'",
     "-", "customer_id", "date", "amount", "quantity", "unit_price", "sep=;", "1.234,56", "(5)",
     "1e400", "2026-10-31", "31/10/2026", "20261031", "2026-02-31T25:00Z", "45000.5", "٣", "客户",
     "NaN", "€"]
)  # fmt: skip
CELLS = st.one_of(PIECES, st.text(max_size=6))
MOMENTS = st.datetimes(min_value=dt.datetime(1, 1, 1))
TYPES: list[tuple[SearchStrategy[object], pl.DataType]] = [
    (st.text(max_size=5), pl.String()),
    (PIECES, pl.Categorical()),
    (st.floats(), pl.Float64()),
    (st.floats(width=32), pl.Float32()),
    (st.integers(-(2**63), 2**63 - 1), pl.Int64()),
    (st.integers(0, 255), pl.UInt8()),
    (st.booleans(), pl.Boolean()),
    (st.dates(), pl.Date()),
    (MOMENTS, pl.Datetime("ms")),
    (MOMENTS, pl.Datetime("us", "Asia/Shanghai")),
    (st.times(), pl.Time()),
    (st.timedeltas(dt.timedelta(-999), dt.timedelta(999)), pl.Duration("us")),
    (st.binary(max_size=4), pl.Binary()),
    (st.decimals(-999, 999, places=2), pl.Decimal(12, 2)),
    (st.lists(st.integers(0, 9), max_size=2), pl.List(pl.Int64())),
    (st.none(), pl.Null()),
]  # fmt: skip


def knock(folder: Path, table: str, content: bytes | str | pl.DataFrame, **rules: object) -> None:
    """Read a file; every row of it is accounted for, or a sentence says why not."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        found = loaded(folder, content, table, **rules)
    except SegmentError as error:
        assert str(error).endswith((".", '"')), error
        return
    account = data.account(found, found.rows.clear()).row(0, named=True)
    assert account["n_in"] == sum(
        account[f"n_{kind}"] for kind in ("accepted", "set_aside", "excluded")
    )
    TABLES[table].validate(found.rows.select(TABLES[table].columns().keys()))
    data.as_known(table, found.rows, dt.date(2026, 10, 31))


@QUICK
@given(content=st.binary(max_size=200))
def test_random_bytes_are_answered(tmp_path: Path, content: bytes):
    knock(tmp_path / "in", "transactions", content)


MARKS = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"\xff\xfe", b"\xef\xbb\xbf"]


@QUICK
@given(start=st.sampled_from(MARKS), content=st.binary(max_size=200))
def test_random_bytes_behind_a_known_mark_are_answered(
    tmp_path: Path, start: bytes, content: bytes
):
    knock(tmp_path / "in", "transactions", start + content)


@QUICK
@given(pieces=st.lists(CELLS, max_size=40))
def test_random_text_is_answered(tmp_path: Path, pieces: list[str]):
    knock(tmp_path / "in", "transactions", "".join(pieces).encode("utf-8", errors="replace"))


@QUICK
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=6), good=st.booleans()
)
def test_random_cells_under_a_good_header_are_answered(
    tmp_path: Path, rows: list[tuple[str, ...]], good: bool
):
    lines = ["customer_id;date;amount;line_id", *(";".join(row) for row in rows)]
    lines += ["C1;2026-10-31;12.50;7"] * good
    knock(tmp_path / "in", "transactions", "\n".join(lines).encode("utf-8", errors="replace"),
          separator=";")  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@settings(QUICK, max_examples=15)
@given(draw=st.data())
def test_random_types_of_a_parquet_file_are_answered(
    tmp_path: Path, table: str, draw: st.DataObject
):
    n_rows = draw.draw(st.integers(0, 4))
    columns = {}
    for name in TABLES[table].columns():
        cells, dtype = draw.draw(st.sampled_from(TYPES))
        values = st.lists(st.none() | cells, min_size=n_rows, max_size=n_rows)
        columns[name] = pl.Series(draw.draw(values), dtype=dtype, strict=False)
    knock(tmp_path / "in", table, pl.DataFrame(columns))


@QUICK
@given(format_=st.text(st.characters(codec="ascii"), max_size=8), cell=CELLS)
def test_any_date_format_is_answered(tmp_path: Path, format_: str, cell: str):
    content = f"customer_id\tdate\tamount\nC1\t{cell}\t1\n"
    knock(tmp_path / "in", "transactions", content.encode("utf-8", errors="replace"),
          date_format=f"%{format_}")  # fmt: skip


@settings(QUICK, max_examples=40)
@given(
    rows=st.lists(
        st.tuples(*[st.one_of(CELLS, st.floats(-9e9, 9e9), st.booleans(), st.none())] * 3),
        max_size=4,
    ),
    decimal=st.sampled_from([".", ","]),
)
def test_random_cells_of_a_workbook_are_answered(
    tmp_path: Path, rows: list[tuple[object, ...]], decimal: str
):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["customer_id", "date", "amount"])
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [_without_halves(cell) for cell in row])
    knock(tmp_path / "in", "transactions", buffer.getvalue(), decimal=decimal)


def _without_halves(cell: object) -> object:
    """Halves of surrogate pairs cannot be written into a workbook."""
    return cell.encode("utf-8", errors="replace").decode() if isinstance(cell, str) else cell
