"""What serving took: postings, counted work, late payments; and what follows orders."""

import datetime as dt

import polars as pl
import pytest

from segment import value
from segment.errors import ConfigError, DataError
from segment.value import ValueRules

AS_OF = dt.date(2026, 10, 31)


def ago(days: int) -> dt.date:
    return AS_OF - dt.timedelta(days=days)


def lines(*rows: tuple[str, int, float, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(who, ago(days), amount, order) for who, days, amount, order in rows],
        schema={
            "customer_id": pl.String, "date": pl.Date, "amount": pl.Float64, "order_id": pl.String,
        },
        orient="row",
    )  # fmt: skip


def posted(*rows: tuple[str, int, str | None, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [(who, ago(days), activity, amount) for who, days, activity, amount in rows],
        schema={
            "customer_id": pl.String, "date": pl.Date, "activity": pl.String, "amount": pl.Float64,
        },
        orient="row",
    )  # fmt: skip


def invoices(*rows: tuple[str, int, int | None, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (who, ago(due), None if settled is None else ago(settled), amount)
            for who, due, settled, amount in rows
        ],
        schema={
            "customer_id": pl.String, "due_on": pl.Date, "settled_on": pl.Date,
            "amount": pl.Float64,
        },
        orient="row",
    )  # fmt: skip


BOUGHT = lines(
    ("a", 100, 50.0, "1"), ("a", 100, 20.0, "1"), ("a", 40, 30.0, "2"), ("a", 38, -5.0, "2")
)  # fmt: skip


def known(costs=None, bills=None, bought=BOUGHT, **rules) -> value.Activities:
    return value.activities(bought, costs, bills, ValueRules(**rules), AS_OF)


def counts(found: value.Activities) -> list[tuple[str, str, float, float]]:
    return found.counts.select("customer_id", "activity", "times", "cost").rows()


def test_a_posting_older_than_a_year_counts_half():
    found = known(posted(("a", 364, "visit", 70.0), ("a", 365, "visit", 70.0)))

    assert counts(found) == [("a", "visit", 1.5, 105.0)]


def test_the_window_holds_its_first_day_and_none_before():
    costs = posted(("a", 1094, "visit", 70.0), ("a", 1095, "visit", 70.0))

    assert counts(known(costs)) == [("a", "visit", 0.5, 35.0)]
    assert counts(known(costs, cost_window_days=1096)) == [("a", "visit", 1.0, 70.0)]


def test_a_posting_of_a_later_day_is_not_known():
    assert counts(known(posted(("a", 0, "visit", 70.0), ("a", -1, "visit", 9.0)))) == [
        ("a", "visit", 1.0, 70.0)
    ]


def test_an_activity_without_a_name_is_called_other():
    assert counts(known(posted(("a", 1, None, 5.0))))[0][1] == "other"


def test_a_price_stands_in_place_of_the_posted_amounts():
    found = known(posted(("a", 1, "visit", 0.0), ("a", 2, "visit", 0.0)), tariff={"visit": 72.0})

    assert counts(found) == [("a", "visit", 2.0, 144.0)]


def test_orders_lines_and_returns_are_counted_from_the_transactions():
    found = known(tariff={"order": 4.0, "line": 0.5, "return": 12.0})

    assert counts(found) == [
        ("a", "line", 3.0, 1.5), ("a", "order", 2.0, 8.0), ("a", "return", 1.0, 12.0),
    ]  # fmt: skip
    assert set(found.kinds["follows"]) == {"orders"}


def test_what_is_owed_after_its_due_day_costs_interest_for_each_day():
    # paid 36.5 days late in all: a tenth of a year's 10% on 1,000; one is still open
    bills = invoices(("a", 100, 63, 1000.0), ("a", 73, None, 500.0), ("a", 50, 50, 900.0))
    found = known(bills=bills, financing_rate_annual=0.10)

    late = 1000 * 0.10 * 37 / 365 + 500 * 0.10 * 73 / 365
    assert counts(found) == [("a", "late payment", 2.0, pytest.approx(late))]


def test_late_payment_costs_nothing_unless_finance_says_what():
    assert not known(bills=invoices(("a", 100, 63, 1000.0))).is_known


def test_what_comes_within_days_of_a_purchase_or_refund_follows_orders():
    costs = posted(
        ("a", 99, "delivery", 9.0), ("a", 37, "delivery", 9.0), ("a", 38, "handling", 16.0),
        ("a", 99, "visit", 70.0), ("a", 60, "visit", 70.0), ("a", 36, "late delivery", 1.0),
        ("a", 34, "much later", 1.0),
    )  # fmt: skip
    follows = dict(known(costs).kinds.select("activity", "follows").rows())

    assert follows == {
        "delivery": "orders", "handling": "orders", "visit": "calendar",
        "late delivery": "orders",  # two days after the refund of day 38
        "much later": "calendar",  # four days
    }  # fmt: skip


def test_what_is_declared_is_not_told_by_the_days():
    costs = posted(("a", 99, "delivery", 9.0), ("a", 60, "visit", 70.0))
    follows = dict(
        known(costs, follows_orders=("visit",)).kinds.select("activity", "follows").rows()
    )

    assert follows == {"delivery": "calendar", "visit": "orders"}


def test_the_price_of_an_activity_is_that_of_the_last_year_or_else_ever():
    costs = posted(
        ("a", 1, "visit", 80.0), ("a", 500, "visit", 40.0), ("a", 500, "fair", 300.0)
    )  # fmt: skip
    prices = dict(known(costs).kinds.select("activity", "price").rows())

    assert prices == {"visit": 80.0, "fair": 300.0}


def test_without_anything_known_there_are_no_activities():
    assert not known().is_known
    assert known().kinds.is_empty()


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match=r"value\.activities needs the column date"):
        known(bought=BOUGHT.drop("date"))


# --------------------------------------------------------------- rules


@pytest.mark.parametrize("days", [0, -1, 1.5, float("nan"), True, "90", None])
def test_days_are_whole_and_one_or_more(days):
    with pytest.raises(ConfigError, match=r"cost_window_days is .* whole number, 1 or more"):
        ValueRules(cost_window_days=days)


@pytest.mark.parametrize("rate", [1.01, -1.01, float("nan"), "0.2", True])
def test_a_margin_is_a_share_of_the_price(rate):
    assert ValueRules(family_margins={"tea": -1.0, "mugs": 1.0})
    with pytest.raises(ConfigError, match=r"family_margins of 'tea' is .*-1 to 1"):
        ValueRules(family_margins={"tea": rate})


@pytest.mark.parametrize("price", [-0.01, float("nan"), float("inf"), "4", True])
def test_a_price_is_money_of_0_or_more(price):
    assert ValueRules(tariff={"order": 0.0})
    with pytest.raises(ConfigError, match=r"tariff of 'order' is .*0 or more"):
        ValueRules(tariff={"order": price})
