"""The naive rules, by sums that can be done in the head."""

import datetime as dt

import polars as pl
import pytest

from segment import summary
from segment.backtest import naive

ORIGIN = dt.date(2025, 10, 31)


def said(rows: list[tuple[str, dt.date, float]], origin: dt.date = ORIGIN, horizon: int = 100):
    """What each rule says of each customer: {rule: {customer: money}}."""
    bought = pl.DataFrame(
        rows, schema={"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}, orient="row"
    )
    known = summary.summarise(bought, origin).filter(pl.col("frequency").is_not_null())
    found = naive.predict(known, bought, origin, horizon)
    return {
        str(name): dict(part.select("customer_id", "predicted").iter_rows())
        for (name,), part in found.group_by("method", maintain_order=True)
    }


def ago(days: int, origin: dt.date = ORIGIN) -> dt.date:
    return origin - dt.timedelta(days=days)


def test_a_customer_goes_on_as_fast_as_so_far():
    rows = [("a", ago(199), 300.0), ("a", ago(9), 140.0), ("a", ago(8), -40.0)]

    assert said(rows)["past_rate"]["a"] == pytest.approx(400 / 200 * 100)  # 200 days, both counted


@pytest.mark.parametrize(("days_ago", "days"), [(0, 90), (89, 90), (90, 91)])
def test_no_rate_is_told_from_less_than_ninety_days(days_ago, days):
    assert said([("a", ago(days_ago), 90.0)])["past_rate"]["a"] == pytest.approx(9000 / days)


def test_last_year_brings_what_the_same_days_brought():
    first, last = (
        dt.date(2024, 11, 1),
        dt.date(2025, 2, 8),
    )  # 1 November 2025 + 100 days, a year ago
    rows = [
        ("a", dt.date(2024, 10, 31), 1.0),  # the day before
        ("a", first, 10.0),
        ("a", last, 100.0),
        ("a", last + dt.timedelta(days=1), 1000.0),
        ("b", dt.date(2025, 6, 1), 7.0),
    ]

    assert said(rows)["last_year"] == {"a": 110.0, "b": 0.0}


@pytest.mark.parametrize(("begins", "known"), [(dt.date(2024, 11, 1), True),
                                               (dt.date(2024, 11, 2), False)])  # fmt: skip
def test_last_year_is_silent_where_the_history_does_not_reach(begins, known):
    assert ("last_year" in said([("a", begins, 5.0)])) is known


@pytest.mark.parametrize(("horizon", "known"), [(365, True), (366, False)])
def test_last_year_is_silent_where_it_would_need_days_to_come(horizon, known):
    assert ("last_year" in said([("a", dt.date(2020, 1, 1), 5.0)], horizon=horizon)) is known


def test_a_year_before_the_29th_of_february_is_the_28th():
    rows = [("a", dt.date(2020, 1, 1), 1.0), ("a", dt.date(2023, 2, 28), 5.0),
            ("a", dt.date(2023, 3, 1), 50.0)]  # fmt: skip

    found = said(rows, origin=dt.date(2024, 2, 28), horizon=1)  # the window is the 29th alone

    assert found["last_year"]["a"] == 5.0


def test_who_is_silent_for_longer_than_usual_brings_nothing():
    """Every returning customer came back after 50 days, so that is the usual time."""
    rows = [("a", ago(100), 100.0), ("a", ago(50), 100.0),  # silent for just that long
            ("b", ago(101), 100.0), ("b", ago(51), 100.0),
            ("c", ago(200), 100.0)]  # fmt: skip

    found = said(rows)

    assert found["recency_rule"] == {"a": found["past_rate"]["a"], "b": 0.0, "c": 0.0}


def test_where_nobody_ever_came_back_no_time_is_usual():
    assert list(said([("a", ago(400), 1.0), ("b", ago(3), 1.0)])) == ["past_rate", "last_year"]
