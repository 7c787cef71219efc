"""`segment.forecast` has an answer for whatever passed the door, and the answer is whole."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import segment

AS_OF = dt.date(1975, 12, 31)
FORECAST = ("p_alive", "expected_purchases", "expected_spend", "expected_revenue")
RANGE = ("revenue_low", "revenue_high", "revenue_sd", "clv")
OF_A_PURCHASE = ("first_on", "last_on", "frequency", "recency", "T", "monetary_value")
OF_MONEY = ("monetary_value", "repeat_value", "expected_spend", "expected_revenue", "clv")
OF_A_REPEAT = ("repeat_value", "last_gap_days")
FEW = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # a fit is too slow to shrink by
)

Lines = list[tuple[str, int, float]]  # customer, days before AS_OF, amount
amounts = st.sampled_from([0.01, 3.5, 19.99, 250.0, 1e7])
names = st.integers(1, 40).map(lambda number: f"C{number}")
ages = st.integers(0, 4000)  # from 1965: on both sides of 1970


def frame(lines: Lines) -> pl.DataFrame:
    return pl.DataFrame(
        [(name, AS_OF - dt.timedelta(days=age), amount) for name, age, amount in lines],
        schema={"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64},
        orient="row",
    )


def whole(lines: Lines) -> pl.DataFrame:
    """Return the forecast of some lines, after a look at every number in it."""
    found = segment.forecast(frame(lines), AS_OF)
    numbers = found.select(pl.selectors.numeric())
    has_bought, has_returned = found["frequency"].is_not_null(), found["repeat_value"].is_not_null()
    buyers = found.filter(has_bought)

    assert found["customer_id"].to_list() == sorted({name for name, _, _ in lines})
    assert numbers.select(pl.all().is_finite().all()).row(0).count(False) == 0
    for name in (*OF_A_PURCHASE, *FORECAST, *RANGE):
        assert (found[name].is_not_null() == has_bought).all(), name
    for name in OF_A_REPEAT:
        assert (found[name].is_not_null() == (found["frequency"] > 0).fill_null(False)).all(), name
    assert found["revenue"].null_count() == 0
    assert (has_bought | ~has_returned).all()
    assert buyers["p_alive"].is_between(0, 1).all()
    assert (buyers["expected_purchases"] >= 0).all()
    assert (buyers["revenue_low"] <= buyers["revenue_high"]).all()
    return found


def each_of(lines: st.SearchStrategy, least: int, most: int) -> st.SearchStrategy[Lines]:
    return st.lists(lines, min_size=least, max_size=most)


def everyone(n: int, age: int, amount: float) -> Lines:
    return [(f"C{number}", age, amount) for number in range(n)]


DATA = {
    "one customer": each_of(st.tuples(st.just("a"), ages, amounts), 1, 12),
    "one purchase each": st.lists(
        st.tuples(names, ages, amounts), min_size=1, max_size=40, unique_by=lambda line: line[0]
    ),
    "all on one day": each_of(st.tuples(names, st.just(77), amounts), 1, 40),
    "all today": each_of(st.tuples(names, st.just(0), amounts), 1, 40),
    "constant amounts": each_of(st.tuples(names, ages, st.just(9.99)), 1, 120),
    "zero amounts": each_of(st.tuples(names, ages, st.just(0.0)), 1, 60),
    "refunds only": each_of(st.tuples(names, ages, amounts.map(lambda amount: -amount)), 1, 30),
    "more refunds than sales": each_of(
        st.tuples(names, ages, st.sampled_from([-100.0, -20.0, 5.0])), 1, 80
    ),
    "before 1970": each_of(st.tuples(names, st.integers(2191, 4000), amounts), 1, 60),
    "anything": each_of(st.tuples(names, ages, st.one_of(amounts, st.floats(-50, 500))), 0, 150),
}


@pytest.mark.parametrize("kind", DATA)
@settings(FEW, max_examples=3)
@given(data=st.data())
def test_a_forecast_is_whole_for(kind, data):
    whole(data.draw(DATA[kind]))


@pytest.mark.parametrize("n_others", [0, 30])
def test_a_forecast_is_whole_for_ten_years_of_daily_buyers(n_others):
    daily = [(name, age, 5.0 + age % 7) for name in "xy" for age in range(3653)]

    found = whole(daily + everyone(n_others, 400, 20.0))

    assert found["frequency"].max() == 3652
    of_daily = found.filter(pl.col("frequency") == 3652)
    assert of_daily["expected_purchases"].is_between(180, 380).all()  # a year has 365 days


def test_a_forecast_is_whole_for_a_customer_with_5000_purchases():
    often = [("often", age, 10.0) for age in range(5000)]
    others = [(f"C{place}", 30 * (place % 60) + 1, 25.0) for place in range(150)]

    found = whole([*often, *others, *((name, 5, 30.0) for name, _, _ in others[::3])])

    assert found.filter(pl.col("frequency") == 4999).height == 1


def test_nobody_has_a_forecast_of_no_rows():
    somebody = segment.forecast(frame([("a", 3, 1.0)]), AS_OF)

    nobody = segment.forecast(frame([]), AS_OF)

    assert nobody.is_empty()
    assert nobody.schema == somebody.schema


@pytest.fixture(scope="module")
def shop() -> Lines:
    """A hundred customers at rates of their own, with cents, gifts and refunds."""
    return [
        (f"C{who}", (who * 37 + time * (20 + who % 9 * 15)) % 1400, round(amount, 2))
        for who in range(100)
        for time in range(1 + who % 6)
        for amount in ((who * 7.31 + time * 3.17) % 90, *((-1.25,) if who % 11 == 5 else ()))
    ]


@pytest.fixture(scope="module")
def of_shop(shop) -> pl.DataFrame:
    return whole(shop)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_no_byte(shop, of_shop, seed):
    shuffled = frame(shop).sample(fraction=1, shuffle=True, seed=seed)

    assert segment.forecast(shuffled, AS_OF).equals(of_shop)


def test_how_a_day_is_split_over_lines_changes_no_byte(shop, of_shop):
    split = [
        (name, age, part)
        for name, age, amount in shop
        for part in ((amount,) if amount < 1 else (round(amount - 0.37, 2), 0.3, 0.07))
    ]

    assert segment.forecast(frame(split), AS_OF).equals(of_shop)


def test_moments_give_the_forecast_of_their_days(shop, of_shop):
    late = pl.col("date").cast(pl.Datetime("ms")).dt.offset_by("23h59m")
    moments = frame(shop).with_columns(late.dt.replace_time_zone("America/New_York"))

    assert segment.forecast(moments, AS_OF).equals(of_shop)


def test_cents_give_a_hundred_times_what_dollars_give(shop, of_shop):
    cents = segment.forecast(
        frame(shop).with_columns((pl.col("amount") * 100).round().cast(pl.Int64)), AS_OF
    )

    money = [name for name in of_shop.columns if name.startswith("revenue") or name in OF_MONEY]
    in_dollars = cents.with_columns(pl.col(money) / 100)
    assert_frame_equal(in_dollars, of_shop, rel_tol=1e-9, abs_tol=1e-9)
