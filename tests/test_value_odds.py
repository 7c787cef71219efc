"""The odds of being below zero and the range of a value, beside outcomes drawn one by one."""

import numpy as np
import polars as pl
import pytest

from segment import credibility
from segment.spend import SpendModel
from segment.value import below_zero
from segment.value.outcome import value_range
from segment.value.serving import Serving

N = 400_000
SURE_SPEND = SpendModel(
    name="mean", p=0.0, q=0.0, gamma=0.0, mean=100.0, n_customers=1, log_likelihood=0.0
)


def serving(a_year: float, sd: float, an_order: float = 0.0, moves: float = 0.0) -> Serving:
    one = np.ones(1)
    return Serving(
        an_order=an_order * one, a_year=a_year * one, a_year_sd=sd * one, one_sd=0 * one,
        moves=moves * one, often=0 * one, last_on=-one,
    )  # fmt: skip


def odds(costs: Serving, shape: float = 4.0, rate: float = 2.0, spend: float = 100.0) -> float:
    who = pl.DataFrame({"margin_rate": [0.3]})
    bought, paid = (np.array([shape]), np.array([rate])), (np.ones(1), np.array([spend]))
    return float(below_zero.probability(who, bought, paid, SURE_SPEND, costs)[0])


@pytest.mark.parametrize(
    ("a_year", "sd", "an_order"), [(40.0, 20.0, 0.0), (40.0, 4.0, 10.0), (90.0, 60.0, 5.0)]
)
def test_the_odds_are_those_of_drawn_customers(a_year, sd, an_order):
    chance = np.random.default_rng(1)
    purchases = chance.gamma(4.0, 1 / 2.0, N)
    cost = chance.gamma((a_year / sd) ** 2, sd**2 / a_year, N)
    drawn = (purchases * (0.3 * 100 - an_order) < cost).mean()

    assert odds(serving(a_year, sd, an_order)) == pytest.approx(drawn, abs=0.003)


def test_who_earns_less_by_an_order_than_it_costs_is_surely_below_zero():
    assert odds(serving(0.0, 0.0, an_order=30.0)) == 1.0


def test_who_costs_nothing_but_the_orders_is_surely_not():
    assert odds(serving(0.0, 0.0, an_order=29.0)) == 0.0


def test_a_cost_that_goes_with_the_purchases_leaves_less_to_chance():
    # 2 purchases a year earn 60; a cost of 40 is below that, and surely so if both move together
    loose, tied = odds(serving(40.0, 8.0)), odds(serving(40.0, 8.0, moves=0.8))

    assert tied < loose / 2


def test_small_spenders_keep_their_place_in_the_spread_of_spends():
    # nine of ten spend 200, one spends 10: a gamma-gamma would draw the small ones up
    n = 1000
    model = SpendModel(
        name="gamma_gamma", p=4.0, q=3.0, gamma=90.0, mean=180.0, n_customers=n, log_likelihood=0.0
    )
    mean = np.where(np.arange(n) % 10 == 0, 10.0, 200.0)
    costs = Serving(**{name: np.full(n, number) for name, number in {
        "an_order": 5.0, "a_year": 1.0, "a_year_sd": 0.1, "one_sd": 0.0, "moves": 0.0,
        "often": 0.0, "last_on": -1.0}.items()})  # fmt: skip
    who = pl.DataFrame({"margin_rate": np.full(n, 0.3)})
    bought = np.full(n, 6.0), np.full(n, 1.0)

    below = below_zero.probability(who, bought, (np.full(n, 4.0), mean), model, costs)

    assert below[mean < 100].min() > 0.95
    assert below[mean > 100].max() < 0.001


# --------------------------------------------------------------- the range


def drawn_range(there, nothing, mean, sd, cost, cost_sd, earned, share) -> tuple[float, float]:
    chance = np.random.default_rng(2)
    buys = 1 - nothing
    given = mean / buys
    variance = (sd**2 + mean**2) / buys - given**2
    revenue = chance.gamma(given**2 / variance, variance / given, N)
    served = chance.gamma((cost / cost_sd) ** 2, cost_sd**2 / cost, N)
    at = chance.random(N)
    value = np.where(at < buys, earned * revenue - served, np.where(at < there, -served, 0.0))
    tail = (1 - share) / 2
    return tuple(np.quantile(value, [tail, 1 - tail]))


@pytest.mark.parametrize("there", [0.97, 0.6])
def test_the_range_is_that_of_drawn_outcomes(there):
    nothing = 1 - 0.9 * there
    case = {"mean": 1000.0, "sd": 1300.0, "cost": 120.0, "cost_sd": 40.0, "earned": 0.25}
    low, high = drawn_range(there, nothing, share=0.8, **case)
    one = np.ones(1)

    found = value_range(
        (case["mean"] * one, case["sd"] * one, nothing * one),
        (case["cost"] * one, case["cost_sd"] * one), case["earned"] * one, there * one, 0.8,
    )  # fmt: skip

    assert found[0][0] == pytest.approx(low, abs=8)
    assert found[1][0] == pytest.approx(high, rel=0.04)


def test_who_is_surely_gone_brings_and_costs_nothing():
    zero, one = np.zeros(1), np.ones(1)

    assert value_range((zero, zero, one), (one, one), one, zero, 0.8) == (0.0, 0.0)


# --------------------------------------------------------------- own mean and everybody's


def test_means_that_differ_by_chance_alone_become_everybodys():
    chance = np.random.default_rng(4)
    n = np.full(500, 5.0)
    own = chance.normal(10.0, 2.0 / np.sqrt(5), 500)

    drawn = credibility.drawn(own, n, np.full(500, 4.0))

    assert drawn.std() < 0.2 * own.std()


def test_means_that_truly_differ_are_drawn_by_the_share_of_chance_in_them():
    chance = np.random.default_rng(4)
    n, true = np.full(5000, 4.0), chance.normal(10.0, 1.0, 5000)
    own = chance.normal(true, 2.0 / np.sqrt(4))

    drawn = credibility.drawn(own, n, np.full(5000, 4.0))

    # within 4, between 1: k is 4, so of four observations half is kept
    assert np.polyfit(own, drawn, 1)[0] == pytest.approx(0.5, abs=0.03)


def test_few_customers_keep_their_own_means_and_one_without_any_gets_everybodys():
    own, n = np.array([1.0, 4.0, 0.0]), np.array([10.0, 5.0, 0.0])

    assert credibility.drawn(own, n, np.ones(3)).tolist() == [1.0, 4.0, 2.0]
    assert credibility.drawn(own, np.zeros(3), np.ones(3)).tolist() == [0.0, 0.0, 0.0]
