"""A season is found where one is, and only so far as it was seen; the past is cleared of it."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from segment import clock, summary
from segment.errors import ConfigError

AS_OF = dt.date(2026, 10, 31)
LEVEL = np.ones(12)
CHRISTMAS = np.array([0.8, 0.8, 0.9, 0.9, 1.0, 0.9, 0.8, 0.8, 1.0, 1.1, 1.5, 1.5])


def bought(
    n_customers: int, n_days: int, season: np.ndarray, *, leave: float = 0.1, seed: int = 1,
    extra: dict[dt.date, float] | None = None, n_early: int = 0, early_pace: float = 1.0,
    prices: np.ndarray = LEVEL, yearly: float = 0.0,
) -> pl.DataFrame:  # fmt: skip
    """Return purchases of customers who come all the time, buy by the season, and leave."""
    rng = np.random.default_rng(seed)
    dates = np.datetime64(AS_OF) - np.arange(n_days)[::-1]
    month = dates.astype("datetime64[M]").astype(int) % 12
    intensity = season[month].copy()
    for day, times in (extra or {}).items():
        intensity[dates == np.datetime64(day)] *= times
    first = rng.integers(0, n_days, n_customers)
    first[:n_early] = rng.integers(0, 30, n_early)
    rate = rng.gamma(1.0, 1 / 40, n_customers)
    rate[:n_early] *= early_pace
    level = rng.gamma(6.0, 10.0, n_customers)
    rows = []
    for customer in range(n_customers):
        later = np.arange(first[customer] + 1, n_days)
        days = later[rng.random(len(later)) < 1 - np.exp(-rate[customer] * intensity[later])]
        stays = rng.geometric(leave) if leave else n_days
        days = np.append(first[customer], days[: stays - 1])
        spend = rng.gamma(5.0, level[customer] / 5, len(days))
        spend *= prices[month[days]] * (1 + yearly) ** ((days - n_days) / 365)
        rows += [
            (str(customer), dates[day].item(), paid) for day, paid in zip(days, spend, strict=True)
        ]
    return pl.DataFrame(rows, schema=["customer_id", "date", "amount"], orient="row")


def fitted(
    rows: pl.DataFrame, declared: dict | None = None, *, seasons: bool = True
) -> clock.Clock:
    history = summary.read(rows, AS_OF)
    start = history.customers["first_on"].min()
    return clock.fit(history.purchase_days, start, AS_OF, declared or {}, seasons=seasons)


def test_a_season_seen_three_times_is_expected_again():
    found = fitted(bought(3000, 3 * 365, CHRISTMAS))

    assert found.month == pytest.approx(CHRISTMAS / CHRISTMAS.mean(), abs=0.12)
    assert found.season_share == pytest.approx(12 / 13, abs=0.01)
    two_months = float(found.ahead(61))  # November and December
    assert 61 / 7 * 1.3 < two_months < 61 / 7 * 1.55
    assert float(found.ahead(365)) == pytest.approx(365 / 7, rel=0.01)


def test_where_no_season_is_the_clock_is_nearly_the_calendar():
    found = fitted(bought(3000, 3 * 365, LEVEL))

    assert found.month == pytest.approx(LEVEL, abs=0.08)


def test_a_year_of_data_clears_the_past_but_expects_no_season():
    found = fitted(bought(3000, 365, CHRISTMAS))

    assert found.season_share < 0.01
    assert float(found.ahead(61)) == pytest.approx(61 / 7, rel=0.01)
    assert found.month[10] > 1.2  # the busy November is not taken for customers who left after


def test_a_declared_day_is_measured_and_expected_again():
    past = [dt.date(year, 6, 18) for year in (2024, 2025, 2026)]
    rows = bought(3000, 3 * 365, LEVEL, extra=dict.fromkeys(past, 8.0))
    declared = {"midyear": [day.isoformat() for day in past] + ["2027-06-18"]}

    found = fitted(rows, declared)

    assert found.special[0] == pytest.approx(8.0, rel=0.2)
    days = (dt.date(2027, 6, 18) - AS_OF).days
    assert float(found.ahead(days) - found.ahead(days - 1)) > 6 / 7


def test_early_customers_have_a_pace_of_their_own_while_the_data_are_young():
    old = bought(2500, 400, LEVEL, n_early=800, early_pace=3.0)
    new = bought(2500, 400, LEVEL)

    assert fitted(old).pace == pytest.approx(3.0, rel=0.25)
    assert fitted(old).early_until == AS_OF - dt.timedelta(days=399 - 29)
    assert (fitted(new).pace, fitted(new).early_until) == (1.0, None)


def test_prices_are_compared_within_customers():
    dearer = np.where(np.arange(12) >= 9, 1.2, 1.0)

    found = fitted(bought(4000, 3 * 365, LEVEL, prices=dearer, leave=0.05)).prices

    assert found.month[10] / found.month[3] == pytest.approx(1.2, abs=0.06)
    assert found.trend == 0.0


def test_a_trend_in_spend_is_found_and_drawn_out_no_further_than_a_year():
    found = fitted(bought(4000, 3 * 365, LEVEL, yearly=0.12, leave=0.05))

    assert found.prices.trend == pytest.approx(np.log(1.12), abs=0.03)
    assert found.spend_factor(365) == pytest.approx(1.12**0.5, rel=0.04)
    assert found.spend_factor(3000) < 1.12**1.3


def test_without_seasons_and_with_few_purchases_the_clock_is_the_calendar():
    rows = bought(500, 3 * 365, CHRISTMAS)

    for found in (fitted(rows, seasons=False), fitted(rows.head(12))):
        assert found.season_share == 0
        assert found.ahead(np.array([0.0, 7.0, 10_000.0])).tolist() == pytest.approx(
            [0, 1, 10_000 / 7]
        )
        first = pl.Series([AS_OF - dt.timedelta(days=70), AS_OF])
        assert (found.now - found.weeks(first)).tolist() == pytest.approx([10.0, 0.0])


def test_without_seasons_declared_days_are_measured_all_the_same():
    past = [dt.date(year, 6, 18) for year in (2024, 2025, 2026)]
    rows = bought(3000, 3 * 365, LEVEL, extra=dict.fromkeys(past, 8.0))

    found = fitted(rows, {"midyear": [day.isoformat() for day in past]}, seasons=False)

    assert found.special[0] == pytest.approx(8.0, rel=0.2)
    assert found.month.tolist() == pytest.approx([1.0] * 12)


def test_the_clock_reads_days_before_its_start_as_calendar_days():
    found = fitted(bought(2000, 3 * 365, CHRISTMAS))

    assert found.weeks(pl.Series([found.start - dt.timedelta(days=14)])).tolist() == [-2.0]


@pytest.mark.parametrize("written", ["2026-13-01", "2026-05-02/2026-05-01", "summer", 3])
def test_a_special_day_that_is_none_is_refused_with_its_name(written):
    with pytest.raises(ConfigError, match=r"sale.*write a day as"):
        clock.special_days({"sale": [written]})
