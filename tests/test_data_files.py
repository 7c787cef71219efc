"""Every way in which a table arrives: encodings, separators, workbooks, Parquet, damage."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from data_door import HEADER, loaded, reasons, refusal
from segment import data
from segment.errors import DataError

ROWS = HEADER + "C1,2026-10-30,12.50\nC2,2026-10-31,-3\n"
EXPECTED = [("C1", dt.date(2026, 10, 30), 12.5), ("C2", dt.date(2026, 10, 31), -3.0)]
CHINESE = "客户编号,日期,金额\n客户甲,2026年10月30日,１２．５０\n客户乙,2026/10/31,-3\n"
CHINESE_COLUMNS = {"customer_id": "客户编号", "date": "日期", "amount": "金额"}


def three(found: data.Loaded) -> list[tuple[Any, ...]]:
    return found.rows.select("customer_id", "date", "amount").rows()


def workbook(*sheets: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "dd/mm/yyyy"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]
)
def test_every_usual_encoding_is_told_apart(tmp_path: Path, encoding: str):
    assert three(loaded(tmp_path, ROWS.encode(encoding))) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_headers_words_and_digits_are_read(tmp_path: Path, encoding: str):
    found = loaded(tmp_path, CHINESE.encode(encoding), columns=CHINESE_COLUMNS)

    assert three(found) == [("客户甲", *EXPECTED[0][1:]), ("客户乙", *EXPECTED[1][1:])]


def test_western_letters_are_not_taken_for_chinese(tmp_path: Path):
    content = (HEADER + "Müller,2026-10-30,1\nJosé,2026-10-31,2\n").encode("cp1252")

    assert 'encoding = "cp1252"' in refusal(tmp_path, content)
    assert three(loaded(tmp_path, content, encoding="cp1252"))[0][0] == "Müller"


def test_a_wrong_declared_encoding_is_named(tmp_path: Path):
    assert "not in the encoding utf-8" in refusal(tmp_path, CHINESE.encode("gb18030"),
                                                  encoding="utf-8")  # fmt: skip


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_each_separator_is_found(tmp_path: Path, separator: str):
    between = f'"{separator}"'
    quoted = "\n".join(f'"{line.replace(",", between)}"' for line in ROWS.split())

    assert three(loaded(tmp_path, ROWS.replace(",", separator))) == EXPECTED
    assert three(loaded(tmp_path, quoted)) == EXPECTED


def test_decimal_commas_do_not_pass_for_separators(tmp_path: Path):
    content = "customer_id;date;amount\nC1;2026-10-30;12,50\nC2;2026-10-31;-3,00\n"

    assert three(loaded(tmp_path, content, decimal=",")) == EXPECTED


def test_excels_separator_line_is_obeyed(tmp_path: Path):
    assert three(loaded(tmp_path, "sep=;\n" + ROWS.replace(",", ";"))) == EXPECTED


def test_columns_of_blanks_need_the_word(tmp_path: Path):
    content = " customer_id  date amount\n C1 2026-10-30   12.50\n C2  2026-10-31 -3\n"

    assert three(loaded(tmp_path, content, separator="whitespace")) == EXPECTED
    assert '"whitespace"' in refusal(tmp_path, content)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_every_line_end_ends_a_line(tmp_path: Path, end: str):
    assert three(loaded(tmp_path, ROWS.replace("\n", end))) == EXPECTED


def test_mixed_line_ends_and_blank_lines_are_no_rows(tmp_path: Path):
    content = "\n" + HEADER + "\r\nC1,2026-10-30,12.50\r\n\n,,\nC2,2026-10-31,-3"
    found = loaded(tmp_path, content)

    assert three(found) == EXPECTED
    assert found.n_in == 2


def test_a_quoted_cell_may_hold_separators_quotes_and_line_breaks(tmp_path: Path):
    content = (
        'customer_id,date,amount,family\nC1,2026-10-30,12.50,"a ""b"", c\nd"\nC2,2026-10-31,-3,x\n'
    )
    found = loaded(tmp_path, content)

    assert three(found) == EXPECTED
    assert found.rows["family"].to_list() == ['a "b", c\nd', "x"]


def test_a_stray_quotation_mark_is_a_letter(tmp_path: Path):
    content = 'customer_id,date,amount,family\nC1,2026-10-30,12.50,5" pipe\nC2,2026-10-31,-3,x\n'

    assert three(loaded(tmp_path, content)) == EXPECTED


def test_a_cell_of_several_lines_behind_a_stray_mark_is_read_whole(tmp_path: Path):
    # The stray mark makes the lines of the quoted cell look as if they stood outside it.
    content = (
        'customer_id,date,amount,family\nC1,2026-10-30,12.50,5" pipe\nC2,2026-10-31,-3,"a\nb\nc"\n'
    )
    found = loaded(tmp_path, content)

    assert three(found) == EXPECTED
    assert found.rows["family"].to_list() == ['5" pipe', "a\nb\nc"]


def test_a_quotation_that_never_closes_is_named_with_its_line(tmp_path: Path):
    sentence = refusal(tmp_path, HEADER + 'C1,2026-10-30,1\nC2,2026-10-31,"2\nC3,2026-10-31,3\n')

    assert "line 3" in sentence


def test_a_huge_cell_is_set_aside_or_gives_a_sentence(tmp_path: Path):
    huge = "9" * 200_000

    found = loaded(tmp_path, f'{ROWS}C3,2026-10-30,"{huge}"\n')
    assert reasons(found) == [(3, "amount", "out_of_range")]
    assert "letters" in refusal(tmp_path, f'{ROWS}C3,2026-10-30,"{huge},"\n')


def test_a_torn_line_is_set_aside_with_its_row_and_the_rest_is_read(tmp_path: Path):
    content = HEADER + "C1,2026-10-30,12.50\nC9,2026-10-30,1,2\nC9,2026-10-31\nC2,2026-10-31,-3\n"
    found = loaded(tmp_path, content)

    assert three(found) == EXPECTED
    assert reasons(found) == [(2, None, "torn_line"), (3, None, "torn_line")]
    assert found.rejected["value"].to_list() == ["C9,2026-10-30,1,2", "C9,2026-10-31"]


def test_a_torn_line_with_quotes_is_set_aside_too(tmp_path: Path):
    found = loaded(tmp_path, HEADER + 'C1,2026-10-30,"12.50"\n"C9",2026-10-30,1,2\n')

    assert reasons(found) == [(2, None, "torn_line")]


def test_a_line_torn_before_an_empty_last_cell_is_not_shifted(tmp_path: Path):
    content = "customer_id,name,region\nC1,Lee,North\nC2,Lee, Partners,\n"  # 4 fields, last empty
    found = loaded(tmp_path, content, "customers")

    assert reasons(found) == [(2, None, "torn_line")]


def test_a_separator_too_many_on_every_line_tears_none(tmp_path: Path):
    found = loaded(tmp_path, HEADER + "C1,2026-10-30,12.50,\nC2,2026-10-31,-3,\n")

    assert three(found) == EXPECTED
    assert found.notes == ()


def test_a_separator_too_many_on_the_header_tears_no_line(tmp_path: Path):
    content = ROWS.replace("amount\n", "amount,\n")

    assert three(loaded(tmp_path, content)) == EXPECTED


def test_a_header_with_a_name_too_few_is_not_shifted(tmp_path: Path):
    # R writes the number of each row under no name.
    assert "None of the 2 rows" in refusal(
        tmp_path, HEADER + "1,C1,2026-10-30,12.50\n2,C2,2026-10-31,-3\n"
    )


def test_a_file_without_header_is_read_by_declared_names(tmp_path: Path):
    lines = ROWS.removeprefix(HEADER)

    assert three(loaded(tmp_path, lines, header=("customer_id", "date", "amount"))) == EXPECTED
    assert "looks like data" in refusal(tmp_path, "1,20261030,12.50\n2,20261031,3\n")
    assert "names 2 columns" in refusal(tmp_path, lines, header=("customer_id", "date"))


def test_a_workbook_holds_days_numbers_and_text(tmp_path: Path):
    rows = [["customer_id", "date", "amount"], [13085, dt.date(2026, 10, 30), 12.5],
            ["00012", "2026-10-31", "-3"], ["C3", 46326.75, 4]]  # fmt: skip
    found = loaded(tmp_path, workbook(rows), name="transactions.xlsx")

    assert three(found) == [("13085", *EXPECTED[0][1:]), ("00012", *EXPECTED[1][1:]),
                            ("C3", dt.date(2026, 10, 31), 4.0)]  # fmt: skip


def test_numbers_of_a_workbook_keep_their_value_beside_decimal_commas(tmp_path: Path):
    rows = [["customer_id", "date", "amount"], ["C1", dt.date(2026, 10, 30), 1234.5],
            ["C2", "31/10/2026", "1.234,50"], ["C3", "30/10/2026", -1.25]]  # fmt: skip
    found = loaded(tmp_path, workbook(rows), name="transactions.xlsx", decimal=",",
                   thousands=".", date_format="%d/%m/%Y")  # fmt: skip

    assert found.rows["amount"].to_list() == [1234.5, 1234.5, -1.25]
    assert found.rows["date"].dt.day().to_list() == [30, 31, 30]


def test_sheets_are_chosen_by_name_or_all(tmp_path: Path):
    head = ["customer_id", "date", "amount"]
    one, two = [head, ["C1", "2026-10-30", 1]], [head, [], ["C2", "2026-10-31", 2]]
    content = workbook(one, two)

    def ids(sheet: str) -> list[str]:
        found = loaded(tmp_path, content, name="transactions.xlsx", sheet=sheet)
        return found.rows["customer_id"].to_list()

    assert ids("") == ["C1"]
    assert ids("Sheet2") == ["C2"]
    assert ids("*") == ["C1", "C2"]
    assert "did you mean 'Sheet2'" in refusal(
        tmp_path, content, name="transactions.xlsx", sheet="Sheet02"
    )


def test_a_file_is_what_it_holds_and_not_what_it_is_called(tmp_path: Path):
    rows = [["customer_id", "date", "amount"], ["C1", "2026-10-30", 12.5], ["C2", "2026-10-31", -3]]

    assert three(loaded(tmp_path, workbook(rows), name="transactions.csv")) == EXPECTED
    assert three(loaded(tmp_path, ROWS, name="transactions.xls", files="*.xls")) == EXPECTED


def test_parquet_keeps_its_types(tmp_path: Path):
    frame = pl.DataFrame({"Customer ID": [1.0, 2.0], "at": [dt.datetime(2026, 10, 30, 9), None],
                          "amount": [12.5, 1.0]})  # fmt: skip
    found = loaded(tmp_path, frame, columns={"customer_id": "customer id", "date": "at"})

    assert three(found) == [("1", *EXPECTED[0][1:])]
    assert reasons(found) == [(2, "date", "empty")]


def test_typed_numbers_that_are_none_are_empty_and_infinite_ones_are_no_numbers(tmp_path: Path):
    frame = pl.DataFrame(
        {
            "customer_id": ["C1", "C2", "C3"],
            "date": [dt.date(2026, 10, 30)] * 3,
            "amount": [1.0, float("nan"), float("inf")],
            "quantity": [float("nan"), 1.0, 1.0],
        }
    )
    found = loaded(tmp_path, frame)

    assert found.rows["quantity"].to_list() == [None]
    assert reasons(found) == [(2, "amount", "empty"), (3, "amount", "not_a_number")]


def test_bytes_lists_and_durations_are_shown_as_text(tmp_path: Path):
    frame = pl.DataFrame(
        {
            "customer_id": [b"C1", b"C2"],
            "date": [dt.date(2026, 10, 30)] * 2,
            "amount": [1, 2],
            "quantity": [[1], None],
            "family": [dt.timedelta(hours=1)] * 2,
            "order_id": [b"\xff", b"a"],
        }
    )
    found = loaded(tmp_path, frame)

    assert found.rows.select("customer_id", "family", "order_id").rows() == [("C2", "PT1H", "61")]
    assert found.rejected.select("column", "value").rows() == [("quantity", "(nested values)")]


def test_days_outside_the_calendar_do_not_stop_the_reading(tmp_path: Path):
    far = pl.Series([2**31 - 1, -(2**31), 20_000], dtype=pl.Int32).cast(pl.Date)
    frame = pl.DataFrame({"customer_id": ["C1", "C2", "C3"], "date": far, "amount": [1, 2, 3]})
    moments = frame.with_columns(at=pl.Series([2**62, -(2**62), 0]).cast(pl.Datetime("ms")))

    assert reasons(loaded(tmp_path, moments)) == [(1, "date", "empty"), (2, "date", "empty")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (HEADER.encode(), "no line below it"),
        (b"PK\x03\x04 not a workbook", "as a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (b"PAR1 not parquet PAR1", "as a Parquet file"),
        (b"\x1f\x8b\x08", "unpack it"),
        (b"%PDF-1.7", "PDF"),
        (b"customer_id,date\x00,amount\nC1,2026-10-30,1\n" * 9, "NUL"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe\xfa\xfb\xfc", "neither UTF-8"),
        (b"customer_id,date,date,amount\nC1,2026-10-30,2026-10-30,1\n", "more than one"),
    ],
)
def test_a_file_that_cannot_be_read_gives_a_sentence(tmp_path: Path, content: bytes, told: str):
    assert told in refusal(tmp_path, content)


def test_headers_that_repeat_do_no_harm_where_they_are_not_needed(tmp_path: Path):
    content = "customer_id,name,date,name,amount,name\nC1,a,2026-10-30,b,12.50,c\n"

    assert three(loaded(tmp_path, content)) == EXPECTED[:1]


def read(folder: Path, **rules: Any) -> data.Loaded | None:
    return data.read("transactions", data.SourceRules(**rules), folder, time_zone="UTC",
                     currency="EUR")  # fmt: skip


def test_no_file_and_none_declared_is_no_table(tmp_path: Path):
    assert read(tmp_path) is None


def test_two_files_of_the_name_are_a_question(tmp_path: Path):
    (tmp_path / "transactions.csv").write_text(ROWS)
    (tmp_path / "Transactions.txt").write_text(ROWS)

    with pytest.raises(DataError, match="name the right one"):
        read(tmp_path)


def test_files_below_each_other_may_order_and_name_their_columns_differently(tmp_path: Path):
    (tmp_path / "a.csv").write_text(ROWS)
    (tmp_path / "b.csv").write_text(
        "Betrag;customer_id;date;x\n7;C3;2026-10-29;1\nx;C4;2026-10-29;1\n"
    )
    found = read(tmp_path, files="*.csv", columns={"amount": ("amount", "Betrag")})

    assert found is not None
    assert found.rows["customer_id"].to_list() == ["C1", "C2", "C3"]
    assert found.rejected.select("file", "row", "column", "value").rows() == [
        ("b.csv", 2, "amount", "x")
    ]


def test_the_lock_of_a_workbook_that_is_open_is_no_file(tmp_path: Path):
    (tmp_path / "sales.csv").write_text(ROWS)
    (tmp_path / "~$sales.csv").write_bytes(b"\x05Lee")
    found = read(tmp_path, files="*.csv")

    assert found is not None
    assert found.n_in == 2


def test_files_of_different_types_go_below_each_other(tmp_path: Path):
    (tmp_path / "a.csv").write_text(ROWS)
    pl.DataFrame(
        {"customer_id": [3], "date": [dt.date(2026, 10, 29)], "amount": [0.5]}
    ).write_parquet(tmp_path / "b.parquet")
    found = read(tmp_path, files=("b.parquet", "a.csv", "*.csv"))  # a.csv is read once

    assert found is not None
    assert three(found) == [("3", dt.date(2026, 10, 29), 0.5), *EXPECTED]


def test_numbers_of_typed_files_keep_their_value_beside_decimal_commas(tmp_path: Path):
    (tmp_path / "a.csv").write_text("customer_id;date;amount\nC1;2026-10-30;1.234,5\n")
    frame = pl.DataFrame({"customer_id": ["C2"], "date": [dt.date(2026, 10, 30)], "amount": [0.25]})
    frame.write_parquet(tmp_path / "b.parquet")
    found = read(tmp_path, files=("a.csv", "b.parquet"), decimal=",", thousands=".")

    assert found is not None
    assert found.rows["amount"].to_list() == [1234.5, 0.25]


def test_files_of_the_same_name_are_told_apart_by_their_folders(tmp_path: Path):
    for year in ("2025", "2026"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "sales.csv").write_text(ROWS + "C3,never,1\n")
    found = read(tmp_path, files="*/sales.csv")

    assert found is not None
    assert found.rejected["file"].to_list() == ["2025/sales.csv", "2026/sales.csv"]


def test_a_file_inside_a_package_is_found(tmp_path: Path):
    header = ("master", "customer_id", "date", "n", "amount")
    name = "package:lifetimes/datasets/CDNOW_sample.txt"
    found = read(tmp_path, files=name, separator="whitespace", header=header)

    assert found is not None
    assert found.rows.height == 6919  # Fader and Hardie's 1/10 sample
    assert found.rows.row(0)[:3] == ("0001", dt.date(1997, 1, 1), 29.33)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ("transaction.csv", "did you mean 'transactions.csv'"),
        ("sub", 'files = "sub/\\*.csv"'),
        ("*.xlsx", "holds sub, transactions.csv"),
        ("sub/*.csv", "is empty"),
        ("package:no_such_package/x.csv", "not installed"),
        ("package:lifetimes/no.csv", "There is no file"),
        ("gone/x.csv", "There is no file"),
        ("a\0b.csv", "There is no file"),
        ("a**.csv", "not a file name"),
        ("x" * 999, "not a file name"),
        ("~no_such_user/x.csv", "not a file name"),
    ],
)
def test_a_declared_file_that_is_not_there_is_named(tmp_path: Path, files: str, told: str):
    (tmp_path / "transactions.csv").write_text(ROWS)
    (tmp_path / "sub").mkdir()

    with pytest.raises(DataError, match=told):
        read(tmp_path, files=files)


def test_a_data_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(DataError, match="no data folder"):
        read(tmp_path / "gone")
