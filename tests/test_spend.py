"""Fader & Hardie, note 025 (2013), on CDNOW; and what the repeat purchases say beyond it."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from segment import spend, summary
from segment.spend import Record

CALIBRATION_END = dt.date(1997, 9, 30)


def made(n_customers: int, p: float, q: float, gamma: float, seed: int = 1) -> pl.DataFrame:
    """Return purchase days of customers who follow the model: customer, spend."""
    rng = np.random.default_rng(seed)
    n = rng.geometric(0.4, n_customers)
    customer = np.repeat(np.arange(n_customers), n)
    nu = rng.gamma(q, 1 / gamma, n_customers)
    return pl.DataFrame({"customer": customer, "spend": rng.gamma(p, 1 / nu[customer])})


def recorded(days: pl.DataFrame) -> tuple[Record, float]:
    of = days.group_by("customer").agg(pl.len(), pl.col("spend").mean()).sort("customer")
    mean_log = (days["spend"] / days["spend"].mean()).log().mean()
    return Record(n=of["len"].to_numpy().astype(float), mean=of["spend"].to_numpy()), mean_log


def test_cdnow_gives_the_published_parameters_and_customers(cdnow_sample):
    customers = summary.summarise(cdnow_sample, CALIBRATION_END)
    n = customers["frequency"].cast(float).to_numpy()
    mean = customers["repeat_value"].to_numpy()

    fitted = spend.fit(Record(n=n, mean=mean))

    assert (fitted.p, fitted.q, fitted.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=0.005)
    assert fitted.log_likelihood == pytest.approx(-4055.918, abs=0.0005)
    assert fitted.n_customers == 946
    first_ten = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert spend.expected(fitted, n, mean)[:10] == pytest.approx(first_ten, abs=0.006)


def test_all_of_cdnow_gives_the_published_parameters(cdnow_master):
    customers = summary.summarise(cdnow_master, CALIBRATION_END)

    fitted = spend.fit(spend.repeat_record(customers))

    found = (fitted.p, fitted.q, fitted.gamma)
    assert found == pytest.approx((6.275, 3.624, 14.984), rel=1e-3)  # tests of CLVTools


def test_the_purchases_themselves_tell_how_one_customers_purchases_differ():
    truth = {"p": 2.0, "q": 4.0, "gamma": 90.0}
    record, mean_log = recorded(made(4000, *truth.values(), seed=2))

    of_means, of_purchases = spend.fit(record), spend.fit(record, mean_log)

    assert {key: of_purchases.parameters[key] for key in truth} == pytest.approx(truth, rel=0.1)
    errors = of_means.log_standard_errors, of_purchases.log_standard_errors
    assert errors[1]["p"] < errors[0]["p"] / 2


def test_the_true_parameters_lie_in_their_intervals_as_often_as_they_should():
    truth = np.log([3.0, 4.0, 60.0])
    inside = []
    for seed in range(40):
        fitted = spend.fit(*recorded(made(600, *np.exp(truth), seed)))
        errors = np.array(list(fitted.log_standard_errors.values()))
        found = np.log([fitted.p, fitted.q, fitted.gamma])
        inside.append(np.abs(found - truth) < 1.96 * errors)

    assert 0.88 <= np.mean(inside) <= 0.99  # 120 intervals of 95%


def test_cells_give_the_parameters_of_every_customer(monkeypatch):
    record, mean_log = recorded(made(20_000, 3.0, 4.0, 60.0))

    on_cells = spend.fit(record, mean_log)
    monkeypatch.setattr("segment.spend.fitting.MAX_CELLS", 10**9)
    on_customers = spend.fit(record, mean_log)

    assert on_cells.parameters == pytest.approx(on_customers.parameters, rel=0.002)


def test_cents_give_a_hundred_times_what_whole_units_give():
    record, mean_log = recorded(made(500, 6.0, 4.0, 60.0))
    n, mean = record.n, record.mean

    whole = spend.fit(record, mean_log)
    cents = spend.fit(Record(n=n, mean=mean * 100), mean_log)

    assert cents.name == whole.name == "gamma_gamma"
    assert spend.expected(cents, n, mean * 100) == pytest.approx(
        100 * spend.expected(whole, n, mean), rel=1e-6
    )


def test_constant_spend_is_forecast_as_it_is():
    fitted = spend.fit(Record(n=np.full(50, 3.0), mean=np.full(50, 7.5)), 0.0)

    assert fitted.name == "mean"
    found = spend.expected(fitted, np.array([3.0, 0.0]), np.array([7.5, np.nan]))
    assert found.tolist() == [7.5, 7.5]


def test_nobody_with_a_positive_mean_gives_zero_not_nan():
    n, mean = np.array([1.0, 2.0]), np.array([0.0, -5.0])

    assert spend.expected(spend.fit(Record(n=n, mean=mean)), n, mean).tolist() == [0, 0]


def test_a_customer_whose_refunds_exceed_purchases_is_not_forecast_below_zero():
    mean = np.random.default_rng(2).gamma(6.0, 1.0, 300)
    fitted = spend.fit(Record(n=np.ones(300), mean=mean))

    assert spend.expected(fitted, np.array([50.0]), np.array([-80.0]))[0] >= 0


def test_frequent_buyers_are_expected_to_spend_more_where_they_do():
    days = made(4000, 3.0, 4.0, 60.0)
    n_of = days.select(pl.len().over("customer")).to_series()
    dependent = days.with_columns(pl.col("spend") * n_of**0.3)

    assert spend.fit(*recorded(days)).slope == 0
    assert spend.fit(*recorded(dependent)).slope == pytest.approx(0.3, abs=0.05)


def customers(*rows: tuple[int, int, float, float]) -> pl.DataFrame:
    """Return a summary of purchases, those of the last year, revenue, that of the last year."""
    n, lately, revenue, revenue_lately = (list(column) for column in zip(*rows, strict=True))
    return pl.DataFrame(
        {
            "frequency": [each - 1 for each in n],
            "purchases_last_year": lately,
            "revenue": revenue,
            "revenue_last_year": revenue_lately,
            "monetary_value": [money / each for money, each in zip(revenue, n, strict=True)],
            "repeat_value": [0.0] * len(n),
            "T": [700] * len(n),
            "recency": [650 if each > 1 else 0 for each in n],
        }
    )


def test_purchases_older_than_a_year_count_for_half():
    fitted = spend.fit(*recorded(made(2000, 3.0, 4.0, 60.0)))

    found = spend.evidence(customers((4, 2, 400.0, 300.0)), fitted, "all")

    assert found.weight.tolist() == [3.0]
    assert found.mean.tolist() == [(300 + 100 / 2) / 3]


def test_past_spend_is_put_into_the_prices_of_today_by_its_age():
    fitted = spend.fit(*recorded(made(2000, 3.0, 4.0, 60.0)))
    rows = customers((4, 2, 400.0, 300.0))  # the last year's lie 207 days back, the others 532

    found = spend.evidence(rows, fitted, "all", trend=0.1)

    lately, before = (300 * np.exp(0.1 * 207.5 / 365), 100 * np.exp(0.1 * 532.5 / 365))
    assert found.mean[0] == pytest.approx((lately + before / 2) / 3)


def test_a_first_purchase_of_next_to_nothing_says_next_to_nothing():
    fitted = spend.fit(*recorded(made(2000, 3.0, 4.0, 60.0)))  # 60 is the mean
    rows = customers((1, 1, 0.0, 0.0), (1, 1, 0.05, 0.05), (1, 1, 40.0, 40.0), (1, 1, -9.0, -9.0))

    found = spend.evidence(rows, fitted, "all")
    forecast = spend.expected(fitted, found.weight, found.mean, found.usual)

    assert forecast[:2] == pytest.approx(fitted.mean, rel=0.01)  # a gift and a trial
    assert forecast[2] < 0.95 * fitted.mean
    assert forecast[3] < 0.7 * fitted.mean  # sent back is not a trial
    assert found.weight[2:] == pytest.approx([1, 1], abs=0.1)


def test_the_classic_form_knows_repeat_purchases_only(cdnow_sample):
    table = summary.summarise(cdnow_sample, CALIBRATION_END)
    fitted = spend.fit(spend.repeat_record(table))

    found = spend.evidence(table.head(10), fitted, "repeat")

    assert found.weight.tolist() == table["frequency"].head(10).to_list()
    assert found.usual.tolist() == [1.0] * 10
