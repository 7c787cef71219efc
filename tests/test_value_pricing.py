"""How prices of activities move: old postings in the prices of today, and what is to come."""

import datetime as dt

import polars as pl
import pytest

from segment.value import pricing

AS_OF = dt.date(2026, 10, 31)
N = 40


def postings(rise_rate: float, *, noise: float = 0.05, step: int = 30) -> pl.DataFrame:
    """Customers with a price of their own each, posted every month for three years."""
    days = pl.DataFrame({"days": range(0, 1080, step)})
    return (
        pl.DataFrame({"customer": range(N)})
        .join(days, how="cross")
        .select(
            customer_id=pl.format("c{}", "customer"),
            date=pl.lit(AS_OF) - pl.duration(days="days"),
            activity=pl.lit("visit"),
            amount=50.0
            * (1 + pl.col("customer") / N)
            * (1 + rise_rate) ** (-pl.col("days") / 365)
            * (1 + noise * ((7 * pl.col("customer") + 13 * pl.col("days")) % 11 - 5) / 5),
        )
    )


@pytest.mark.parametrize("rise_rate", [0.04, -0.03])
def test_old_postings_are_brought_to_the_prices_of_today(rise_rate):
    today = pricing.in_todays_prices(postings(rise_rate), AS_OF, unmoved=())

    assert today["rise_rate"].unique().to_list() == pytest.approx([rise_rate], abs=0.005)
    old = pl.col("date") < AS_OF - dt.timedelta(days=720)
    of_one = today.filter(old).group_by("customer_id").agg(pl.col("today").mean()).sort("today")
    assert of_one["today"][0] == pytest.approx(50.0, rel=0.03)
    assert of_one["today"][-1] == pytest.approx(50.0 * (1 + (N - 1) / N), rel=0.03)


def test_a_rise_that_may_be_chance_is_none():
    few = postings(0.02, noise=0.9).sort("date").tail(60)

    assert pricing.in_todays_prices(few, AS_OF, unmoved=())["rise_rate"].unique().to_list() == [0]


def test_less_than_a_year_of_postings_shows_no_rise():  # a season looks alike
    short = postings(0.20).filter(pl.col("date") > AS_OF - dt.timedelta(days=360))

    assert pricing.in_todays_prices(short, AS_OF, unmoved=())["rise_rate"].unique().to_list() == [0]


def test_what_is_counted_or_free_keeps_its_amounts():
    counted = postings(0.04).with_columns(activity=pl.lit("order"))
    free = postings(0.04).with_columns(activity=pl.lit("gift"), amount=pl.lit(0.0))
    rows = pl.concat([counted, free])
    today = pricing.in_todays_prices(rows, AS_OF, unmoved=("order",))

    assert today["today"].to_list() == rows["amount"].to_list()


def test_the_order_of_the_rows_is_kept():
    rows = postings(0.04).sample(fraction=1.0, shuffle=True, seed=1)

    assert pricing.in_todays_prices(rows, AS_OF, unmoved=()).select(rows.columns).equals(rows)


def test_prices_are_carried_to_the_middle_of_the_horizon_and_a_year_at_most():
    assert pricing.to_come(0.10, 365) == pytest.approx(1.10**0.5)
    assert pricing.to_come(0.10, 730) == pytest.approx(1.10)
    assert pricing.to_come(0.10, 3650) == pytest.approx(1.10)
    assert pricing.to_come(0.0, 365) == 1.0
