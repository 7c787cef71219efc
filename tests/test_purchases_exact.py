"""Predictions agree with the published forms in 45 digits, where those of floats fail too."""

import itertools

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import purchase_truths as truths
from purchase_truths import model, one
from segment import purchases

HISTORIES = [
    (0, 0, 0.01), (0, 0, 600), (1, 20, 20), (1, 0.01, 500), (7, 80, 100),
    (100, 200, 200), (900, 70, 90), (5000, 600, 601), (5000, 300, 305),
]  # fmt: skip
HORIZONS = np.array([0.01, 4.0, 52.0, 2000.0])
DROPOUT = {  # a and b; s and beta
    "bg_nbd": [(0.05, 0.6), (0.31, 0.5), (1 - 1e-9, 2.4), (1, 2.4), (12, 0.3), (200, 3000)],
    "pareto_nbd": [(0.05, 1e-3), (0.4, 3000), (1 - 1e-9, 12), (1, 12), (4, 1), (30, 3000)],
}
DROPOUT["mbg_nbd"] = DROPOUT["bg_nbd"]
RATE = [(0.02, 0.05), (8.0, 1500.0)]  # r and alpha; r + s < 1 among them


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_predictions_agree_with_high_precision(name):
    models = [model(name, *r, *d) for r, d in itertools.product(RATE, DROPOUT[name])]
    for number, fitted in enumerate(models):
        for x, t_x, T in HISTORIES[number % 3 :: 3]:  # each model meets a third of the histories
            alive = truths.p_alive(fitted, x, t_x, T)
            bought = [float(alive * truths.while_alive(fitted, x, T, h)) for h in HORIZONS]

            assert purchases.p_alive(fitted, x, t_x, T) == pytest.approx(
                float(alive), rel=1e-9, abs=1e-290
            )
            assert purchases.expected(fitted, x, t_x, T, HORIZONS) == pytest.approx(
                bought, rel=1e-9, abs=1e-290
            )


@pytest.mark.parametrize(
    ("fitted", "customer", "horizon", "truth"),
    [
        # a + b < 1 and no repeat: the published form takes the logarithm of a negative number
        (model("bg_nbd", 0.11, 2.24, 0.31, 0.50), one(0, 0, 1), 30, 0.564588615533),
        # a = 1: the published form divides by zero, the limit exists
        (model("bg_nbd", 0.243, 4.414, 1.0, 2.426), one(2, 30.43, 38.86), 39, 1.10213678604),
        # s = 1: likewise
        (model("pareto_nbd", 0.5534, 10.578, 1.0, 11.669), one(2, 30.43, 38.86), 39, 1.18622795),
        # without Euler's transformation 2F1 overflows
        (model("mbg_nbd", 0.5248, 6.183, 0.891, 1.614), one(2000, 720, 730), 365, 2.42487e-6),
    ],
)
def test_predictions_are_finite_where_those_of_lifetimes_are_not(fitted, customer, horizon, truth):
    assert purchases.expected(fitted, *customer, horizon)[0] == pytest.approx(truth, rel=5e-6)


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd"])
def test_p_alive_later_is_the_mean_of_what_survives_the_purchases(name):
    fitted = model(name, 0.3, 4.0, 0.8, 2.5)
    stay = 2.5 + 3 + (name == "mbg_nbd")

    def survives(p):  # a leaving every 1/(rate p): the gamma rate is integrated out
        density = p ** mp.mpf(-0.2) * (1 - p) ** (stay - 1) / mp.beta(0.8, stay)
        return density * (1 + p * 52 / mp.mpf(44)) ** mp.mpf(-3.3)

    with mp.workdps(20):
        later = float(mp.quad(survives, [0, 1e-6, 1e-3, 0.1, 1]))
    now = purchases.p_alive(fitted, 3, 30, 40)

    assert purchases.p_alive(fitted, 3, 30, 40, ahead=52) == pytest.approx(now * later, rel=1e-9)


@pytest.mark.parametrize(
    "fitted",
    [
        model("bg_nbd", 0.3, 4, 0.8, 2.5), model("mbg_nbd", 0.3, 4, 0.8, 2.5),
        model("pareto_nbd", 0.6, 10, 0.6, 11), model("bg_bb", 1.2, 0.75, 0.66, 2.8),
        model("nbd", 0.4, 12),
    ],
    ids=lambda fitted: fitted.name,
)  # fmt: skip
def test_to_be_there_later_is_less_likely_and_the_horizons_add_up(fitted):
    x, t_x, T = one(2, 4, 6)
    alive = [purchases.p_alive(fitted, x, t_x, T, ahead)[0] for ahead in (0, 3, 8)]
    horizons = np.array([1.0, 2.0, 3.0])
    together = purchases.while_alive(fitted, x[:, None], T[:, None], horizons)

    assert alive == sorted(alive, reverse=True)
    assert alive[-1] < alive[0] or fitted.name == "nbd"
    assert together.shape == (1, 3)
    for horizon, value in zip(horizons, together[0], strict=True):
        assert purchases.while_alive(fitted, x, T, horizon)[0] == pytest.approx(value, rel=1e-12)


def test_a_new_customer_buys_by_the_papers_formula():
    """FHL 2005, equation 9; Wagner & Hoppe 2008: b / (a - 1) (1 - 2F1 (alpha / (alpha + t))^r)."""
    r, alpha, a, b, t = map(mp.mpf, ("0.5248", "6.183", "0.891", "1.614", "52"))
    left = (alpha / (alpha + t)) ** r
    bg = (a + b - 1) / (a - 1) * (1 - left * mp.hyp2f1(r, b, a + b - 1, t / (alpha + t)))
    mbg = b / (a - 1) * (1 - left * mp.hyp2f1(r, b + 1, a + b, t / (alpha + t)))
    values = [float(v) for v in (r, alpha, a, b)]

    assert purchases.expected_new(model("bg_nbd", *values), 52) == pytest.approx(float(bg))
    assert purchases.expected_new(model("mbg_nbd", *values), 52) == pytest.approx(float(mbg))


def test_an_nbd_customer_never_leaves_and_buys_at_the_posterior_rate():
    fitted = model("nbd", 1, 9)

    assert purchases.p_alive(fitted, *one(2, 5, 41), ahead=10)[0] == 1.0
    assert purchases.expected(fitted, *one(2, 5, 41), 10)[0] == pytest.approx(3 / 50 * 10)


@given(
    x=st.integers(0, 5000), age=st.floats(0.001, 6000), share=st.floats(0, 1),
    r=st.floats(1e-3, 1e3), alpha=st.floats(1e-3, 1e4), a=st.floats(1e-3, 1e3),
    b=st.floats(1e-3, 1e4), horizon=st.floats(0.01, 2000),
    name=st.sampled_from(["bg_nbd", "mbg_nbd", "pareto_nbd"]),
)  # fmt: skip
@settings(deadline=None)
def test_any_history_gets_a_finite_forecast(x, age, share, r, alpha, a, b, horizon, name):
    fitted = model(name, r, alpha, a, b)
    customer = one(x, age * share if x else 0, age)

    bought = purchases.expected(fitted, *customer, horizon)[0]
    alive = purchases.p_alive(fitted, *customer)[0]
    later = purchases.p_alive(fitted, *customer, ahead=horizon)[0]

    assert 0 <= later <= alive <= 1
    assert 0 <= bought <= (r + x) / (alpha + age) * horizon * (1 + 1e-9)  # as if never leaving
