import datetime as dt

import pytest

from segment.errors import ConfigError
from segment.report import months


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-31", dt.date(2026, 10, 31)),
        ("2026-10", dt.date(2026, 10, 31)),  # a month is its last day
        ("2024-02", dt.date(2024, 2, 29)),
        ("2026-02", dt.date(2026, 2, 28)),
        (" 2026-10-01 ", dt.date(2026, 10, 1)),
    ],
)
def test_a_day_or_a_month_is_read(text, day):
    assert months.parse(text) == day


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-02-30", "31.10.2026", "2026", "", "2026-1", "２０２６-10"]
)
def test_what_is_no_day_is_refused_in_words(text):
    with pytest.raises(ConfigError, match="write one such as 2026-10-31"):
        months.parse(text)


def test_only_the_last_day_of_a_month_gives_the_name_of_the_month():
    assert months.name(dt.date(2026, 10, 31)) == "2026-10"
    assert months.name(dt.date(2026, 10, 30)) == "2026-10-30"
    assert months.name(dt.date(2024, 2, 29)) == "2024-02"
    assert months.name(dt.date(2024, 2, 28)) == "2024-02-28"


def test_a_name_and_its_day_say_the_same():
    for day in (dt.date(2026, 10, 31), dt.date(2026, 10, 30), dt.date(2023, 12, 31)):
        assert months.parse(months.name(day)) == day


@pytest.mark.parametrize(
    ("text", "is_name", "is_whole"),
    [
        ("2026-10", True, True),
        ("2026-10-31", True, False),
        ("2026-02-30", False, False),
        ("2026-13", False, True),  # as a name it would be that of a month
        ("notes", False, False),
    ],
)
def test_a_folder_is_a_months_by_its_name_where_the_calendar_has_that_day(text, is_name, is_whole):
    assert (months.is_name(text), months.is_whole(text)) == (is_name, is_whole)
