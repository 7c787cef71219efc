"""The forecast of all together: published with its range, judged when its time is up."""

import datetime as dt

import polars as pl
import pytest

from segment import clv, outlook, summary
from segment.errors import DataError

SEPTEMBER, OCTOBER = dt.date(2026, 9, 30), dt.date(2026, 10, 31)


def forecast(*rows: tuple[dt.date, float, float, float]) -> pl.DataFrame:
    made = [(until, 31, 0.8, 2, said, low, high) for until, said, low, high in rows]
    return pl.DataFrame(made, schema=outlook.SCHEMA, orient="row")


def bought(*rows: tuple[str, dt.date, float]) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def judged(low: float, high: float, as_of: dt.date = OCTOBER) -> dict[str, object]:
    rows = bought(
        ("a", SEPTEMBER, 50.0),  # on the day itself: known, and none of what was to come
        ("a", dt.date(2026, 10, 1), 70.0),
        ("b", dt.date(2026, 1, 1), 1.0),
        ("b", OCTOBER, 30.0),
        ("new", dt.date(2026, 10, 2), 900.0),  # nobody knew of them
        ("a", dt.date(2026, 11, 1), 5.0),
    )
    made = {SEPTEMBER: forecast((OCTOBER, 90.0, low, high))}
    found = outlook.judged(made, rows, as_of)
    return found.row(0, named=True) if found.height else {}


def test_what_came_is_of_the_customers_known_then_after_the_day_and_up_to_the_last():
    assert judged(80.0, 120.0)["came"] == 100.0


@pytest.mark.parametrize(
    ("low", "high", "is_inside"),
    [(100.0, 120.0, True), (80.0, 100.0, True), (100.01, 120.0, False), (80.0, 99.99, False)],
)
def test_the_bounds_belong_to_the_range(low, high, is_inside):
    assert judged(low, high)["is_inside"] is is_inside


def test_a_forecast_is_judged_on_the_day_that_its_time_is_up_and_not_before():
    assert judged(80.0, 120.0, OCTOBER - dt.timedelta(days=1)) == {}
    assert judged(80.0, 120.0, OCTOBER)["until"] == OCTOBER


def test_the_last_made_comes_first_and_of_one_day_the_shorter():
    august, year = dt.date(2026, 8, 31), dt.date(2026, 10, 30)
    made = {
        august: forecast((SEPTEMBER, 1.0, 0.0, 2.0)),
        SEPTEMBER: forecast((OCTOBER, 1.0, 0.0, 2.0), (year, 3.0, 0.0, 4.0)),
    }
    found = outlook.judged(made, bought(("a", august, 1.0)), OCTOBER)

    assert found["made_on"].to_list() == [SEPTEMBER, SEPTEMBER, august]
    assert found["until"].to_list() == [year, OCTOBER, SEPTEMBER]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_reader_is_told_whether_the_last_forecast_held(language):
    def told(low, high):
        found = outlook.judged(
            {SEPTEMBER: forecast((OCTOBER, 90.0, low, high))},
            bought(("a", SEPTEMBER, 1.0), ("a", OCTOBER, 100.0)),
            OCTOBER,
        )
        (sentence,) = outlook.verdict(found, language, "EUR")
        assert "100" in sentence
        return sentence

    assert len({told(80.0, 120.0), told(110.0, 120.0), told(80.0, 95.0)}) == 3
    assert outlook.verdict(outlook.judged({}, bought(), OCTOBER), language, "EUR")[0]


def test_from_three_forecasts_on_it_is_said_how_many_held():
    days = [dt.date(2026, month, 1) for month in (7, 8, 9, 10)]
    highs = (200.0, 200.0, 50.0)
    made = {
        day: forecast((until, 100.0, 0.0, high))
        for day, until, high in zip(days, days[1:], highs, strict=False)
    }
    rows = bought(*(("a", day, 100.0) for day in days))
    three = outlook.verdict(outlook.judged(made, rows, OCTOBER), "en", "EUR")

    assert "Of the 3 forecasts whose time is up, 2 held" in three[1]
    del made[days[0]]
    assert len(outlook.verdict(outlook.judged(made, rows, OCTOBER), "en", "EUR")) == 1


def test_the_month_to_come_is_forecast_beside_the_horizon(cdnow_sample):
    history = summary.read(cdnow_sample, dt.date(1998, 6, 30))
    model = clv.fit(history, clv.ClvRules())
    customers = clv.predict(history.customers, model, clv.ClvRules())
    found = outlook.expected(customers, model, clv.ClvRules(), dt.date(1998, 6, 30))

    assert found["until"].to_list() == [dt.date(1998, 7, 31), dt.date(1999, 6, 30)]
    assert found["expected_revenue"].is_sorted()
    assert (found["revenue_low"] < found["expected_revenue"]).all()
    assert (found["revenue_high"] > found["expected_revenue"]).all()
    assert found["expected_revenue"][1] == pytest.approx(customers["expected_revenue"].sum())
    assert found["customers"].to_list() == [customers.height] * 2
    said = outlook.said(found, "en", "USD")
    assert [len(said), "31 July 1998" in said[0]] == [2, True]


def test_without_a_forecast_nothing_is_said():
    assert outlook.said(None, "en", "EUR") == ()


def test_a_frame_that_is_no_forecast_is_refused():
    with pytest.raises(DataError, match="until"):
        outlook.judged({SEPTEMBER: bought()}, bought(), OCTOBER)
