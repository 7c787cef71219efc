"""Days and moments as exports write them."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from data_door import loaded, reasons, refusal

OCTOBER_31 = dt.date(2026, 10, 31)


def text(*cells: str) -> str:
    return "\n".join(["customer_id|date|amount", *(f"C1|{cell}|1" for cell in cells)])


def days(folder: Path, *cells: str, **rules: str) -> list[dt.date]:
    found = loaded(folder, text(*cells), separator="|", **rules)
    assert found.rejected.is_empty()
    return found.rows["date"].to_list()


@pytest.mark.parametrize(
    "cell",
    [
        "2026-10-31",
        "2026-10-31 13:05",
        "2026-10-31T13:05:59.123456",
        "2026-10-31T23:59:59Z",  # London is on UTC again by then
        "2026-11-01T00:30:00+01:00",
        "2026-10-31 20:00 -0300",
        "20261031",
        "2026/10/31",
        "2026.10.31",
        "31.10.2026",
        "31.10.2026 08:00",
        "31/10/2026",
        "10/31/2026",
        "10/31/2026 1:05 PM",
        "31-10-2026",
        "2026年10月31日",
        "２０２６年１０月３１日",
        "46326",  # Excel: days since 1899-12-30
        "46326.99",
        "31-Oct-2026",
        "31-OCT-2026",
        "31 October 2026",
        "Oct 31, 2026",
    ],
)
def test_a_day_is_read_however_it_is_written(tmp_path: Path, cell: str):
    assert days(tmp_path, cell) == [OCTOBER_31]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-29",
        "31.09.2026",
        "2026-10-31 25:00",
        "tomorrow",
        "26-10-31",
        "31-Oct-26",
        "0000-10-31",
        "461",
        "2026-10",
    ],
)
def test_what_is_no_day_is_set_aside(tmp_path: Path, cell: str):
    found = loaded(tmp_path, text("2026-10-31", cell), separator="|")

    assert reasons(found) == [(2, "date", "not_a_day")]


def test_a_leap_day_is_one_in_leap_years_only(tmp_path: Path):
    assert days(tmp_path, "2024-02-29") == [dt.date(2024, 2, 29)]


def test_one_day_above_twelve_shows_the_order_of_the_column(tmp_path: Path):
    assert days(tmp_path, "03/04/2026", "13/04/2026")[0] == dt.date(2026, 4, 3)
    assert days(tmp_path, "03/04/2026", "03/13/2026")[0] == dt.date(2026, 3, 4)


def test_an_order_that_does_not_show_is_not_guessed(tmp_path: Path):
    told = refusal(tmp_path, text("03/04/2026", "12/12/2026"), separator="|")

    assert "'03/04/2026' in row 1 of transactions.csv" in told
    assert 'date_format = "%d/%m/%Y"' in told
    assert "[data.transactions]" in told


def test_an_order_that_does_not_matter_is_not_asked_for(tmp_path: Path):
    assert days(tmp_path, "12/12/2026") == [dt.date(2026, 12, 12)]


def test_two_orders_in_a_column_are_refused(tmp_path: Path):
    told = refusal(tmp_path, text("31/10/2026", "10/30/2026"), separator="|")

    assert "both orders" in told


def test_a_declared_format_is_the_only_one(tmp_path: Path):
    found = loaded(
        tmp_path, text("03/04/2026", "04/13/2026"), separator="|", date_format="%d/%m/%Y"
    )

    assert found.rows["date"].to_list() == [dt.date(2026, 4, 3)]
    assert reasons(found) == [(2, "date", "not_a_day")]


LATE, MIDNIGHT = "2026-10-31T16:00:00", "2026-10-31 00:00:00"


def test_a_moment_without_zone_is_the_companys(tmp_path: Path):
    assert days(tmp_path, LATE, company_zone="Asia/Shanghai") == [OCTOBER_31]


def test_a_moment_moves_from_the_declared_zone_to_the_companys(tmp_path: Path):
    before = "2026-10-31 15:59:59"  # a second before midnight in Shanghai
    found = days(tmp_path, LATE, before, company_zone="Asia/Shanghai", time_zone="UTC")

    assert found == [dt.date(2026, 11, 1), OCTOBER_31]


def test_a_day_without_a_time_does_not_move(tmp_path: Path):
    cells = ("2026-10-31", MIDNIGHT)  # databases write a day as its midnight

    assert (
        days(tmp_path, *cells, company_zone="America/New_York", time_zone="UTC") == [OCTOBER_31] * 2
    )


def test_an_offset_counts_more_than_the_declared_zone(tmp_path: Path):
    found = days(
        tmp_path, "2026-10-31T23:30:00-05:00", company_zone="Asia/Shanghai", time_zone="UTC"
    )

    assert found == [dt.date(2026, 11, 1)]


def test_the_hour_that_clocks_skip_is_read(tmp_path: Path):
    found = days(tmp_path, "2026-03-29 02:30", company_zone="UTC", time_zone="Europe/Berlin")

    assert found == [dt.date(2026, 3, 29)]


def test_typed_moments_move_as_written_ones_do(tmp_path: Path):
    at = dt.datetime(2026, 10, 31, 16)
    frame = pl.DataFrame({"customer_id": ["C1"], "date": [at], "amount": [1.0]})
    utc = frame.with_columns(pl.col("date").dt.replace_time_zone("UTC"))

    assert loaded(tmp_path, frame, company_zone="Asia/Shanghai").rows["date"][0] == OCTOBER_31
    moved = loaded(tmp_path, frame, company_zone="Asia/Shanghai", time_zone="UTC")
    assert moved.rows["date"][0] == dt.date(2026, 11, 1)
    assert loaded(tmp_path, utc, company_zone="Asia/Shanghai").rows["date"][0] == dt.date(
        2026, 11, 1
    )


def test_events_keep_their_time_in_the_companys_zone(tmp_path: Path):
    content = (
        "customer_id,at,kind\nC1,2026-10-31T23:30:15Z,view\nC1,31.10.2026 1:05 PM,PAID\n"
        "C1,2026-10-31 12:05 AM,view\nC1,noon,view\n"
    )
    found = loaded(tmp_path, content, "events", company_zone="Asia/Shanghai")

    assert found.rows["at"].to_list() == [
        dt.datetime(2026, 11, 1, 7, 30, 15),
        dt.datetime(2026, 10, 31, 13, 5),
        dt.datetime(2026, 10, 31, 0, 5),
    ]
    assert reasons(found) == [(4, "at", "not_a_timestamp")]


def test_whole_numbers_of_a_typed_column_are_days_too(tmp_path: Path):
    frame = pl.DataFrame(
        {"customer_id": ["C1", "C2"], "date": [20261031.0, 46326.0], "amount": [1, 2]}
    )

    assert loaded(tmp_path, frame).rows["date"].to_list() == [OCTOBER_31] * 2


def test_a_format_that_is_none_is_refused(tmp_path: Path):
    assert "None of the 1 rows" in refusal(tmp_path, text("2026-10-31"), separator="|",
                                           date_format="%Q")  # fmt: skip


def test_pythons_mark_for_parts_of_a_second_is_understood(tmp_path: Path):
    rules = {"date_format": "%d.%m.%Y %H:%M:%S.%f"}

    assert days(tmp_path, "31.10.2026 13:05:59.250", **rules) == [OCTOBER_31]


def test_a_year_of_two_digits_is_not_the_first_century(tmp_path: Path):
    found = loaded(tmp_path, text("31/10/2026", "31/10/26"), separator="|", date_format="%d/%m/%Y")

    assert reasons(found) == [(2, "date", "not_a_day")]
    assert days(tmp_path, "31/10/26", date_format="%d/%m/%y") == [OCTOBER_31]


def test_the_year_one_of_a_database_is_no_day(tmp_path: Path):
    frame = pl.DataFrame(
        {"customer_id": ["C1", "C2"], "date": [dt.date(1, 1, 1), OCTOBER_31], "amount": [1, 2]}
    )

    assert loaded(tmp_path, frame).rows["date"].to_list() == [OCTOBER_31]
