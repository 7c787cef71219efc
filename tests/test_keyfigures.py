"""Figures of invented months, beside those a month and a year before."""

import datetime as dt

import polars as pl
import pytest

from segment import keyfigures
from segment.errors import DataError
from segment.text import LANGUAGES, phrases

AS_OF = dt.date(2026, 10, 31)


def bought(*rows: tuple[str, str, float]) -> pl.DataFrame:
    days = [(who, dt.date.fromisoformat(day), amount) for who, day, amount in rows]
    schema = {"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}
    return pl.DataFrame(days, schema=schema, orient="row")


def figure(
    name: str, transactions: pl.DataFrame, as_of: dt.date = AS_OF
) -> tuple[float | None, ...]:
    """The figure now, a month ago and a year ago."""
    found = keyfigures.key_figures(transactions, as_of).filter(figure=name)
    return found.select("now", "month_ago", "year_ago").row(0)


def line(name: str, transactions: pl.DataFrame, as_of: dt.date = AS_OF) -> list[float | None]:
    return keyfigures.key_figures(transactions, as_of).filter(figure=name)["line"].item().to_list()


# --------------------------------------------------------------- months before


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-10-31", 0, "2026-10-31"),
        ("2026-10-31", 1, "2026-09-30"),  # the end of a month stays the end of a month
        ("2026-09-30", 1, "2026-08-31"),
        ("2026-10-30", 1, "2026-09-30"),
        ("2026-10-15", 1, "2026-09-15"),
        ("2026-01-31", 1, "2025-12-31"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-03-30", 1, "2026-02-28"),  # there is no 30th
        ("2024-03-30", 1, "2024-02-29"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2025-02-28", 12, "2024-02-29"),
        ("2024-02-28", 12, "2023-02-28"),  # not the end of its month
        ("2026-10-01", 12, "2025-10-01"),
        ("2026-01-01", 13, "2024-12-01"),
    ],
)
def test_the_same_day_some_months_before(day, months, before):
    found = keyfigures.months_before(dt.date.fromisoformat(day), months)

    assert found == dt.date.fromisoformat(before)


# --------------------------------------------------------------- key figures


def test_the_revenue_of_a_month_is_net_and_stops_at_the_same_day():
    rows = bought(
        ("a", "2025-01-01", 1.0),
        ("a", "2025-10-01", 7.0), ("a", "2025-10-31", 2.0),
        ("a", "2026-09-30", 5.0), ("a", "2026-08-31", 99.0),
        ("a", "2026-10-01", 10.0), ("b", "2026-10-31", 20.0), ("b", "2026-10-31", -4.0),
        ("a", "2026-11-01", 99.0),  # later than as_of
    )  # fmt: skip

    assert figure("revenue_of_month", rows) == (26.0, 5.0, 9.0)


def test_a_month_that_is_not_over_is_compared_up_to_the_same_day():
    rows = bought(
        ("a", "2026-09-01", 1.0), ("a", "2026-09-15", 2.0), ("a", "2026-09-16", 99.0),
        ("a", "2026-10-15", 4.0),
    )  # fmt: skip

    assert figure("revenue_of_month", rows, dt.date(2026, 10, 15)) == (4.0, 3.0, None)


def test_a_month_without_a_sale_brought_nothing_and_one_before_the_data_is_unknown():
    rows = bought(("a", "2026-08-31", 5.0), ("a", "2026-10-05", 7.0))

    assert figure("revenue_of_month", rows) == (7.0, 0.0, None)


@pytest.mark.parametrize(("first", "known"), [("2026-10-01", True), ("2026-10-02", False)])
def test_a_month_counts_when_the_data_hold_its_first_day(first, known):
    now, _, _ = figure("revenue_of_month", bought(("a", first, 5.0)))

    assert (now is not None) is known


@pytest.mark.parametrize(("first", "known"), [("2025-11-01", True), ("2025-11-02", False)])
def test_a_year_is_365_days_and_counts_when_the_data_hold_the_first(first, known):
    rows = bought(("a", first, 5.0), ("a", "2026-10-31", 1.0))

    assert figure("revenue_of_year", rows)[0] == (6.0 if known else None)
    assert (figure("repeat_rate", rows)[0] is not None) is known


def test_a_year_over_a_leap_day_is_365_days_too():
    rows = bought(
        ("a", "2022-03-01", 1.0),
        ("a", "2023-02-28", 2.0),
        ("a", "2023-03-01", 4.0),  # the 366th day back from 29 February 2024
        ("a", "2023-03-02", 8.0),
    )

    assert figure("revenue_of_year", rows, dt.date(2024, 2, 29)) == (8.0, 8.0 + 6.0, 3.0)


def test_buyers_bought_something_and_refunds_alone_make_none():
    rows = bought(
        ("old", "2024-11-01", 1.0),
        ("a", "2026-10-05", 5.0), ("a", "2026-10-06", 5.0),
        ("gift", "2026-10-05", 0.0), ("refund", "2026-10-05", -3.0),
    )  # fmt: skip

    assert figure("buyers_of_year", rows) == (2.0, 0.0, 1.0)


def test_the_repeat_rate_and_the_average_order_are_those_of_the_year():
    rows = bought(
        ("a", "2025-11-01", 10.0), ("a", "2026-10-06", 30.0), ("b", "2026-10-05", 20.0),
    )  # fmt: skip

    assert figure("repeat_rate", rows) == (0.5, None, None)
    assert figure("average_order_value", rows) == (20.0, None, None)


def test_a_year_without_a_buyer_has_no_rate_and_no_average():
    rows = bought(("a", "2020-01-01", 10.0))

    assert figure("buyers_of_year", rows)[0] == 0.0
    assert figure("repeat_rate", rows)[0] is None
    assert figure("average_order_value", rows)[0] is None


@pytest.mark.parametrize("rows", [bought(), bought(("a", "2026-11-01", 5.0))])
def test_without_data_everything_is_unknown(rows):
    found = keyfigures.key_figures(rows, AS_OF)

    assert found.schema["now"] == pl.Float64
    assert found.select("now", "month_ago", "year_ago").null_count().row(0) == (5, 5, 5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_name_and_a_kind(language):
    found = keyfigures.key_figures(bought(), AS_OF)

    assert all(f"keyfigure.{name}" in phrases(language) for name in found["figure"])
    assert set(found["kind"]) == {"money", "count", "share"}


def test_transactions_without_amounts_are_refused():
    with pytest.raises(DataError, match="key_figures needs the column amount"):
        keyfigures.key_figures(bought().drop("amount"), AS_OF)


# --------------------------------------------------------------- revenue by month


def months(
    transactions: pl.DataFrame, n: int = 3, as_of: dt.date = AS_OF
) -> list[tuple[str, float]]:
    found = keyfigures.monthly_revenue(transactions, as_of, n)
    return [(f"{month:%Y-%m-%d}", revenue) for month, revenue in found.rows()]


def test_each_month_has_its_revenue_and_one_without_a_sale_has_nothing():
    rows = bought(
        ("a", "2026-07-31", 99.0), ("a", "2026-08-01", 1.0), ("b", "2026-08-31", 2.0),
        ("b", "2026-10-31", 5.0), ("b", "2026-10-31", -1.0), ("a", "2026-11-01", 99.0),
    )  # fmt: skip

    assert months(rows) == [("2026-08-01", 3.0), ("2026-09-01", 0.0), ("2026-10-01", 4.0)]


def test_months_before_the_data_begin_are_not_months_without_a_sale():
    assert months(bought(("a", "2026-09-20", 5.0)), 13) == [
        ("2026-09-01", 5.0),
        ("2026-10-01", 0.0),
    ]


def test_a_month_that_is_not_over_counts_up_to_its_day():
    rows = bought(("a", "2026-10-15", 5.0), ("a", "2026-10-16", 99.0))

    assert months(rows, 1, dt.date(2026, 10, 15)) == [("2026-10-01", 5.0)]


def test_thirteen_months_over_a_leap_day_are_thirteen():
    rows = bought(("a", "2022-01-01", 1.0), ("a", "2024-02-29", 5.0))
    found = months(rows, 13, dt.date(2024, 2, 29))

    assert len(found) == 13
    assert (found[0][0], found[-1]) == ("2023-02-01", ("2024-02-01", 5.0))


def test_without_data_there_is_no_month():
    found = keyfigures.monthly_revenue(bought(), AS_OF)

    assert found.schema == {"month": pl.Date, "revenue": pl.Float64}
    assert found.is_empty()


# --------------------------------------------------------------- two years


def days(rows: pl.DataFrame | None) -> list[str] | None:
    return None if rows is None else [str(day) for day in rows["date"]]


def test_the_last_year_and_the_one_before_meet_and_do_not_overlap():
    rows = bought(
        ("a", "2024-10-31", 1.0),
        ("a", "2024-11-01", 2.0), ("a", "2025-10-31", 3.0),
        ("a", "2025-11-01", 4.0), ("a", "2026-10-31", 5.0),
        ("a", "2026-11-01", 6.0),
    )  # fmt: skip
    last, before = keyfigures.years(rows, AS_OF)

    assert days(last) == ["2025-11-01", "2026-10-31"]
    assert days(before) == ["2024-11-01", "2025-10-31"]


@pytest.mark.parametrize(("first", "is_known"), [("2024-11-01", True), ("2024-11-02", False)])
def test_a_year_before_that_the_data_do_not_hold_whole_is_unknown(first, is_known):
    _, before = keyfigures.years(bought(("a", first, 1.0)), AS_OF)

    assert (before is not None) is is_known


def test_without_data_there_is_no_year():
    last, before = keyfigures.years(bought(), AS_OF)

    assert last.is_empty()
    assert before is None


# --------------------------------------------------------------- the line of 13 months


def test_a_line_runs_from_a_year_ago_to_now_and_each_point_is_the_figure_of_its_month():
    rows = bought(("a", "2024-01-01", 1.0), ("a", "2025-10-31", 2.0), ("b", "2026-09-30", 4.0))

    assert line("revenue_of_month", rows) == [2.0, *[0.0] * 10, 4.0, 0.0]
    assert line("buyers_of_year", rows)[-2:] == [2.0, 1.0]
    for name in keyfigures.KINDS:
        now, month_ago, year_ago = figure(name, rows)
        points = line(name, rows)
        assert (points[-1], points[-2], points[0], len(points)) == (now, month_ago, year_ago, 13)


def test_months_before_the_data_are_gaps_in_the_line():
    rows = bought(("a", "2026-08-01", 1.0), ("a", "2026-10-02", 2.0))

    assert line("revenue_of_month", rows) == [*[None] * 10, 1.0, 0.0, 2.0]
    assert line("buyers_of_year", rows) == [None] * 13
