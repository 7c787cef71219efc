"""What serving costs on ledgers that begin late, are short, or hold a slip of the pen."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from segment import value
from segment.value import ValueRules, serving

AS_OF = dt.date(2026, 10, 31)
N = 200


def ago(days: int) -> dt.date:
    return AS_OF - dt.timedelta(days=days)


def customers() -> pl.DataFrame:
    """Customers of two years who buy on every twentieth day."""
    return pl.DataFrame(
        {
            "customer_id": [f"c{n:03d}" for n in range(N)],
            "first_on": [ago(720)] * N, "last_on": [ago(10)] * N,
            "frequency": [36] * N, "T": [720] * N,
            "purchases_last_year": [18] * N, "expected_spend": [100.0] * N,
        },
        schema_overrides={"first_on": pl.Date, "last_on": pl.Date},
    )  # fmt: skip


def purchases() -> pl.DataFrame:
    rows = [(f"c{n:03d}", ago(day), 100.0) for n in range(N) for day in range(10, 731, 20)]
    schema = {"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def ledger(*postings: tuple[int, int, str, float]) -> pl.DataFrame:
    rows = [(f"c{n:03d}", ago(day), activity, amount) for n, day, activity, amount in postings]
    schema = {
        "customer_id": pl.String, "date": pl.Date, "activity": pl.String, "amount": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def served(costs: pl.DataFrame, **rules: object) -> serving.Serving:
    known = value.activities(purchases(), costs, None, ValueRules(**rules), AS_OF)
    return serving.rates(customers(), known, np.full(N, 18.0), 365)


@pytest.mark.parametrize("days", [730, 365, 180, 90])
def test_what_an_order_costs_does_not_hang_on_how_long_the_ledger_is(days):
    deliveries = [
        (n, day, "delivery", 5.0) for n in range(N) for day in range(10, days, 20)
    ]  # fmt: skip

    assert served(ledger(*deliveries)).an_order == pytest.approx(np.full(N, 5.0), rel=0.15)


@pytest.mark.parametrize("days", [730, 365, 180])
def test_what_a_year_costs_does_not_hang_on_how_long_the_ledger_is(days):
    visits = [(n, day, "visit", 70.0) for n in range(N) for day in range(n * 7 % 60, days, 60)]

    assert served(ledger(*visits)).a_year.mean() == pytest.approx(70 * 365 / 60, rel=0.05)


def test_a_ledger_of_days_counts_as_one_of_ninety():
    visits = [(n, 5, "visit", 70.0) for n in range(N)]

    assert served(ledger(*visits)).a_year.mean() == pytest.approx(70 * 365 / 90, rel=0.05)


def test_another_source_that_reaches_back_further_changes_nothing():
    visits = [(n, day, "visit", 70.0) for n in range(N) for day in range(15, 365, 60)]
    alone, beside = served(ledger(*visits)), served(ledger(*visits), tariff={"order": 0.0})
    older = served(ledger(*visits, (0, 700, "fair", 1.0)))

    assert beside.a_year == pytest.approx(alone.a_year, rel=0.01)
    assert older.a_year.mean() == pytest.approx(alone.a_year.mean(), rel=0.01)


def test_customers_with_their_own_amounts_keep_them():
    half = [
        (n, day, "care", 10.0 if n % 2 else 190.0) for n in range(N) for day in range(15, 720, 30)
    ]
    a_year = served(ledger(*half)).a_year

    assert a_year[1::2] == pytest.approx(np.full(N // 2, 122.0), rel=0.1)
    assert a_year[::2] == pytest.approx(np.full(N // 2, 2312.0), rel=0.1)


def test_a_slip_of_the_pen_is_capped_and_told():
    visits = [(n, day, "visit", 70.0) for n in range(N) for day in range(15, 720, 60)]
    known = value.activities(
        purchases(), ledger(*visits, (0, 15, "visit", 1e6)), None, ValueRules(), AS_OF
    )
    told = value.words.costs(
        customers().with_columns(cost_basis=pl.lit("activities")), known, ValueRules(), "en", "EUR",
        has_invoices=False,
    )  # fmt: skip

    assert (known.n_capped, known.capped) == (1, 1e6)
    assert any(said.startswith("1 cost postings of €1,000,000 in all") for said in told)
    rates = serving.rates(customers(), known, np.full(N, 18.0), 365).a_year
    assert rates[1:].max() < 1000


def test_a_declared_activity_without_postings_is_told():
    known = value.activities(
        purchases(), ledger((0, 5, "visit", 70.0)), None,
        ValueRules(tariff={"visits": 12.0, "order": 1.0}, follows_orders=("vist",)), AS_OF,
    )  # fmt: skip

    assert known.unused == ("visits", "vist")
