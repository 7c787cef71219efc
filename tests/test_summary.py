import datetime as dt
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_series_equal

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
    assert found["purchases_last_year"] == 1
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


def test_purchase_days_stand_by_customer_and_day_with_their_net_money():
    rows = transactions(
        ("b", day(2), 1.0),
        ("a", day(4), 20.0),
        ("b", day(2), 2.0),  # the same purchase
        ("a", day(2), 10.0),
        ("a", day(3), -9.0),  # a refund alone is no purchase
        ("b", day(4), -4.0),
        ("c", day(2), -7.0),  # never bought
        ("d", day(4), 30.0),
        ("d", day(4), -4.0),  # lowers its day
        ("d", day(6), 1.0),  # after as_of
    )

    found = summary.read(rows, day(5)).purchase_days

    assert found.rows() == [
        (0, day(2), 10.0),
        (0, day(4), 20.0),
        (1, day(2), 3.0),
        (2, day(4), 26.0),
    ]


def test_of_many_buyers_some_stand_for_all(monkeypatch):
    lines = [(name, day(1 + n), float(ord(name))) for name in "abcdefg" for n in range(3)]
    history = summary.read(transactions(*lines), day(31))
    monkeypatch.setattr(summary, "MOST_SAMPLED", 3)

    sampled = summary.read(transactions(*lines), day(31))

    assert sampled.customers.equals(history.customers)
    assert history.purchase_days.height == 21
    assert sampled.purchase_days.rows() == [
        (place, day(1 + n), float(ord(name))) for place, name in enumerate("adg") for n in range(3)
    ]


def test_purchase_days_and_customers_hold_the_same_purchases(cdnow_sample):
    history = summary.read(cdnow_sample, dt.date(1998, 6, 30))

    assert history.purchase_days.height == history.customers["frequency"].sum() + 2357
    assert history.purchase_days["customer"].n_unique() == 2357
    revenue = history.customers["revenue"].sum()
    assert history.purchase_days["spend"].sum() == pytest.approx(revenue, rel=1e-12)


def test_before_any_row_there_is_nobody_and_no_purchase():
    rows = transactions(("a", day(2), 1.0))
    later, before = summary.read(rows, day(2)), summary.read(rows, day(1))

    assert before.customers.is_empty()
    assert before.purchase_days.is_empty()
    assert before.customers.schema == later.customers.schema
    assert before.purchase_days.schema == later.purchase_days.schema


def test_no_sum_depends_on_the_order_of_its_parts():
    rng = np.random.default_rng(1)
    cents = rng.integers(-(10**12), 10**13, 600)  # so large that sums of floats would differ
    rows = pl.DataFrame(
        {"customer_id": "a", "date": [day(1 + place % 3) for place in range(600)], "amount": cents}
    ).with_columns(pl.col("amount") / 100)

    forward, shuffled = (
        summary.read(each, day(31))
        for each in (rows, rows.sample(fraction=1, shuffle=True, seed=1))
    )

    assert forward.customers.equals(shuffled.customers)
    assert forward.purchase_days.equals(shuffled.purchase_days)
    assert forward.customers["revenue"].item() == cents.sum() / 100


def test_cents_are_a_hundred_times_dollars():
    rows = transactions(("a", day(1), 19.99), ("a", day(5), 0.07), ("b", day(5), -3.10))

    dollars = summary.summarise(rows, day(31))
    cents = summary.summarise(rows.with_columns((pl.col("amount") * 100).round()), day(31))

    for name in ("monetary_value", "repeat_value", "revenue", "revenue_last_year"):
        assert_series_equal(cents[name] / 100, dollars[name], rel_tol=1e-15, abs_tol=0)


def by_hand(rows: list[tuple[str, int, int]], as_of: int) -> list[tuple]:
    """Return customer, days of the first, last and last but one purchase, their number, money."""
    found = []
    for name in sorted({who for who, when, _ in rows if when <= as_of}):
        lines = [(when, money) for who, when, money in rows if who == name and when <= as_of]
        days = sorted({when for when, money in lines if money >= 0})
        gaps = [later - earlier for earlier, later in pairwise(days)]
        after = [money for when, money in lines if days and when > days[0]]
        found.append(
            (
                name,
                *((days[0], days[-1], len(days) - 1) if days else (None, None, None)),
                sum(after) / len(gaps) if gaps else None,
                gaps[-1] if gaps else None,
                sum(money for _, money in lines),
                sum(money for when, money in lines if when > as_of - 365),
            )
        )
    return found


LINES = st.tuples(st.sampled_from("abcdef"), st.integers(-500, 500), st.integers(-3, 5))


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(LINES, max_size=40), as_of=st.integers(-400, 500))
def test_the_summary_is_what_a_hand_would_count(rows, as_of):
    new_year = dt.date(1970, 1, 1)  # on both sides of it
    lines = [(who, new_year + dt.timedelta(days=when), money) for who, when, money in rows]

    found = summary.summarise(transactions(*lines), new_year + dt.timedelta(days=as_of))

    assert found.select(
        "customer_id", pl.col("first_on", "last_on").to_physical(), "frequency", "repeat_value",
        "last_gap_days", "revenue", "revenue_last_year",
    ).rows() == by_hand(rows, as_of)  # fmt: skip
