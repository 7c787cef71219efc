"""The last month that the data cover whole."""

import datetime as dt

import polars as pl
import pytest

from segment.data import last_complete_month
from segment.errors import DataError

SATURDAY, SUNDAY = 5, 6


def daily(first: str, last: str, closed: tuple[int, ...] = (SUNDAY,)) -> list[dt.date]:
    """The days of a shop that is closed on some weekdays."""
    days = pl.date_range(dt.date.fromisoformat(first), dt.date.fromisoformat(last), eager=True)
    return [day for day in days if day.weekday() not in closed]


def month_of(*days: dt.date | str) -> str:
    series = pl.Series(
        "date", [dt.date.fromisoformat(day) if isinstance(day, str) else day for day in days]
    )
    return str(last_complete_month(series))


def test_a_month_is_whole_when_its_last_day_is_in_the_data():
    assert month_of(*daily("2026-06-01", "2026-10-31")) == "2026-10-31"  # a Saturday


def test_a_month_that_lacks_its_last_trading_day_is_not_whole():
    assert month_of(*daily("2026-06-01", "2026-10-30")) == "2026-09-30"


def test_days_on_which_the_shop_is_closed_are_not_waited_for():
    days = daily("2026-06-01", "2026-10-30", closed=(SATURDAY, SUNDAY))  # 31 October is a Saturday

    assert month_of(*days) == "2026-10-31"


@pytest.mark.parametrize(("saturdays", "month"), [(3, "2026-10-31"), (4, "2026-09-30")])
def test_a_weekday_is_usual_from_half_of_the_last_eight_weeks_on(saturdays: int, month: str):
    weekdays = daily("2026-06-01", "2026-10-30", closed=(SATURDAY, SUNDAY))
    open_on = [dt.date(2026, 10, 24) - dt.timedelta(weeks=n) for n in range(saturdays)]

    assert month_of(*weekdays, *open_on) == month


def test_a_few_days_into_the_next_month_end_the_one_before():
    assert month_of(*daily("2026-06-01", "2026-11-02")) == "2026-10-31"


def test_several_rows_a_day_and_their_order_change_nothing():
    days = daily("2026-06-01", "2026-10-31")

    assert month_of(*reversed(days), *days, *days) == "2026-10-31"


@pytest.mark.parametrize("typos", [["2062-03-14"], ["2027-01-15"], ["2062-03-14", "2206-01-05"]])
def test_days_typed_wrongly_far_ahead_are_passed_over(typos: list[str]):
    assert month_of(*daily("2026-06-01", "2026-11-02"), *typos) == "2026-10-31"


def test_a_day_typed_wrongly_long_ago_is_passed_over_too():
    assert month_of("1926-10-30", *daily("2026-06-01", "2026-11-02")) == "2026-10-31"


def test_trade_that_resumes_after_a_stop_is_counted():
    winter, spring = daily("2026-01-01", "2026-03-31"), daily("2026-06-01", "2026-07-31")

    assert month_of(*winter, *spring) == "2026-07-31"


def test_a_pause_as_long_as_earlier_ones_is_no_stop():
    quarters = [f"{year}-{month}-01" for year in (2024, 2025) for month in ("01", "04", "07", "10")]

    assert month_of(*quarters) == "2025-09-30"  # one day of October is not the whole of it


def test_six_days_behind_a_stop_are_strays_and_seven_are_trade():
    before = daily("2026-06-01", "2026-07-31", closed=())

    assert month_of(*before, *daily("2026-10-26", "2026-10-31", closed=())) == "2026-07-31"
    assert month_of(*before, *daily("2026-10-25", "2026-10-31", closed=())) == "2026-10-31"


def test_a_hundredth_of_the_rows_behind_a_stop_is_strays_on_however_many_days():
    before = daily("2026-06-01", "2026-07-31", closed=()) * 20  # 1,220 rows
    strays = daily("2062-03-01", "2062-03-12", closed=())

    assert month_of(*before, *strays) == "2026-07-31"
    assert month_of(*before, *strays, *strays) == "2062-02-28"


def test_as_much_trade_behind_a_stop_as_before_it_is_no_stray():
    opening, trade = "2026-01-05", daily("2026-06-26", "2026-06-30", closed=())

    assert month_of(opening, *trade) == "2026-06-30"


def test_less_than_a_month_is_told():
    with pytest.raises(DataError, match="cover no month whole"):
        month_of(*daily("2026-10-05", "2026-11-02"))


def test_a_month_that_starts_with_closed_days_is_whole():
    assert month_of(*daily("2026-08-03", "2026-08-31", closed=(SATURDAY, SUNDAY))) == "2026-08-31"


def test_a_month_whose_first_trading_day_is_missing_is_not_whole():
    with pytest.raises(DataError, match="cover no month whole"):
        month_of(*daily("2026-08-04", "2026-08-31", closed=(SATURDAY, SUNDAY)))


def test_the_name_of_the_column_does_not_matter():
    days = pl.Series("n_rows", daily("2026-06-01", "2026-10-31"))

    assert last_complete_month(days) == dt.date(2026, 10, 31)


def test_no_day_at_all_is_told():
    with pytest.raises(DataError, match="no days"):
        last_complete_month(pl.Series("date", [None], dtype=pl.Date))
