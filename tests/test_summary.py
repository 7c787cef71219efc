import datetime as dt

import polars as pl
import pytest

from segment import summary
from segment.errors import DataError


def transactions(*rows: tuple[str, dt.date, float]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}, orient="row"
    )


def day(number: int) -> dt.date:
    return dt.date(2026, 1, number)


def test_two_lines_on_a_day_are_one_purchase():
    rows = transactions(("a", day(1), 10.0), ("a", day(1), 5.0), ("a", day(11), 20.0))

    found = summary.summarise(rows, day(31)).row(0, named=True)

    assert (found["frequency"], found["recency"], found["T"]) == (1, 10, 30)
    assert found["monetary_value"] == 17.5  # 35 over two purchase days
    assert found["repeat_value"] == 20.0
    assert found["last_gap_days"] == 10


def test_a_day_of_refunds_only_is_no_purchase_but_lowers_spend():
    rows = transactions(("a", day(1), 30.0), ("a", day(5), -10.0))

    found = summary.summarise(rows, day(31)).row(0, named=True)

    assert (found["frequency"], found["last_on"]) == (0, day(1))
    assert found["monetary_value"] == 20.0


def test_a_gift_is_a_purchase():  # CDNOW's published parameters count its 80 free purchases
    rows = transactions(("a", day(1), 0.0), ("a", day(5), 10.0))

    assert summary.summarise(rows, day(31))["frequency"].item() == 1


def test_a_customer_with_refunds_only_has_no_purchase_and_no_age():
    rows = transactions(("a", day(5), -10.0))

    found = summary.summarise(rows, day(31)).row(0, named=True)

    assert found["frequency"] is None
    assert found["T"] is None
    assert found["revenue"] == -10.0


def test_the_last_day_counts_and_the_day_after_does_not():
    rows = transactions(("a", day(1), 1.0), ("a", day(30), 1.0), ("a", day(31), 1.0))

    assert summary.summarise(rows, day(31))["frequency"].item() == 2
    assert summary.summarise(rows, day(30))["frequency"].item() == 1


def test_a_year_is_the_last_365_days_and_the_year_before_those_before():
    as_of = dt.date(2026, 12, 31)
    rows = transactions(
        ("a", as_of - dt.timedelta(days=364), 1.0),  # first day of the last year
        ("a", as_of - dt.timedelta(days=365), 10.0),  # last day of the year before
        ("a", as_of - dt.timedelta(days=729), 100.0),  # its first day
        ("a", as_of - dt.timedelta(days=730), 1000.0),
    )

    found = summary.summarise(rows, as_of).row(0, named=True)

    assert (found["revenue_last_year"], found["revenue_year_before"]) == (1.0, 110.0)
    assert found["revenue"] == 1111.0


def test_a_lazy_frame_gives_the_same_summary():
    rows = transactions(("b", day(1), 1.0), ("a", day(2), 2.0))

    lazy, eager = (summary.summarise(form, day(31)) for form in (rows.lazy(), rows))

    assert lazy.equals(eager)
    assert eager["customer_id"].to_list() == ["a", "b"]


def test_a_missing_column_is_named_with_the_nearest():
    rows = transactions(("a", day(1), 1.0)).rename({"amount": "amounts"})

    with pytest.raises(DataError, match=r"amount, which the frame does not have.*'amounts'"):
        summary.summarise(rows, day(31))
