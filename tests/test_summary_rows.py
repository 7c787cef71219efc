"""What the rows of transactions may hold: moments of any zone, ids and money of any kind."""

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


def moments(zone: str | None, *texts: str, unit: str = "us") -> pl.DataFrame:
    at = [dt.datetime.fromisoformat(text) for text in texts]
    column = pl.Series(at, dtype=pl.Datetime(unit)).dt.replace_time_zone(zone)
    return pl.DataFrame({"customer_id": "a", "date": column, "amount": 1.0})


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Shanghai", "America/Los_Angeles"])
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_a_moment_belongs_to_its_day_where_it_is_stated(zone, unit):
    rows = moments(
        zone,
        "2026-01-05T00:00:00",
        "2026-01-05T23:59:59.999",
        "2026-01-31T23:59:59.999",  # the last day is not cut at midnight
        "2026-02-01T00:00:00",  # the day after as_of
        unit=unit,
    )

    found = summary.summarise(rows, day(31)).row(0, named=True)

    assert (found["first_on"], found["last_on"]) == (day(5), day(31))
    assert (found["frequency"], found["revenue"]) == (1, 3.0)


def test_moments_before_1970_belong_to_the_day_that_they_name():
    rows = moments(None, "1969-12-31T23:59:59.5", "1912-02-29T00:00:00.5")

    found = summary.summarise(rows, dt.date(1969, 12, 31)).row(0, named=True)

    assert (found["first_on"], found["last_on"]) == (dt.date(1912, 2, 29), dt.date(1969, 12, 31))
    assert found["T"] == 21125  # 58 years less 60 days, 15 leap days among them


@pytest.mark.parametrize("kind", [pl.Int16, pl.UInt64, pl.Float32, pl.Decimal(12, 2)])
def test_any_kind_of_number_is_money(kind):
    rows = transactions(("a", day(1), 3.0), ("a", day(9), 4.0))

    found = summary.summarise(rows.with_columns(pl.col("amount").cast(kind)), day(31))

    assert found.equals(summary.summarise(rows, day(31)))


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Int64, pl.Enum(["9", "10"])])
def test_customers_stand_in_the_order_of_their_ids_of_any_kind(kind):
    rows = transactions(("10", day(1), 1.0), ("9", day(2), 5.0), ("10", day(3), 1.0))

    found = summary.summarise(rows.with_columns(pl.col("customer_id").cast(kind)), day(31))

    assert found["customer_id"].dtype == kind
    as_text = kind in (pl.String, pl.Categorical)  # "10" is before "9", the number 10 after 9
    assert found["revenue"].to_list() == ([2.0, 5.0] if as_text else [5.0, 2.0])


def test_ids_that_share_a_hash_stay_apart(monkeypatch):
    rows = transactions(("b", day(1), 1.0), ("a", day(2), 2.0), ("b", day(3), 4.0))
    expected = summary.summarise(rows, day(31))
    true_hash, seeds = pl.Series.hash, []

    def poor_hash(ids, seed):
        seeds.append(seed)
        return true_hash(ids, seed) // 2**64 if seed == 0 else true_hash(ids, seed)

    monkeypatch.setattr(pl.Series, "hash", poor_hash)

    assert summary.summarise(rows, day(31)).equals(expected)
    assert set(seeds) == {0, 1}


@pytest.mark.parametrize("column", ["customer_id", "date", "amount"])
def test_a_row_that_cannot_be_placed_is_an_error_that_counts_them(column):
    rows = transactions(("a", day(1), 1.0), ("a", day(2), 1.0), ("b", day(3), 1.0))
    rows = rows.with_columns(pl.when(pl.col("date") == day(1)).then(column).alias(column))

    with pytest.raises(DataError, match=rf"2 of 3 rows without {column}; set them aside"):
        summary.summarise(rows, day(31))


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), float("-inf")])
def test_money_is_a_finite_number(amount):
    rows = transactions(("a", day(1), 1.0), ("a", day(2), amount))

    with pytest.raises(DataError, match="1 of 2 rows whose amount is not a finite number"):
        summary.summarise(rows, day(31))


def test_text_is_neither_day_nor_money():
    rows = transactions(("a", day(1), 1.0))

    with pytest.raises(DataError, match="needs days or moments in date, which holds String"):
        summary.summarise(rows.cast({"date": pl.String}), day(31))
    with pytest.raises(DataError, match="needs numbers in amount, which holds String"):
        summary.summarise(rows.cast({"amount": pl.String}), day(31))
