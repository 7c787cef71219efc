"""Numbers of Fader, Hardie & Lee 2005, its tutorial notes, and of high-precision arithmetic."""

import datetime as dt

import mpmath
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment import purchases, summary

CALIBRATION_END = dt.date(1997, 9, 30)


def history(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, t_x, T = (frame[name].cast(float).to_numpy() for name in ("frequency", "recency", "T"))
    return x, t_x / 7, T / 7


def model(name: str, r: float, alpha: float, a: float, b: float) -> purchases.PurchaseModel:
    return purchases.PurchaseModel(
        name=name, r=r, alpha=alpha, a=a, b=b, log_likelihood=0.0, n_customers=1, n_cells=1
    )


def one(x: float, t_x: float, T: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.array([float(x)]), np.array([float(t_x)]), np.array([float(T)])


@pytest.mark.parametrize(
    ("name", "published", "log_likelihood", "holdout"),
    [
        ("bg_nbd", (0.2426, 4.4136, 0.7929, 2.4259), -9582.429, 1653.4),  # FHL 2005, table 2
        ("mbg_nbd", (0.5248, 6.183, 0.891, 1.614), -9582.136, 1576.7),  # tests of CLVTools
    ],
)
def test_cdnow_gives_the_published_parameters(
    cdnow_sample, name, published, log_likelihood, holdout
):
    x, t_x, T = history(summary.summarise(cdnow_sample, CALIBRATION_END))

    fitted = purchases.fit(x, t_x, T, name)

    assert fitted is not None
    assert tuple(fitted.parameters.values()) == pytest.approx(published, abs=5e-4)
    assert fitted.log_likelihood == pytest.approx(log_likelihood, abs=5e-4)
    assert purchases.expected(fitted, x, t_x, T, 39).sum() == pytest.approx(holdout, abs=0.05)


def test_of_two_dropout_models_the_likelier_is_taken(cdnow_sample):
    x, t_x, T = history(summary.summarise(cdnow_sample, CALIBRATION_END))

    assert purchases.fit_best(x, t_x, T, "auto").name == "mbg_nbd"  # −9582.136 over −9582.429


def test_published_customers():  # FHL 2005 parameters; BTYD walkthrough
    fitted = model("bg_nbd", 0.24259, 4.41360, 0.79292, 2.42591)

    assert purchases.expected(fitted, *one(2, 30.43, 38.86), 39)[0] == pytest.approx(
        1.226, abs=5e-4
    )
    assert purchases.p_alive(fitted, *one(26, 30.857, 31))[0] == pytest.approx(0.96885, abs=1e-5)


@pytest.mark.parametrize(
    ("fitted", "customer", "horizon", "truth"),
    [
        # a + b < 1 and no repeat: the published form takes the logarithm of a negative number
        (model("bg_nbd", 0.11, 2.24, 0.31, 0.50), one(0, 0, 1), 30, 0.564588615533),
        # a = 1: the published form divides by zero, the limit exists
        (model("bg_nbd", 0.243, 4.414, 1.0, 2.426), one(2, 30.43, 38.86), 39, 1.10213678604),
        (model("mbg_nbd", 0.5248, 6.183, 0.891, 1.614), one(2000, 720, 730), 365, 2.42487e-6),
    ],
)
def test_predictions_are_finite_where_the_published_form_is_not(fitted, customer, horizon, truth):
    assert purchases.expected(fitted, *customer, horizon)[0] == pytest.approx(truth, rel=5e-6)


def exact(fitted: purchases.PurchaseModel, x: int, t_x: float, T: float, horizon: float) -> float:
    """The expectation as an integral over the customer's rate of buying, in 40 digits."""
    mpmath.mp.dps = 40
    r, alpha, a, b = (mpmath.mpf(v) for v in (fitted.r, fitted.alpha, fitted.a, fitted.b))
    stayed = x - 1 if fitted.name == "bg_nbd" else x
    odds = a / (b + stayed) * ((alpha + T) / (alpha + t_x)) ** (r + x)
    alive = 1 if fitted.name == "bg_nbd" and x == 0 else 1 / (1 + odds)
    stay = b + x + (fitted.name == "mbg_nbd")
    rate = alpha + T
    intensity = lambda s: (  # noqa: E731
        (r + x) / rate * mpmath.hyp2f1(r + x + 1, a, a + stay, -s / rate)
    )
    return float(alive * mpmath.quad(intensity, mpmath.linspace(0, horizon, 9)))


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd"])
@pytest.mark.parametrize("a", [0.05, 0.9999999, 1.0, 1.3, 12.0])
@pytest.mark.parametrize(
    ("x", "t_x", "T", "horizon"),
    [(0, 0, 1, 30), (0, 0, 150, 52), (1, 20, 20, 0.1), (7, 80, 100, 52), (600, 99, 100, 400)],
)
def test_predictions_agree_with_high_precision(name, a, x, t_x, T, horizon):
    fitted = model(name, 0.3, 4.0, a, 0.6)

    found = purchases.expected(fitted, *one(x, t_x, T), horizon)[0]

    assert found == pytest.approx(exact(fitted, x, t_x, T, horizon), rel=1e-8)


def test_draws_agree_with_the_expectation(cdnow_sample):
    x, t_x, T = history(summary.summarise(cdnow_sample, CALIBRATION_END))
    fitted = model("mbg_nbd", 0.5248, 6.183, 0.891, 1.614)

    drawn = purchases.draw(fitted, x, t_x, T, 39, 200, np.random.default_rng(1))

    total = purchases.expected(fitted, x, t_x, T, 39).sum()
    assert drawn.mean(axis=1).sum() == pytest.approx(total, rel=0.01)


def test_an_nbd_customer_never_leaves_and_buys_at_the_posterior_rate():
    fitted = model("nbd", 1.0, 9.0, 0.0, 1.0)

    assert purchases.p_alive(fitted, *one(2, 5, 41))[0] == 1.0
    assert purchases.expected(fitted, *one(2, 5, 41), 10)[0] == pytest.approx(3 / 50 * 10)


def test_where_nobody_is_seen_to_leave_the_answer_is_plain_nbd():
    rng = np.random.default_rng(3)
    T = np.full(400, 104.0)
    x = rng.poisson(rng.gamma(2.0, 0.1, 400) * T).astype(float)
    t_x = np.where(x > 0, T - 0.01, 0.0)  # everyone bought a moment ago

    fitted = purchases.fit_best(x, t_x, T, "auto")

    assert (fitted.name, fitted.is_fallback) == ("nbd", True)
    assert purchases.expected(fitted, x, t_x, T, 104).sum() == pytest.approx(x.sum(), rel=0.02)


def test_without_any_repeat_purchase_the_forecast_is_small_and_finite():
    zeros = np.zeros(5)

    fitted = purchases.fit_best(zeros, zeros, np.full(5, 10.0), "auto")

    assert (fitted.name, fitted.is_fallback) == ("nbd", True)
    assert 0 < purchases.expected(fitted, zeros, zeros, np.full(5, 10.0), 52).sum() < 5


def test_cells_stand_at_the_mean_of_their_customers(monkeypatch):
    monkeypatch.setattr(purchases, "MAX_CELLS", 2)
    x, t_x, T = np.array([1.0, 1, 1, 0]), np.array([3.1, 3.3, 9.0, 0]), np.array([9.5, 9.7, 9.1, 9])

    grid = purchases.cells(x, t_x, T)

    assert [column.tolist() for column in grid] == [
        [0, 1, 1], [0, pytest.approx(3.2), 9.0], [9, pytest.approx(9.6), 9.1], [1, 2, 1],
    ]  # fmt: skip


def test_the_weekly_grid_moves_the_parameters_by_less_than_a_percent(cdnow_sample, monkeypatch):
    x, t_x, T = history(summary.summarise(cdnow_sample, CALIBRATION_END))
    whole = purchases.fit(x, t_x, T, "bg_nbd")
    monkeypatch.setattr(purchases, "MAX_CELLS", 100)

    gridded = purchases.fit(x, t_x, T, "bg_nbd")

    assert whole is not None
    assert gridded is not None
    assert gridded.n_cells < whole.n_cells
    assert list(gridded.parameters.values()) == pytest.approx(
        list(whole.parameters.values()), rel=0.01
    )


@given(
    x=st.integers(0, 5000), age=st.floats(0.2, 600), share=st.floats(0, 1),
    r=st.floats(0.01, 20), alpha=st.floats(0.01, 200), a=st.floats(0.01, 20),
    b=st.floats(0.01, 20), horizon=st.floats(0.1, 600),
    name=st.sampled_from(["bg_nbd", "mbg_nbd"]),
)  # fmt: skip
def test_any_history_gets_a_finite_forecast(x, age, share, r, alpha, a, b, horizon, name):
    fitted = model(name, r, alpha, a, b)
    customer = one(x, age * share if x else 0, age)

    bought = purchases.expected(fitted, *customer, horizon)[0]
    alive = purchases.p_alive(fitted, *customer)[0]

    assert 0 <= alive <= 1
    assert np.isfinite(bought)
    assert -1e-9 <= bought <= (r + x) / (alpha + age) * horizon * (1 + 1e-9)  # as if never leaving
