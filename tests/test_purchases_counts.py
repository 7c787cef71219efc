"""How likely each number of purchases is, and what is drawn, against sums and integrals."""

import mpmath as mp
import numpy as np
import pytest

from purchase_truths import model, negative_binomial, one
from segment import purchases

CUSTOMERS = [(0, 0, 0.5), (2, 30, 40), (40, 90, 100), (5000, 600, 600)]
MODELS = [
    model("bg_nbd", 0.3, 4, 0.8, 2.5),
    model("mbg_nbd", 0.3, 4, 1.0, 0.4),
    model("nbd", 0.4, 12),
    model("pareto_nbd", 0.6, 10, 0.6, 11),
    model("pareto_nbd", 0.05, 2000, 1.0, 0.01),
]


def truth(fitted: purchases.PurchaseModel, x: int, T: float, horizon: float, n: int) -> mp.mpf:
    """The probability of n purchases of a customer who is there, in many digits."""
    with mp.workdps(20):
        values = [mp.mpf(value) for value in fitted.values]
        shape, rate, horizon = values[0] + x, values[1] + mp.mpf(T), mp.mpf(horizon)
        stays = negative_binomial(shape, horizon / rate, n)
        if fitted.name == "nbd":
            return stays
        if fitted.name == "pareto_nbd":
            s, age = values[2], values[3] + mp.mpf(T)
            leaves = lambda u: (  # noqa: E731 (relative to `stays`: mpmath's tolerance is absolute)
                s / (age + u) * (age / (age + u)) ** s
                * negative_binomial(shape, u / rate, n) / stays
            )  # fmt: skip
            cuts = [0, *(horizon * mp.mpf(8) ** -k for k in range(5, -1, -1))]
            return stays * ((age / (age + horizon)) ** s + mp.quad(leaves, cuts))
        a, stay = values[2], values[3] + x + (fitted.name == "mbg_nbd")
        kept = mp.beta(a, stay + n) / mp.beta(a, stay)
        if n == 0:
            return stays
        left = mp.beta(a + 1, stay + n - 1) / mp.beta(a, stay)
        least = mp.betainc(n, shape, 0, horizon / (rate + horizon), regularized=True)
        return kept * stays + left * least


@pytest.mark.parametrize("fitted", MODELS, ids=lambda fitted: fitted.name)
def test_the_probability_of_each_count_agrees_with_high_precision(fitted):
    for x, _, T in CUSTOMERS:
        for horizon in (0.05, 52.0):
            found = purchases.counts_alive(fitted, x, T, horizon, 30)[0]
            for n in (0, 30):
                exact = float(truth(fitted, x, T, horizon, n))
                assert found[n] == pytest.approx(exact, rel=1e-9, abs=1e-200)


@pytest.mark.parametrize("fitted", MODELS[:4], ids=lambda fitted: fitted.name)
def test_counts_and_the_expectation_tell_the_same(fitted):
    x, T = np.array([0.0, 3.0, 11.0]), np.array([5.0, 60.0, 80.0])

    found = purchases.counts_alive(fitted, x, T, 6.0, 300)

    assert found.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-8)
    assert found @ np.arange(301) == pytest.approx(
        purchases.while_alive(fitted, x, T, 6.0), rel=1e-6
    )


def test_donors_give_as_often_as_the_expectation_says():
    fitted = model("bg_bb", 1.204, 0.750, 0.657, 2.783)
    x, n = np.array([0.0, 4.0, 6.0]), np.full(3, 6.0)

    found = purchases.counts_alive(fitted, x, n, 5, 5)

    assert found.sum(axis=1) == pytest.approx(np.ones(3), rel=1e-12)
    assert found @ np.arange(6) == pytest.approx(purchases.while_alive(fitted, x, n, 5), rel=1e-12)


def test_who_may_have_left_buys_nothing_more_often():
    fitted = MODELS[0]
    there = purchases.p_alive(fitted, *one(2, 5, 40))[0]
    given = purchases.counts_alive(fitted, 2, 40, 52, 3)[0]

    none, three = (purchases.probability(fitted, *one(2, 5, 40), 52, n)[0] for n in (0, 3))

    assert none == pytest.approx(1 - there + there * given[0], rel=1e-12)
    assert three == pytest.approx(there * given[3], rel=1e-12)


@pytest.mark.parametrize(
    ("fitted", "customer"),
    [
        *((fitted, (3.0, 40.0, 52.0)) for fitted in MODELS[:4]),
        (model("bg_bb", 1.204, 0.750, 0.657, 2.783), (3.0, 4.0, 6.0)),
    ],
    ids=lambda it: it.name if isinstance(it, purchases.PurchaseModel) else "",
)
def test_draws_fall_as_the_probabilities_say(fitted, customer):
    drawn = purchases.draw(fitted, *one(*customer), 20, 40_000, np.random.default_rng(1))[0]

    for n in range(4):
        share = purchases.probability(fitted, *one(*customer), 20, n)[0]
        assert (drawn == n).mean() == pytest.approx(share, abs=4 * np.sqrt(share / len(drawn)))


@pytest.mark.parametrize("fitted", MODELS, ids=lambda fitted: fitted.name)
def test_at_least_so_many_is_what_fewer_leave(fitted):
    for x, _, T in CUSTOMERS:
        for horizon in (0.05, 52.0, 2000.0):
            fewer = np.cumsum(purchases.counts_alive(fitted, x, T, horizon, 30)[0])
            found = purchases.at_least(fitted, x, T, horizon, [1, 4, 31])
            assert found == pytest.approx(1 - fewer[[0, 3, 30]], abs=1e-9)


@pytest.mark.parametrize(
    "fitted", [*MODELS, model("bg_bb", 1.2, 0.75, 0.66, 2.8)], ids=lambda fitted: fitted.name
)
def test_no_customers_get_no_forecast(fitted):
    none = np.array([])

    assert purchases.expected(fitted, none, none, none, 52).shape == (0,)
    assert purchases.p_alive(fitted, none, none, none, ahead=4).shape == (0,)
    assert purchases.counts_alive(fitted, none, none, 52, 3).shape == (0, 4)
    drawn = purchases.draw(fitted, none, none, none, 52, 3, np.random.default_rng(1))
    assert drawn.shape == (0, 3)
