"""What weighted scores read: the margin of a year, how sales changed, the latest card."""

import datetime as dt

import polars as pl
import pytest

from segment import criteria
from segment.errors import DataError

CUSTOMERS = pl.DataFrame(
    {
        "customer_id": ["a", "b", "c"],
        "revenue_last_year": [200.0, 50.0, -10.0],
        "revenue_year_before": [100.0, 0.0, 20.0],  # b is new
        "margin_rate": [0.25, 0.1, 0.5],
    }
)


def cards(*rows: tuple[str, int, str]) -> pl.DataFrame:
    """Cards with one grade for all criteria, assessed so many days into 2026."""
    made = pl.DataFrame(rows, schema=["customer_id", "day", "grade"], orient="row")
    first = pl.lit(dt.date(2026, 1, 1))
    return made.select(
        "customer_id",
        assessed_on=first + pl.duration(days="day"),
        **dict.fromkeys(criteria.CRITERIA, pl.col("grade")),
    )


def test_the_margin_is_of_the_year_and_the_change_is_to_the_year_before():
    made = criteria.add(CUSTOMERS, None)

    assert made["margin_last_year"].to_list() == [50.0, 5.0, -5.0]
    assert made["sales_change"].to_list() == [2.0, None, -0.5]


def test_the_latest_card_counts_and_who_has_none_is_unknown():
    made = criteria.add(CUSTOMERS, cards(("a", 90, "B"), ("a", 10, "E"), ("z", 1, "A")))

    assert made["card_payment"].to_list() == ["B", None, None]
    assert made["assessed_on"].to_list() == [dt.date(2026, 4, 1), None, None]


def test_without_the_tables_all_their_columns_are_there_and_unknown():
    none, some = criteria.add(CUSTOMERS, None), criteria.add(CUSTOMERS, cards(("a", 1, "A")))

    assert none.schema == some.schema
    assert none["card_margin"].null_count() == none["share_of_wallet"].null_count() == 3


def test_twice_is_once_and_a_known_share_of_wallet_stays():
    customers = CUSTOMERS.with_columns(share_of_wallet=pl.lit(0.4))
    once = criteria.add(customers, cards(("b", 5, "C")))

    assert criteria.add(once, cards(("b", 5, "C"))).equals(once)
    assert once["share_of_wallet"].to_list() == [0.4] * 3


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="criteria needs the column margin_rate"):
        criteria.add(CUSTOMERS.drop("margin_rate"), None)
