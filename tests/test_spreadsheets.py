"""Files that spreadsheets open: nothing is calculated, and the same rows give the same bytes."""

import datetime as dt
import io
import zipfile

import fastexcel
import polars as pl
import pytest

from segment import spreadsheets

ATTACKS = (
    "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "=cmd|' /C calc'!A0", "＝1＋1",
    "-2+3+cmd|' /C calc'!A0", '=HYPERLINK("x","y")', "\x00=1", "\ufeff=1", "\u202e=1",
)  # fmt: skip
HARMLESS = ("-5", "-2,300.50", "a=b", "31.02.2026", "C0001", "王", "", None)


def rows(texts: tuple[str | None, ...]) -> pl.DataFrame:
    return pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_of_a_csv_begins_like_a_formula(attack):
    assert spreadsheets.as_text(rows((attack,))).item() == "'" + attack


def test_harmless_text_and_numbers_stay_as_they_are():
    frame = rows(HARMLESS).with_columns(number=pl.Series([-1.0] * len(HARMLESS)))

    assert spreadsheets.as_text(frame).equals(frame)


def test_a_csv_says_that_it_is_utf_8():
    content = spreadsheets.csv(rows(("王",)))

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == "text\n王\n"


def sheets_of(content: bytes) -> dict[str, pl.DataFrame]:
    book = fastexcel.read_excel(content)
    return {name: book.load_sheet(name).to_polars() for name in book.sheet_names}


def test_excel_holds_text_days_numbers_and_no_formula():
    frame = pl.DataFrame(
        {
            "text": [*ATTACKS, "007"],
            "day": [dt.date(2026, 10, 31)] * (len(ATTACKS) + 1),
            "money": [1234.5] * len(ATTACKS) + [None],
            "count": range(len(ATTACKS) + 1),
        }
    )
    content = spreadsheets.workbook({"list": frame})

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert not any("hyperlink" in name for name in parts.namelist())
    read = sheets_of(content)["list"]
    assert read["text"].to_list()[-1] == "007"
    assert read["money"].to_list() == frame["money"].to_list()
    assert read["count"].cast(pl.Int64).to_list() == frame["count"].to_list()
    assert read["day"].cast(pl.Date).to_list() == frame["day"].to_list()


def test_sheets_have_names_that_excel_takes():
    names = ["a/b:c*?[x]", "A B C   X", "", "'", "long " * 20, "long " * 20 + "!"]
    found = list(sheets_of(spreadsheets.workbook(dict.fromkeys(names, rows(("x",))))))

    assert len({one.casefold() for one in found}) == len(names)
    assert all(0 < len(one) <= 31 for one in found)


def test_the_same_rows_give_the_same_bytes():
    made = [spreadsheets.workbook({"a": rows(("x",)), "b": rows(())}) for _ in range(2)]

    assert made[0] == made[1]


def test_an_empty_table_is_its_header():
    assert spreadsheets.csv(rows(())).decode("utf-8-sig") == "text\n"
    assert sheets_of(spreadsheets.workbook({"a": rows(())}))["a"].columns == ["text"]
