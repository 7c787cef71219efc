"""Fader & Hardie, note 025 (2013): the gamma-gamma model on the CDNOW 1/10 sample."""

import datetime as dt

import numpy as np
import pytest

from segment import spend, summary


def test_cdnow_gives_the_published_parameters_and_customers(cdnow_sample):
    customers = summary.summarise(cdnow_sample, dt.date(1997, 9, 30))
    n = customers["frequency"].cast(float).to_numpy()
    mean = customers["repeat_value"].to_numpy()

    fitted = spend.fit(n, mean)

    assert (fitted.p, fitted.q, fitted.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=0.005)
    assert fitted.log_likelihood == pytest.approx(-4055.918, abs=0.0005)
    assert fitted.n_customers == 946
    first_ten = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert spend.expected(fitted, n, mean)[:10] == pytest.approx(first_ten, abs=0.006)


def test_cents_give_a_hundred_times_what_whole_units_give():
    rng = np.random.default_rng(1)
    n = rng.integers(1, 9, 500).astype(float)
    mean = rng.gamma(6 * n) / n / rng.gamma(4, 1 / 15, 500)

    whole, cents = spend.fit(n, mean), spend.fit(n, mean * 100)

    assert cents.name == whole.name == "gamma_gamma"
    assert spend.expected(cents, n, mean * 100) == pytest.approx(
        100 * spend.expected(whole, n, mean), rel=1e-6
    )


def test_constant_spend_is_forecast_as_it_is():
    fitted = spend.fit(np.full(50, 3.0), np.full(50, 7.5))

    assert fitted.name == "mean"
    assert spend.expected(fitted, np.array([3.0, 0.0]), np.array([7.5, np.nan])).tolist() == [
        7.5,
        7.5,
    ]


def test_nobody_with_a_positive_mean_gives_zero_not_nan():
    fitted = spend.fit(np.array([1.0, 2.0]), np.array([0.0, -5.0]))

    assert spend.expected(fitted, np.array([1.0, 2.0]), np.array([0.0, -5.0])).tolist() == [0, 0]


def test_a_customer_whose_refunds_exceed_purchases_is_not_forecast_below_zero():
    rng = np.random.default_rng(2)
    mean = rng.gamma(6.0, 1.0, 300)
    fitted = spend.fit(np.ones(300), mean)

    assert spend.expected(fitted, np.array([50.0]), np.array([-80.0]))[0] >= 0


def test_draws_agree_with_the_expectation(cdnow_sample):
    customers = summary.summarise(cdnow_sample, dt.date(1997, 9, 30))
    n = customers["frequency"].cast(float).to_numpy() + 1
    mean = customers["monetary_value"].to_numpy()
    fitted = spend.fit(n, mean)

    drawn = spend.draw(fitted, n, mean, np.full((len(n), 400), 2), np.random.default_rng(1))

    total = 2 * spend.expected(fitted, n, mean).sum()
    assert drawn.mean(axis=1).sum() == pytest.approx(total, rel=0.02)
    assert (
        spend.draw(fitted, n, mean, np.zeros((len(n), 2), int), np.random.default_rng(1)) == 0
    ).all()
