"""Fits that do not fail: what they find is what lifetimes' likelihood says, or a simpler model."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from purchase_truths import model, simulated
from segment import estimator, purchases
from segment.purchases import fitting, likelihood
from segment.purchases.cells import Histories

NAMES = ["bg_nbd", "mbg_nbd", "pareto_nbd"]
LIFETIMES = {"bg_nbd": "BetaGeoFitter", "mbg_nbd": "ModifiedBetaGeoFitter"}


def histories(x, t_x, T) -> Histories:
    return Histories(x, t_x, T, np.ones_like(x))


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd"])
def test_the_likelihood_is_that_of_lifetimes(name):
    x, t_x, T = simulated("mbg_nbd", 1, 50, 0.7, 8, 0.8, 2.5)
    point = np.array([0.1, -0.7, 0.3, -0.2])

    theirs = estimator.fitted(
        lambda lifetimes: getattr(lifetimes, LIFETIMES[name])._negative_log_likelihood(
            point, x, t_x, T, np.ones(50), 0.0
        )
    )

    assert likelihood.of(name, histories(x, t_x, T))(point)[0] == pytest.approx(-theirs, rel=1e-12)


def test_the_pareto_likelihood_is_that_of_lifetimes_and_finite_where_it_is_not():
    x, t_x, T = (np.array(each, dtype=float) for each in ([2, 0, 100], [30, 0, 200], [38, 9, 200]))
    parameters = np.array([0.3, 2000.0, 0.3, 1.0])
    theirs = estimator.fitted(
        lambda lifetimes: lifetimes.ParetoNBDFitter._conditional_log_likelihood(
            parameters, x[:2], t_x[:2], T[:2]
        )
    )

    ours = [
        likelihood.of("pareto_nbd", histories(x[i : i + 1], t_x[i : i + 1], T[i : i + 1]))(
            np.log(parameters)
        )[0]
        for i in range(3)
    ]

    assert ours[:2] == pytest.approx(theirs, rel=1e-9)
    assert ours[2] == pytest.approx(-411.8219, abs=5e-5)


@pytest.mark.parametrize("name", [*NAMES, "nbd", "bg_bb"])
def test_the_slope_is_that_of_the_likelihood(name):
    x, t_x, T = simulated("mbg_nbd", 2, 40, 0.7, 8, 0.8, 2.5)
    if name == "bg_bb":
        x, t_x, T = np.array([[0.0, 0, 6], [2, 5, 6], [6, 6, 6], [1, 1, 3]]).T
    slope = likelihood.of(name, histories(x, t_x, T))
    point = np.array([0.2, 1.5, -0.4, 0.9])[: 2 if name == "nbd" else 4]

    by_differences = [
        (slope(point + step)[0] - slope(point - step)[0]) / 2e-5
        for step in 1e-5 * np.eye(len(point))
    ]

    assert slope(point)[1] == pytest.approx(by_differences, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", [*NAMES, "nbd"])
def test_where_a_fit_ends_the_slope_is_flat(name):
    x, t_x, T = simulated("mbg_nbd", 3, 900, 0.7, 8, 0.8, 2.5)

    fitted = purchases.fit(x, t_x, T, name)

    slope = likelihood.of(name, histories(x, t_x, T))
    assert (fitted.name, fitted.is_fallback) == (name, False)
    assert np.abs(slope(np.log(fitted.values))[1]).max() < 1e-7
    assert slope(np.log(fitted.values))[0] * 900 == pytest.approx(fitted.log_likelihood, rel=1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_days_weeks_and_hours_give_the_same_model(name):
    x, t_x, T = simulated("mbg_nbd", 4, 600, 0.7, 8, 0.8, 2.5)

    weeks, hours = (purchases.fit(x, t_x * unit, T * unit, name) for unit in (1, 168))

    assert hours.values[0] == pytest.approx(weeks.values[0], rel=1e-6)
    assert hours.values[1] == pytest.approx(weeks.values[1] * 168, rel=1e-6)
    assert hours.log_likelihood == pytest.approx(
        weeks.log_likelihood - x.sum() * np.log(168), rel=1e-9
    )
    assert purchases.expected(hours, x, t_x * 168, T * 168, 52 * 168).sum() == pytest.approx(
        purchases.expected(weeks, x, t_x, T, 52).sum(), rel=1e-6
    )


def test_the_covariance_is_the_inverse_of_the_curvature_of_the_whole():
    x, t_x, T = simulated("mbg_nbd", 5, 900, 0.7, 8, 0.8, 2.5)
    fitted = purchases.fit(x, t_x, T, "mbg_nbd")

    slope = likelihood.of("mbg_nbd", histories(x, t_x, T))
    curvature = -900 * likelihood.curvature(slope, np.log(fitted.values))
    assert fitted.covariance == pytest.approx(np.linalg.inv(curvature), rel=1e-4)
    r, alpha = fitted.values[:2]
    assert fitted.natural_covariance[0, 1] == pytest.approx(r * alpha * fitted.covariance[0, 1])
    low, high = fitted.intervals["r"]
    assert low * high == pytest.approx(r * r)
    assert np.log(high / r) == pytest.approx(1.96 * fitted.log_standard_errors["r"], rel=1e-3)


@pytest.mark.parametrize("wanted", ["auto", *NAMES])
def test_where_nobody_is_seen_to_leave_the_answer_is_plain_nbd(wanted):
    rng = np.random.default_rng(3)
    T = np.full(400, 104.0)
    x = rng.poisson(rng.gamma(2.0, 0.1, 400) * T).astype(float)
    t_x = np.where(x > 0, T - 0.01, 0.0)  # everyone bought a moment ago

    fitted = purchases.fit(x, t_x, T, wanted)

    assert (fitted.name, fitted.is_fallback) == ("nbd", True)
    assert fitted.notes == ("dropout_not_identified",)
    assert purchases.expected(fitted, x, t_x, T, 104).sum() == pytest.approx(x.sum(), rel=0.02)


def test_nbd_is_no_fallback_when_it_is_wanted():
    x, t_x, T = simulated("mbg_nbd", 6, 200, 0.7, 8, 0.8, 2.5)

    fitted = purchases.fit(x, t_x, T, "nbd")

    assert (fitted.name, fitted.is_fallback, fitted.notes) == ("nbd", False, ())


def test_customers_who_are_all_alike_in_leaving_are_no_reason_for_nbd():
    x, t_x, T = simulated(
        "mbg_nbd", 7, 3000, 1.0, 2, 1e5, 4e5
    )  # a fifth leaves after each purchase

    fitted = purchases.fit(x, t_x, T, "mbg_nbd")

    a, b = fitted.values[2:]
    assert (fitted.name, fitted.is_fallback) == ("mbg_nbd", False)
    assert a / (a + b) == pytest.approx(0.2, abs=0.02)


def test_without_any_repeat_purchase_the_forecast_is_small_and_finite():
    zeros = np.zeros(5)

    fitted = purchases.fit(zeros, zeros, np.full(5, 10.0), "auto")

    assert (fitted.name, fitted.is_fallback, fitted.notes) == ("nbd", True, ("no_repeats",))
    assert 0 < purchases.expected(fitted, zeros, zeros, np.full(5, 10.0), 52).sum() < 5


def test_a_model_that_does_not_converge_gives_way_to_the_next_simpler(monkeypatch):
    x, t_x, T = simulated("mbg_nbd", 8, 300, 0.7, 8, 0.8, 2.5)
    found = fitting._found

    def failing(name, of):
        ended = found(name, of)
        flat = ended.is_flat and name != "pareto_nbd"
        return fitting._Found(name, ended.point, ended.value, ended.curvature, flat)

    monkeypatch.setattr(fitting, "_found", failing)
    fitted = purchases.fit(x, t_x, T, "pareto_nbd")

    assert fitted.name in {"bg_nbd", "mbg_nbd"}
    assert (fitted.is_fallback, fitted.notes) == (True, ("did_not_converge",))


def test_the_same_histories_give_the_same_bytes():
    one, two = (
        purchases.fit(*simulated("mbg_nbd", 9, 300, 0.7, 8, 0.8, 2.5), "pareto_nbd")
        for _ in range(2)
    )

    assert one.values == two.values
    assert (one.covariance == two.covariance).all()


def test_drawn_models_spread_as_the_covariance_says():
    fitted = purchases.fit(*simulated("mbg_nbd", 10, 2000, 0.7, 8, 0.8, 2.5), "mbg_nbd")

    drawn = purchases.sampled(fitted, 2000, seed=1)

    logs = np.log([each.values for each in drawn])
    assert logs.mean(axis=0) == pytest.approx(np.log(fitted.values), abs=0.02)
    assert np.cov(logs.T) == pytest.approx(fitted.covariance, rel=0.15)
    assert drawn[5].values == purchases.sampled(fitted, 2000, seed=1)[5].values


def test_what_the_data_leave_open_is_drawn_within_reason():
    wide = purchases.PurchaseModel(
        name="nbd", parameters={"r": 1.0, "alpha": 9.0}, covariance=np.diag([1e6, -1e-9])
    )

    r, alpha = np.array([each.values for each in purchases.sampled(wide, 500, seed=2)]).T

    assert np.exp(-3) <= r.min() < 0.5
    assert 2 < r.max() <= np.exp(3)
    assert alpha == pytest.approx(np.full(500, 9.0))


def test_a_model_without_a_covariance_is_drawn_as_itself():
    fitted = model("nbd", 1, 9)

    assert purchases.sampled(fitted, 2, seed=1) == [fitted, fitted]


def test_parameters_of_another_model_are_refused():
    with pytest.raises(ValueError, match="r, alpha, s, beta"):
        purchases.PurchaseModel(name="pareto_nbd", parameters={"r": 1.0, "alpha": 1.0})


@given(
    st.lists(
        st.tuples(st.integers(0, 5000), st.floats(0, 1), st.floats(0.01, 600)),
        min_size=1, max_size=8,
    ),
    st.sampled_from(["auto", *NAMES, "nbd"]),
)  # fmt: skip
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a fit is too slow to shrink by
)
def test_any_histories_get_a_model(rows, wanted):
    x, share, T = np.array(rows, dtype=float).T
    t_x = np.where(x > 0, share * T, 0.0)

    fitted = purchases.fit(x, t_x, T, wanted)

    later = [fitted, *purchases.sampled(fitted, 3, seed=1)]
    assert np.isfinite([*fitted.values, fitted.log_likelihood]).all()
    assert np.isfinite([purchases.expected(each, x, t_x, T, 52) for each in later]).all()


def test_customers_who_buy_by_the_clock_and_then_stop_are_seen_to_leave():
    """Their rate hardly varies, so that r runs along a ridge that has no top."""
    rng = np.random.default_rng(4)
    T = np.full(400, 104.0)
    stopped = rng.random(400) < 0.5
    n = np.where(stopped, rng.integers(3, 12, 400), 26).astype(float)
    t_x = np.minimum(n * 4.0, 103.9)

    fitted = purchases.fit(n, t_x, T, "auto")

    assert fitted.name != "nbd"
    alive = purchases.p_alive(fitted, n, t_x, T)
    assert alive[stopped].max() < 0.05
    assert alive[~stopped].min() > 0.9
